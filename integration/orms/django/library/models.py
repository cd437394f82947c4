from django.db import models


class Author(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60, db_index=True)
    born = models.DateField(null=True)

    class Meta:
        db_table = "authors"


class Book(models.Model):
    id = models.BigAutoField(primary_key=True)
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    title = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    added = models.DateTimeField(null=True)
    pages = models.IntegerField(default=0)

    class Meta:
        db_table = "books"
        indexes = [models.Index(fields=["title"], name="books_title")]
