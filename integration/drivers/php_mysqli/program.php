<?php
// Does steps.txt with mysqli. Arguments: host, port, steps.txt.
[$_, $host, $port, $steps] = $argv;
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$connections = [];
$name = $last = null;

function say(...$words) { echo implode(' ', $words), "\n"; }

function value($text) {
    [$kind, $rest] = explode(':', $text, 2);
    return match ($kind) {
        'i' => (int) $rest, 'f' => (float) $rest, 'x' => hex2bin($rest), 'b' => str_repeat('x', (int) $rest), 'n' => null,
        default => $rest,
    };
}

function types($values) {
    return implode('', array_map(fn ($v) => is_int($v) ? 'i' : (is_float($v) ? 'd' : 's'), $values));
}

function shown($cell) {
    if ($cell === null) return 'NULL';
    if (is_string($cell)) return preg_match('//u', $cell) && !preg_match('/[\x00-\x1f]/', $cell) ? "'$cell'" : "x'" . bin2hex($cell) . "'";
    return var_export($cell, true);
}

function rows($result) {
    say('columns', ...array_map(fn ($f) => "$f->name:$f->type:$f->length:$f->flags:$f->decimals", $result->fetch_fields()));
    while ($row = $result->fetch_row()) say('row', implode('|', array_map('shown', $row)));
    $result->free();
}

function results($c) {
    do {
        $result = $c->store_result();
        if ($result) rows($result);
        else say('done', $c->affected_rows, 'id', $c->insert_id, 'warnings', $c->warning_count, $c->info ?? '');
    } while ($c->more_results() && $c->next_result());
}

function execute($c, $sql, $values) {
    $values = array_map('value', $values);
    $statement = $c->prepare($sql);
    if ($values) {
        $types = types($values);
        foreach ($values as $i => $v) if (is_string($v) && strlen($v) > 1000000) { $types[$i] = 'b'; }
        $bound = array_map(fn ($v) => is_string($v) && strlen($v) > 1000000 ? null : $v, $values);
        $statement->bind_param($types, ...$bound);
        foreach ($values as $i => $v) if ($types[$i] === 'b') foreach (str_split($v, 1 << 20) as $part) $statement->send_long_data($i, $part);
    }
    $statement->execute();
    $result = $statement->get_result();
    if ($result) rows($result);
    else say('done', $statement->affected_rows, 'id', $statement->insert_id);
    $statement->close();
}

$words = [
    'connect' => function ($as, ...$options) use (&$connections, &$name, $host, $port) {
        $o = [];
        foreach ($options as $option) { [$k, $v] = explode('=', $option, 2); $o[$k] = $v; }
        $name = $as;
        unset($connections[$name]);
        $c = mysqli_init();
        $c->options(MYSQLI_OPT_LOCAL_INFILE, isset($o['infile']) ? 1 : 0);
        $c->options(MYSQLI_OPT_INT_AND_FLOAT_NATIVE, 1);
        $flags = (isset($o['found_rows']) ? MYSQLI_CLIENT_FOUND_ROWS : 0) | (isset($o['compress']) ? MYSQLI_CLIENT_COMPRESS : 0);
        if (isset($o['tls'])) $flags |= MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT;
        @$c->real_connect($host, $o['user'] ?? 'app', $o['password'] ?? 'secret', $o['database'] ?? 'commerce', (int) $port, null, $flags);
        $c->set_charset($o['charset'] ?? 'utf8mb4');
        $connections[$name] = $c;
        say('connected');
    },
    'use' => function ($as) use (&$name) { $name = $as; },
    'close' => function () use (&$connections, &$name) { $connections[$name]->close(); unset($connections[$name]); say('closed'); },
    'query' => function ($sql) use (&$connections, &$name) {
        $c = $connections[$name];
        $c->real_query(str_replace('$FILE', getenv('CONFORMANCE_FILE'), $sql));
        results($c);
    },
    'multi' => function ($sql) use (&$connections, &$name) { $connections[$name]->multi_query($sql); results($connections[$name]); },
    'length' => function ($sql) use (&$connections, &$name) { say('length', strlen($connections[$name]->query($sql)->fetch_row()[0])); },
    'exec' => function ($sql, ...$values) use (&$connections, &$name, &$last) { $last = $sql; execute($connections[$name], $sql, $values); },
    'again' => function (...$values) use (&$connections, &$name, &$last) { execute($connections[$name], $last, $values); },
    'batch' => function ($sql, ...$values) use (&$connections, &$name) {
        $values = array_map('value', $values);
        $statement = $connections[$name]->prepare($sql);
        $statement->bind_param(types($values), ...$values);
        $rows = 0;
        for ($i = 0; $i < 100; $i++) { $statement->execute(); $rows += $statement->affected_rows; }
        say('batch', $rows);
    },
    'stream' => function ($sql, $size) use (&$connections, &$name) {
        $statement = $connections[$name]->prepare($sql);
        $statement->attr_set(MYSQLI_STMT_ATTR_CURSOR_TYPE, MYSQLI_CURSOR_TYPE_READ_ONLY);
        $statement->execute();
        $statement->bind_result($a, $b);
        $count = $characters = 0;
        while ($statement->fetch()) { $count++; $characters += strlen($a) + strlen($b); }
        say('streamed', $count, $characters);
        $statement->close();
    },
    'begin' => function () use (&$connections, &$name) { $connections[$name]->begin_transaction(); },
    'commit' => function () use (&$connections, &$name) { $connections[$name]->commit(); },
    'rollback' => function () use (&$connections, &$name) { $connections[$name]->rollback(); },
    'autocommit' => function ($how) use (&$connections, &$name) { $connections[$name]->autocommit($how === 'on'); },
    'isolation' => function ($level) use (&$connections, &$name) {
        $connections[$name]->query("SET SESSION TRANSACTION ISOLATION LEVEL $level");
        rows($connections[$name]->query("SHOW VARIABLES LIKE 't%_isolation'"));
    },
    'ping' => function () use (&$connections, &$name) { $connections[$name]->ping(); say('alive'); },
    'schema' => function ($database) use (&$connections, &$name) { $connections[$name]->select_db($database); },
    'change_user' => function ($user, $password, $database) use (&$connections, &$name) {
        $connections[$name]->change_user($user, $password, $database);
        say('changed');
    },
    'kill' => function ($other) use (&$connections, &$name) {
        $id = $connections[$other]->query('SELECT CONNECTION_ID()')->fetch_row()[0];
        $connections[$name]->query("KILL $id");
    },
];

foreach (explode("\n", file_get_contents($steps)) as $line) {
    if ($line === '' || $line[0] === '#') continue;
    $rest = explode("\t", $line);
    $word = array_shift($rest);
    if ($word === 'section') { say('==', $rest[0]); continue; }
    say('>', substr($line, 0, 200));
    if (!isset($words[$word])) { say('unsupported'); continue; }
    try {
        @$words[$word](...$rest);
    } catch (mysqli_sql_exception $error) {
        say('error', $error->getCode(), $error->getSqlState(), $error->getMessage());
    } catch (Error $error) {
        say('failed', get_class($error));
    }
}
