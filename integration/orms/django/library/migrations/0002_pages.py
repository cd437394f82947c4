from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]
    operations = [
        migrations.AddField("book", "pages", models.IntegerField(default=0)),
        migrations.AddIndex("book", models.Index(fields=["title"], name="books_title")),
    ]
