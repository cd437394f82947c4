# Does steps.txt with DBI. Arguments: DBD (mysql or MariaDB), host, port, steps.txt.
use strict;
use warnings;
use utf8;
use DBI;
use open qw(:std :encoding(UTF-8));
$| = 1;
my ($dbd, $host, $port, $steps) = @ARGV;
my $own = lc($dbd) eq 'mysql' ? 'mysql' : 'mariadb';
my (%connections, $name, $last);

sub say_ { print join(' ', map { defined $_ ? $_ : 'NULL' } @_), "\n" }

sub value {
    my ($kind, $rest) = split /:/, $_[0], 2;
    return undef if $kind eq 'n';
    return 'x' x $rest if $kind eq 'b';
    return pack('H*', $rest) if $kind eq 'x';
    return $rest;
}

sub shown {
    my $cell = shift;
    return 'NULL' unless defined $cell;
    return $cell =~ /[\x00-\x1f\x7f-\x9f\xad\x{fffd}]|[\xff\xef]/ ? "x'" . join('', map { sprintf '%02x', ord } split //, $cell) . "'" : $cell;
}

sub results {
    my $statement = shift;
    while (1) {
        if ($statement->{NUM_OF_FIELDS}) {
            my @types = @{$statement->{TYPE} // []};
            say_('columns', map { "$statement->{NAME}[$_]:" . ($types[$_] // '') } 0 .. $statement->{NUM_OF_FIELDS} - 1);
            while (my $row = $statement->fetchrow_arrayref) { say_('row', join '|', map { shown($_) } @$row) }
        } else {
            say_('done', $statement->rows, 'id', $statement->{"${own}_insertid"}, 'warnings', $statement->{"${own}_warning_count"});
        }
        last unless $statement->more_results;
    }
}

sub execute {
    my ($sql, @values) = @_;
    my $statement = $connections{$name}->prepare($sql, {"${own}_server_prepare" => 1});
    my $i = 0;
    for my $text (@values) {
        my $type = $text =~ /^i/ ? DBI::SQL_BIGINT : $text =~ /^f/ ? DBI::SQL_DOUBLE : $text =~ /^x/ ? DBI::SQL_BLOB : DBI::SQL_VARCHAR;
        $statement->bind_param(++$i, value($text), $type);
    }
    $statement->execute;
    results($statement);
}

my %words = (
    connect => sub {
        my ($as, @words) = @_;
        my %o = map { split /=/, $_, 2 } @words;
        $name = $as;
        delete $connections{$name};
        my $dsn = "DBI:$dbd:database=" . ($o{database} // 'commerce') . ";host=$host;port=$port";
        $dsn .= ";${own}_client_found_rows=" . ($o{found_rows} ? 1 : 0);
        $dsn .= ";${own}_multi_statements=1" if $o{multi};
        $dsn .= ";${own}_local_infile=1" if $o{infile};
        $dsn .= ";${own}_compression=1" if $o{compress};
        $dsn .= ";${own}_ssl=1;${own}_ssl_ca_file=$ENV{CONFORMANCE_CA}" if $o{tls};
        $connections{$name} = DBI->connect($dsn, $o{user} // 'app', $o{password} // 'secret',
            {RaiseError => 1, PrintError => 0, AutoCommit => 1, $own eq 'mysql' ? (mysql_enable_utf8mb4 => 1) : ()});
        $connections{$name}->do("SET NAMES $o{charset}") if $o{charset};
        say_('connected');
    },
    use => sub { $name = shift },
    close => sub { (delete $connections{$name})->disconnect; say_('closed') },
    query => sub {
        my $sql = shift;
        $sql =~ s/\$FILE/$ENV{CONFORMANCE_FILE}/;
        my $statement = $connections{$name}->prepare($sql, {"${own}_server_prepare" => 0});
        $statement->execute;
        results($statement);
    },
    length => sub { say_('length', length(($connections{$name}->selectrow_array(shift))[0])) },
    exec => sub { $last = $_[0]; execute(@_) },
    again => sub { execute($last, @_) },
    batch => sub {
        my ($sql, @values) = @_;
        my $statement = $connections{$name}->prepare($sql);
        my $rows = 0;
        $rows += $statement->execute(map { value($_) } @values) for 1 .. 100;
        say_('batch', $rows);
    },
    stream => sub {
        my $statement = $connections{$name}->prepare(shift, {"${own}_use_result" => 1});
        $statement->execute;
        my ($count, $characters) = (0, 0);
        while (my $row = $statement->fetchrow_arrayref) { $count++; $characters += length for @$row }
        say_('streamed', $count, $characters);
    },
    begin => sub { $connections{$name}->begin_work },
    commit => sub { $connections{$name}->commit },
    rollback => sub { $connections{$name}->rollback },
    autocommit => sub { $connections{$name}{AutoCommit} = $_[0] eq 'on' ? 1 : 0 },
    isolation => sub {
        $connections{$name}->do("SET SESSION TRANSACTION ISOLATION LEVEL $_[0]");
        say_('row', $connections{$name}->selectrow_array("SHOW VARIABLES LIKE 't%_isolation'"));
    },
    ping => sub { say_('alive', $connections{$name}->ping ? 1 : 0) },
    kill => sub {
        my ($id) = $connections{$_[0]}->selectrow_array('SELECT CONNECTION_ID()');
        $connections{$name}->do("KILL $id");
    },
);
$words{multi} = $words{query};

open my $file, '<:encoding(UTF-8)', $steps or die $!;
while (my $line = <$file>) {
    chomp $line;
    next if $line eq '' || $line =~ /^#/;
    my ($word, @rest) = split /\t/, $line, -1;
    if ($word eq 'section') { say_('==', @rest); next }
    say_('>', substr $line, 0, 200);
    if (!$words{$word}) { say_('unsupported'); next }
    eval { $words{$word}->(@rest); 1 } or do {
        my $at = $connections{$name // ''};
        my ($code, $state, $text) = $word eq 'connect' ? ($DBI::err, $DBI::state, $DBI::errstr) : ($at && $at->err, $at && $at->state, $at && $at->errstr);
        say_('error', $code, $state, $text);
    };
}
