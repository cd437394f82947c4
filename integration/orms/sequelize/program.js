// The story of orms/README.md with Sequelize. Arguments: host, port, database.
'use strict';
const {Sequelize, DataTypes, Op} = require('sequelize');

const [host, port, database] = process.argv.slice(2);
const db = new Sequelize(database, 'app', 'secret', {host, port: Number(port), dialect: 'mysql', logging: false, pool: {max: 3}});
const Author = db.define('Author', {
  id: {type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true},
  name: {type: DataTypes.STRING(60), allowNull: false},
  born: DataTypes.DATEONLY,
}, {tableName: 'authors', timestamps: false, indexes: [{fields: ['name'], name: 'authors_name'}]});
const Book = db.define('Book', {
  id: {type: DataTypes.BIGINT, primaryKey: true, autoIncrement: true},
  title: {type: DataTypes.STRING(100), allowNull: false},
  price: DataTypes.DECIMAL(8, 2),
  added: DataTypes.DATE,
}, {tableName: 'books', timestamps: false});
Author.hasMany(Book, {as: 'books', foreignKey: {name: 'author_id', allowNull: false}, onDelete: 'CASCADE'});
Book.belongsTo(Author, {as: 'author', foreignKey: 'author_id'});

function say(...words) {
  console.log(words.map(word => typeof word === 'string' ? word : JSON.stringify(word)).join(' '));
}

async function migrate() {
  await db.authenticate();
  await db.sync();
  await db.sync({alter: true});
  const schema = db.getQueryInterface();
  await schema.addColumn('books', 'pages', {type: DataTypes.INTEGER, allowNull: false, defaultValue: 0});
  await schema.addIndex('books', ['title'], {name: 'books_title'});
  say('tables', (await schema.showAllTables()).sort());
  for (const table of ['authors', 'books']) {
    say('table', table, await schema.describeTable(table));
    const indexes = (await schema.showIndex(table)).map(({name, fields, unique}) => [name, fields.map(f => f.attribute), unique]);
    say('indexes', table, indexes.sort());
    say('keys', table, await schema.getForeignKeyReferencesForTable(table));
  }
  say('version', (await schema.databaseVersion()).split('-').pop());
}

async function write() {
  for (let number = 1; number <= 6; number++) {
    await db.transaction(async transaction => {
      const author = await Author.create({name: `Author ${number} ünï`, born: `190${number}-01-0${number}`}, {transaction});
      for (let book = 0; book < number % 4; book++) {
        await author.createBook({
          title: `Title ${number}.${book}`, price: (9.95 * (book + 1)).toFixed(2), added: new Date(Date.UTC(2024, 1, 29, 12, number, book)),
        }, {transaction});
      }
      say('made', author.id, author.name);
    });
  }
  await Author.bulkCreate([{name: 'One of several'}, {name: 'Another'}]);
}

async function read() {
  say('get', (await Author.findByPk(3)).name, await Author.findByPk(4711));
  for (const author of await Author.findAll({include: {association: 'books', separate: true, order: ['title']}, order: ['id']})) say('author', author);
  for (const book of await Book.findAll({include: 'author', order: ['title']})) say('joined', book);
  say('counts', await Author.findAll({
    attributes: ['name', [db.fn('COUNT', db.col('books.id')), 'n']], include: {association: 'books', attributes: []},
    group: ['Author.name'], order: ['name'], raw: true,
  }));
  say('sum', await Book.sum('price'), await Book.count(), await Book.max('price'));
  say('page', (await Book.findAll({order: [['title', 'DESC']], limit: 3, offset: 2})).map(book => book.title));
  const {count, rows} = await Author.findAndCountAll({where: {id: {[Op.in]: [2, 5]}}, order: ['id']});
  say('in', count, rows.map(author => author.name));
  say('raw', await db.query('SELECT name FROM authors WHERE id = :id', {replacements: {id: 2}, type: Sequelize.QueryTypes.SELECT}));
  say('bound', await db.query('SELECT name FROM authors WHERE id = $id', {bind: {id: 2}, type: Sequelize.QueryTypes.SELECT}));
}

async function refused(work) {
  try {
    await work();
  } catch (error) {
    say('refused', error.name, error.parent ? error.parent.errno : error.message);
  }
}

async function change() {
  const author = await Author.findByPk(2);
  await author.update({name: 'Renamed'});
  say('updated', await Book.increment({price: 1}, {where: {author_id: 3}}));
  await author.reload();
  say('renamed', author.name);
  await refused(() => db.transaction(async transaction => {
    await author.update({name: 'Nobody'}, {transaction});
    throw new Error('on purpose');
  }));
  await author.reload();
  say('rolled back', author.name);
  await db.transaction({isolationLevel: Sequelize.Transaction.ISOLATION_LEVELS.READ_COMMITTED}, async transaction => {
    const locked = await Author.findByPk(2, {lock: transaction.LOCK.UPDATE, transaction});
    say('locked', locked.name);
    await refused(() => Author.create({id: 1, name: 'twice'}, {transaction}));
    await Author.update({name: 'After all'}, {where: {id: 2}, transaction});
  });
  say('after all', (await Author.findByPk(2)).name);
  say('upsert', (await Author.upsert({id: 4, name: 'Merged'}))[1], (await Author.findByPk(4)).name);
  const [found, made] = await Author.findOrCreate({where: {name: 'Merged'}});
  say('found', found.id, made);
  say('deleted', await Author.destroy({where: {id: 3}}), await Author.count(), await Book.count({where: {author_id: 3}}));
  await refused(() => db.query('SELECT * FROM no_such_table'));
}

async function main() {
  await migrate();
  await write();
  await read();
  await change();
  await db.drop();
  say('tables', await db.getQueryInterface().showAllTables());
  await db.close();
}

main().catch(error => {
  say('failed', String(error), error.sql);
  process.exit(1);
});
