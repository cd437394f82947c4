"""The story of orms/README.md with Django. Arguments: host, port, database."""

import datetime
import decimal
import sys

import django
from django.conf import settings

host, port, database = sys.argv[1:4]
settings.configure(
    INSTALLED_APPS=["library"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.mysql",
            "HOST": host,
            "PORT": port,
            "NAME": database,
            "USER": "app",
            "PASSWORD": "secret",
            "OPTIONS": {"charset": "utf8mb4"},
        }
    },
)
django.setup()
from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, ProgrammingError, connection, transaction  # noqa: E402
from django.db.models import Count, F, Sum  # noqa: E402
from library.models import Author, Book  # noqa: E402


def say(*words):
    print(*words, flush=True)


def migrate():
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)  # nothing left to do
    with connection.cursor() as cursor:
        seen = connection.introspection
        say("tables", sorted(seen.get_table_list(cursor)))
        for table in ("authors", "books"):
            for column in seen.get_table_description(cursor, table):
                say("column", table, *column[:8], *column[8:])
            say("relations", table, seen.get_relations(cursor, table))
            for name, constraint in sorted(seen.get_constraints(cursor, table).items()):
                say("constraint", table, name, sorted(constraint.items(), key=str))
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY name")
        say("migrations", cursor.fetchall())
    say("sequences", connection.introspection.sequence_list())


def write():
    with transaction.atomic():
        for number in range(1, 7):
            author = Author.objects.create(name=f"Author {number} ünï", born=datetime.date(1900 + number, 1, number))
            Book.objects.bulk_create(
                Book(
                    author=author,
                    title=f"Title {number}.{book}",
                    price=decimal.Decimal("9.95") * (book + 1),
                    added=datetime.datetime(2024, 2, 29, 12, number, book),
                )
                for book in range(number % 4)
            )
    say("ids", list(Author.objects.order_by("id").values_list("id", flat=True)))


def read():
    say("get", Author.objects.get(pk=3).name, Author.objects.filter(pk=4711).first())
    for author in Author.objects.prefetch_related("books").order_by("id"):
        books = sorted((book.title, book.price, book.added) for book in author.books.all())
        say("author", author.id, author.name, author.born, books)
    for book in Book.objects.select_related("author").order_by("title"):
        say("joined", book.title, book.author.name)
    say("counts", list(Author.objects.annotate(n=Count("books")).order_by("name").values_list("name", "n")))
    say("sum", Book.objects.aggregate(Sum("price")), Book.objects.count())
    say("page", list(Book.objects.order_by("-title").values_list("title", flat=True)[2:5]))
    say("in", list(Author.objects.filter(id__in=[2, 5]).order_by("id").values_list("name", flat=True)))
    say("exists", Author.objects.filter(books__isnull=True).count(), Book.objects.filter(author_id=3).exists())
    say("by other table", list(Book.objects.filter(author__name__startswith="Author 3").order_by("title").values_list("title")))
    say("years", list(Author.objects.dates("born", "year")))
    say("raw", [author.name for author in Author.objects.raw("SELECT * FROM authors WHERE id = %s", [2])])


def change():
    author = Author.objects.get(pk=2)
    author.name = "Renamed"
    author.save()
    say("updated", Book.objects.filter(author_id=3).update(price=F("price") + 1))
    say("renamed", Author.objects.get(pk=2).name, sorted(book.price for book in Author.objects.get(pk=3).books.all()))
    try:
        with transaction.atomic():
            Author.objects.filter(pk=2).update(name="Nobody")
            raise ValueError
    except ValueError:
        say("rolled back", Author.objects.get(pk=2).name)
    with transaction.atomic():
        say("locked", Author.objects.select_for_update().get(pk=2).name)
        try:
            with transaction.atomic():
                Author.objects.create(id=1, name="twice")
        except IntegrityError as error:
            say("refused", error.args)
        Author.objects.filter(pk=2).update(name="After all")
    say("after all", Author.objects.get(pk=2).name)
    say("found or made", Author.objects.get_or_create(name="Author 1 ünï")[1], Author.objects.get_or_create(name="New")[1])
    say("deleted", Author.objects.get(pk=3).delete(), Author.objects.count(), Book.objects.filter(author_id=3).count())
    try:
        connection.cursor().execute("SELECT * FROM no_such_table")
    except ProgrammingError as error:
        say("refused", error.args[0])


migrate()
write()
read()
change()
call_command("migrate", "library", "zero", verbosity=0)
say("tables", connection.introspection.table_names())
