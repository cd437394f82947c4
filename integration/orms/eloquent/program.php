<?php
// The story of orms/README.md with Laravel's Eloquent. Arguments: host, port, database.
error_reporting(E_ALL & ~E_DEPRECATED);
require '/usr/share/php/Illuminate/Database/autoload.php';

use Illuminate\Database\Capsule\Manager;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Database\QueryException;
use Illuminate\Database\Schema\Blueprint;

[, $host, $port, $database] = $argv;
$manager = new Manager();
$manager->addConnection([
    'driver' => 'mysql', 'host' => $host, 'port' => $port, 'database' => $database, 'username' => 'app', 'password' => 'secret',
    'charset' => 'utf8mb4', 'collation' => 'utf8mb4_unicode_ci', 'timezone' => '+00:00', 'strict' => true,
]);
$manager->setAsGlobal();
$manager->bootEloquent();

class Author extends Model
{
    public $timestamps = false;
    protected $guarded = [];

    public function books()
    {
        return $this->hasMany(Book::class);
    }
}

class Book extends Model
{
    public $timestamps = false;
    protected $guarded = [];

    public function author()
    {
        return $this->belongsTo(Author::class);
    }
}

function say(...$words)
{
    echo implode(' ', array_map(fn ($word) => is_string($word) ? $word : json_encode($word, JSON_UNESCAPED_UNICODE), $words)), "\n";
}

function refused(callable $work)
{
    try {
        $work();
    } catch (QueryException $error) {
        say('refused', $error->errorInfo[0], $error->errorInfo[1]);
    } catch (RuntimeException $error) {
        say('failed', $error->getMessage());
    }
}

function migrate()
{
    $schema = Manager::schema();
    $schema->create('authors', function (Blueprint $table) {
        $table->id();
        $table->string('name', 60)->index();
        $table->date('born')->nullable();
    });
    $schema->create('books', function (Blueprint $table) {
        $table->id();
        $table->foreignId('author_id')->constrained()->cascadeOnDelete();
        $table->string('title', 100);
        $table->decimal('price')->nullable();
        $table->dateTime('added')->nullable();
    });
    $schema->table('books', function (Blueprint $table) {
        $table->integer('pages')->default(0)->after('title');
        $table->index('title', 'books_title');
    });
    say('tables', $schema->hasTable('books'), $schema->hasTable('no_such'), $schema->hasColumns('books', ['pages', 'title']));
    foreach ($schema->getAllTables() as $row) {
        say('table', array_values((array) $row));
    }
    foreach (['authors', 'books'] as $table) {
        $columns = $schema->getColumnListing($table); // in no order
        sort($columns);
        say('columns', $table, $columns);
    }
}

function write()
{
    for ($number = 1; $number <= 6; $number++) {
        Manager::connection()->transaction(function () use ($number) {
            $author = Author::create(['name' => "Author $number ünï", 'born' => sprintf('190%d-01-0%d', $number, $number)]);
            for ($book = 0; $book < $number % 4; $book++) {
                $author->books()->create([
                    'title' => "Title $number.$book", 'price' => 9.95 * ($book + 1), 'added' => "2024-02-29 12:0$number:0$book",
                ]);
            }
            say('made', $author->id);
        });
    }
    say('several', Author::insert([['name' => 'One of several'], ['name' => 'Another']]));
}

function read()
{
    say('get', Author::find(3)->name, Author::find(4711));
    foreach (Author::with(['books' => fn ($query) => $query->orderBy('title')])->orderBy('id')->get() as $author) {
        say('author', $author->toArray());
    }
    foreach (Book::join('authors', 'authors.id', '=', 'books.author_id')->orderBy('title')->get(['title', 'name']) as $row) {
        say('joined', $row->toArray());
    }
    say('counts', Author::withCount('books')->orderBy('id')->pluck('books_count', 'name'));
    say('sum', Book::sum('price'), Book::count(), Book::max('added'));
    say('page', Book::orderByDesc('title')->skip(2)->take(3)->pluck('title'));
    say('paged', Author::orderBy('id')->forPage(2, 3)->pluck('id'));
    say('in', Author::whereIn('id', [2, 5])->orderBy('id')->pluck('name'), Author::doesntHave('books')->count());
    say('raw', Manager::select('SELECT name FROM authors WHERE id = ?', [2]));
    Author::orderBy('id')->chunk(3, fn ($rows) => say('chunk', $rows->pluck('id')));
}

function change()
{
    $author = Author::find(2);
    $author->update(['name' => 'Renamed']);
    say('updated', Book::where('author_id', 3)->increment('price'), $author->fresh()->name);
    refused(fn () => Manager::connection()->transaction(function () use ($author) {
        $author->update(['name' => 'Nobody']);
        throw new RuntimeException('on purpose');
    }));
    say('rolled back', $author->fresh()->name);
    Manager::connection()->transaction(function () {
        say('locked', Author::lockForUpdate()->find(2)->name);
        refused(fn () => Manager::connection()->transaction(fn () => Author::create(['id' => 1, 'name' => 'twice'])));
        Author::where('id', 2)->update(['name' => 'After all']);
    });
    say('after all', $author->fresh()->name);
    say('upserted', Author::upsert([['id' => 4, 'name' => 'Merged']], ['id'], ['name']), Author::find(4)->name);
    say('found', Author::firstOrCreate(['name' => 'Merged'])->id, Author::updateOrCreate(['id' => 5], ['name' => 'Five'])->name);
    say('deleted', Author::destroy(3), Author::count(), Book::where('author_id', 3)->count());
    refused(fn () => Manager::select('SELECT * FROM no_such_table'));
}

migrate();
write();
read();
change();
Manager::schema()->drop('books');
Manager::schema()->drop('authors');
say('tables', Manager::schema()->getAllTables());
