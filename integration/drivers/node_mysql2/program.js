// Does steps.txt with mysql2. Arguments: host, port, steps.txt. Modules come from $NODE_PATH.
'use strict';
const fs = require('fs');
const mysql = require('mysql2/promise');

const [host, port, steps] = process.argv.slice(2);
const connections = {};
let name, last;

function say(...words) {
  console.log(words.join(' '));
}

function value(text) {
  const at = text.indexOf(':');
  const rest = text.slice(at + 1);
  switch (text.slice(0, at)) {
    case 'i': return Number.isSafeInteger(Number(rest)) ? Number(rest) : BigInt(rest);
    case 'f': return Number(rest);
    case 'x': return Buffer.from(rest, 'hex');
    case 'b': return 'x'.repeat(Number(rest));
    case 'n': return null;
    default: return rest;
  }
}

function shown(cell) {
  if (Buffer.isBuffer(cell)) return `x'${cell.toString('hex')}'`;
  if (cell instanceof Date) return isNaN(cell) ? 'invalid date' : cell.toISOString();
  return typeof cell === 'object' && cell !== null ? JSON.stringify(cell) : String(cell);
}

function one(result, fields) {
  if (!Array.isArray(result)) {
    say('done', result.affectedRows, 'changed', result.changedRows, 'id', result.insertId, 'warnings', result.warningStatus,
        result.info || '');
    return;
  }
  say('columns', (fields || []).map(f => `${f.name}:${f.columnType}:${f.columnLength}:${f.flags}`).join(' '));
  for (const row of result) say('row', row.map(shown).join('|'));
}

function print([result, fields]) {
  const several = Array.isArray(fields) && fields.some(f => f === undefined || Array.isArray(f));
  if (several) result.forEach((part, i) => one(part, fields[i]));
  else one(result, fields);
}

async function connect([as, ...words]) {
  name = as;
  delete connections[name];
  const o = Object.fromEntries(words.map(word => word.split(/=(.*)/s).slice(0, 2)));
  const attributes = o.attributes && Object.fromEntries(o.attributes.split(',').map(pair => pair.split(':')));
  connections[name] = await mysql.createConnection({
    host, port: Number(port), user: o.user ?? 'app', password: o.password ?? 'secret', database: o.database ?? 'commerce',
    charset: o.charset === 'latin1' ? 'LATIN1_SWEDISH_CI' : 'UTF8MB4_GENERAL_CI', rowsAsArray: true, supportBigNumbers: true,
    flags: o.found_rows ? ['FOUND_ROWS'] : ['-FOUND_ROWS'], multipleStatements: !!o.multi, timezone: 'Z', compress: !!o.compress,
    ssl: o.tls ? {rejectUnauthorized: false} : undefined, connectAttributes: attributes,
  });
  connections[name].connection.on('error', () => {});
  say('connected');
}

const words = {
  connect,
  use: async ([as]) => { name = as; },
  close: async () => { const c = connections[name]; delete connections[name]; await c.end(); say('closed'); },
  query: async ([sql]) => {
    const file = process.env.CONFORMANCE_FILE;
    print(await connections[name].query({sql: sql.replace('$FILE', file), infileStreamFactory: () => fs.createReadStream(file)}));
  },
  length: async ([sql]) => { const [rows] = await connections[name].query(sql); say('length', rows[0][0].length); },
  exec: async ([sql, ...values]) => { last = sql; print(await connections[name].execute(sql, values.map(value))); },
  again: async values => print(await connections[name].execute(last, values.map(value))),
  batch: async ([sql, ...values]) => {
    let rows = 0;
    for (let i = 0; i < 100; i++) rows += (await connections[name].execute(sql, values.map(value)))[0].affectedRows;
    say('batch', rows);
  },
  stream: ([sql]) => new Promise((resolve, reject) => {
    let count = 0, characters = 0;
    connections[name].connection.query(sql).stream().on('data', row => {
      count++;
      characters += row.reduce((sum, cell) => sum + String(cell).length, 0);
    }).on('end', () => { say('streamed', count, characters); resolve(); }).on('error', reject);
  }),
  begin: () => connections[name].beginTransaction(),
  commit: () => connections[name].commit(),
  rollback: () => connections[name].rollback(),
  autocommit: ([how]) => connections[name].query(`SET autocommit = ${how}`),
  isolation: async ([level]) => {
    await connections[name].query(`SET SESSION TRANSACTION ISOLATION LEVEL ${level}`);
    print(await connections[name].query("SHOW VARIABLES LIKE 't%_isolation'"));
  },
  ping: async () => { await connections[name].ping(); say('alive'); },
  schema: ([database]) => connections[name].changeUser({user: 'app', password: 'secret', database}),
  change_user: async ([user, password, database]) => {
    await connections[name].changeUser({user, password, database});
    say('changed');
  },
  kill: async ([other]) => {
    const [rows] = await connections[other].query('SELECT CONNECTION_ID()');
    await connections[name].query(`KILL ${rows[0][0]}`);
  },
};
words.multi = words.query;

async function main() {
  for (const line of fs.readFileSync(steps, 'utf8').split('\n')) {
    if (!line || line.startsWith('#')) continue;
    const [word, ...rest] = line.split('\t');
    if (word === 'section') {
      say('==', rest[0]);
      continue;
    }
    say('>', line.slice(0, 200));
    if (!words[word]) {
      say('unsupported');
      continue;
    }
    try {
      await words[word](rest);
    } catch (error) {
      say('error', error.errno ?? error.code ?? error.name, error.sqlState ?? '', error.sqlMessage ?? '');
    }
  }
  process.exit(0);
}
main();
