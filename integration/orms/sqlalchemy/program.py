"""The story of orms/README.md with SQLAlchemy. Arguments: host, port, database."""

import datetime
import decimal
import sys

import sqlalchemy as sa
from sqlalchemy import orm

host, port, database = sys.argv[1], sys.argv[2], sys.argv[3]
Base = orm.declarative_base()


class Author(Base):
    __tablename__ = "authors"
    id = sa.Column(sa.BigInteger, primary_key=True)
    name = sa.Column(sa.String(60), nullable=False, index=True)
    born = sa.Column(sa.Date)
    books = orm.relationship("Book", back_populates="author", cascade="all, delete-orphan")


class Book(Base):
    __tablename__ = "books"
    id = sa.Column(sa.BigInteger, primary_key=True)
    author_id = sa.Column(sa.BigInteger, sa.ForeignKey("authors.id"), nullable=False)
    title = sa.Column(sa.String(100), nullable=False)
    price = sa.Column(sa.Numeric(8, 2))
    added = sa.Column(sa.DateTime)
    author = orm.relationship("Author", back_populates="books")


def say(*words):
    print(*words, flush=True)


def migrate(engine):
    Base.metadata.create_all(engine)
    Base.metadata.create_all(engine)  # finds them there
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE books ADD COLUMN pages INT NOT NULL DEFAULT 0"))
        connection.execute(sa.text("CREATE INDEX books_title ON books (title)"))
    seen = sa.inspect(engine)
    say("tables", sorted(seen.get_table_names()), seen.has_table("books"), seen.has_table("no_such"))
    for table in ("authors", "books"):
        for column in seen.get_columns(table):
            say("column", table, column["name"], column["type"], column["nullable"], column["default"], column.get("autoincrement"))
        say("primary key", table, seen.get_pk_constraint(table)["constrained_columns"])
        say("indexes", table, sorted((index["name"], index["column_names"]) for index in seen.get_indexes(table)))
        for key in seen.get_foreign_keys(table):
            say("foreign key", table, key["constrained_columns"], key["referred_table"], key["referred_columns"])
    reflected = sa.MetaData()
    reflected.reflect(engine)
    say("reflected", sorted(column.name for column in reflected.tables["books"].columns))


def write(session):
    for number in range(1, 7):
        author = Author(name=f"Author {number} ünï", born=datetime.date(1900 + number, 1, number))
        for book in range(number % 4):
            author.books.append(
                Book(
                    title=f"Title {number}.{book}",
                    price=decimal.Decimal("9.95") * (book + 1),
                    added=datetime.datetime(2024, 2, 29, 12, number, book),
                )
            )
        session.add(author)
    session.commit()
    say("ids", [author.id for author in session.query(Author).order_by(Author.id)])


def read(session):
    say("get", session.get(Author, 3).name, session.get(Author, 4711))
    query = session.query(Author).options(orm.selectinload(Author.books)).order_by(Author.id)
    for author in query:
        say("author", author.id, author.name, author.born, sorted((book.title, book.price, book.added) for book in author.books))
    for row in session.query(Book).options(orm.joinedload(Book.author)).order_by(Book.title):
        say("joined", row.title, row.author.name)
    counts = session.query(Author.name, sa.func.count(Book.id)).outerjoin(Book).group_by(Author.name).order_by(Author.name)
    say("counts", counts.all())
    say("sum", session.query(sa.func.sum(Book.price)).scalar(), session.query(Book).count())
    say("page", [book.title for book in session.query(Book).order_by(Book.title.desc()).limit(3).offset(2)])
    say("in", [author.name for author in session.query(Author).filter(Author.id.in_([2, 5])).order_by(Author.id)])
    say("exists", session.query(Author).filter(~Author.books.any()).count())
    say("text", session.execute(sa.text("SELECT name FROM authors WHERE id = :id"), {"id": 2}).scalar())


def change(session):
    author = session.get(Author, 2)
    author.name = "Renamed"
    session.query(Book).filter(Book.author_id == 3).update({"price": Book.price + 1}, synchronize_session=False)
    session.commit()
    say("renamed", session.get(Author, 2).name, sorted(book.price for book in session.get(Author, 3).books))
    session.get(Author, 2).name = "Nobody"
    session.flush()
    session.rollback()
    say("rolled back", session.get(Author, 2).name)
    with session.begin_nested():
        session.get(Author, 2).name = "Nested"
    try:
        with session.begin_nested():
            session.add(Author(id=1, name="twice"))
    except sa.exc.IntegrityError as error:
        say("refused", error.orig.args)
    session.commit()
    locked = session.query(Author).filter(Author.id == 2).with_for_update().one()
    say("locked", locked.name)
    session.commit()
    session.delete(session.get(Author, 3))
    session.commit()
    say("deleted", session.query(Author).count(), session.query(Book).filter(Book.author_id == 3).count())
    try:
        session.execute(sa.text("SELECT * FROM no_such_table"))
    except sa.exc.ProgrammingError as error:
        say("refused", error.orig.args[0])
    session.rollback()


engine = sa.create_engine(f"mysql+pymysql://app:secret@{host}:{port}/{database}?charset=utf8mb4", pool_pre_ping=True)
migrate(engine)
with orm.Session(engine) as session:
    write(session)
    read(session)
    change(session)
Base.metadata.drop_all(engine)
say("tables", sa.inspect(engine).get_table_names())
