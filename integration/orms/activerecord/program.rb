# The story of orms/README.md with ActiveRecord. Arguments: host, port, database.
require "active_record"
require "stringio"

host, port, database = ARGV
ActiveRecord::Base.establish_connection(
  adapter: "mysql2", host: host, port: port.to_i, database: database, username: "app", password: "secret", encoding: "utf8mb4"
)
ActiveRecord::Base.default_timezone = :utc
ActiveRecord::Migration.verbose = false

class Author < ActiveRecord::Base
  has_many :books
end

class Book < ActiveRecord::Base
  belongs_to :author
end

def say(*words)
  puts words.map(&:inspect).join(" ")
  $stdout.flush
end

def refused
  yield
rescue ActiveRecord::ActiveRecordError => error
  say :refused, error.class.name, error.cause.respond_to?(:error_number) ? error.cause.error_number : nil
end

def migrate(context)
  context.migrate
  context.migrate # nothing left to do
  say :migrations, context.get_all_versions, context.current_version, context.needs_migration?
  connection = ActiveRecord::Base.connection
  say :tables, connection.tables.sort, connection.table_exists?("books"), connection.data_source_exists?("no_such")
  %w[authors books].each do |table|
    connection.columns(table).each { |column| say :column, table, column.name, column.sql_type, column.null, column.default, column.comment }
    say :indexes, table, connection.indexes(table).map { |index| [index.name, index.columns, index.unique] }.sort
    say :keys, table, connection.primary_key(table), connection.foreign_keys(table).map { |key| [key.from_table, key.to_table, key.options.except(:name)] }
  end
  dumped = StringIO.new
  ActiveRecord::SchemaDumper.dump(connection, dumped)
  puts dumped.string
end

def write
  (1..6).each do |number|
    Author.transaction do
      author = Author.create!(name: "Author #{number} ünï", born: Date.new(1900 + number, 1, number))
      (0...number % 4).each do |book|
        author.books.create!(title: "Title #{number}.#{book}", price: 9.95.to_d * (book + 1), added: Time.utc(2024, 2, 29, 12, number, book))
      end
      say :made, author.id
    end
  end
  Author.insert_all([{name: "One of several"}, {name: "Another"}])
end

def read
  say :get, Author.find(3).name, Author.find_by(id: 4711)
  Author.includes(:books).order(:id).each { |author| say :author, author.attributes, author.books.map(&:attributes).sort_by { |book| book["title"] } }
  Book.joins(:author).order(:title).pluck("books.title", "authors.name").each { |row| say :joined, *row }
  Book.eager_load(:author).order(:title).each { |book| say :eager, book.title, book.author.name }
  say :counts, Author.left_joins(:books).group(:name).order(:name).count("books.id")
  say :sum, Book.sum(:price), Book.count, Book.maximum(:added)
  say :page, Book.order(title: :desc).limit(3).offset(2).pluck(:title)
  say :in, Author.where(id: [2, 5]).order(:id).pluck(:name), Author.where.missing(:books).count, Author.exists?(name: "nobody")
  say :raw, Author.connection.select_values("SELECT name FROM authors WHERE id = 2")
  Author.in_batches(of: 3) { |batch| say :batch, batch.pluck(:id).sort }
end

def change
  author = Author.find(2)
  author.update!(name: "Renamed")
  say :updated, Book.where(author_id: 3).update_all("price = price + 1"), author.reload.name
  Author.transaction do
    author.update!(name: "Nobody")
    raise ActiveRecord::Rollback
  end
  say :rolled_back, author.reload.name
  Author.transaction(isolation: :read_committed) do
    say :locked, Author.lock.find(2).name
    refused { Author.transaction(requires_new: true) { Author.create!(id: 1, name: "twice") } }
    Author.find(2).update!(name: "After all")
  end
  say :after_all, author.reload.name
  say :upserted, Author.upsert({id: 4, name: "Merged"}).class, Author.find(4).name
  say :found, Author.find_or_create_by!(name: "Merged").id
  say :locked_by_name, Author.connection.get_advisory_lock("orm"), Author.connection.release_advisory_lock("orm")
  say :deleted, Author.find(3).delete.id, Author.count, Book.where(author_id: 3).count
  refused { Author.connection.execute("SELECT * FROM no_such_table") }
end

context = ActiveRecord::MigrationContext.new(File.join(__dir__, "migrate"), ActiveRecord::SchemaMigration)
migrate(context)
write
read
change
context.migrate(0)
say :tables, ActiveRecord::Base.connection.tables.sort
