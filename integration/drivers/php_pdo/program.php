<?php
// Does steps.txt with PDO. Arguments: host, port, steps.txt.
[$_, $host, $port, $steps] = $argv;
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

function shown($cell) {
    if ($cell === null) return 'NULL';
    if (is_string($cell)) return preg_match('//u', $cell) && !preg_match('/[\x00-\x1f]/', $cell) ? "'$cell'" : "x'" . bin2hex($cell) . "'";
    return var_export($cell, true);
}

function results($c, $statement) {
    do {
        $columns = $statement->columnCount();
        if ($columns === 0) { say('done', $statement->rowCount(), 'id', $c->lastInsertId()); continue; }
        $names = [];
        for ($i = 0; $i < $columns; $i++) { $meta = $statement->getColumnMeta($i); $names[] = "{$meta['name']}:" . ($meta['native_type'] ?? '?') . ":{$meta['len']}"; }
        say('columns', ...$names);
        foreach ($statement->fetchAll(PDO::FETCH_NUM) as $row) say('row', implode('|', array_map('shown', $row)));
    } while ($statement->nextRowset());
}

function execute($c, $sql, $values) {
    $statement = $c->prepare($sql);
    foreach (array_map('value', $values) as $i => $v) $statement->bindValue($i + 1, $v, is_int($v) ? PDO::PARAM_INT : ($v === null ? PDO::PARAM_NULL : PDO::PARAM_STR));
    $statement->execute();
    results($c, $statement);
}

$words = [
    'connect' => function ($as, ...$options) use (&$connections, &$name, $host, $port) {
        $o = [];
        foreach ($options as $option) { [$k, $v] = explode('=', $option, 2); $o[$k] = $v; }
        $name = $as;
        unset($connections[$name]);
        $more = [
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_EMULATE_PREPARES => false,
            PDO::MYSQL_ATTR_FOUND_ROWS => isset($o['found_rows']), PDO::MYSQL_ATTR_LOCAL_INFILE => isset($o['infile']),
            PDO::MYSQL_ATTR_MULTI_STATEMENTS => isset($o['multi']), PDO::MYSQL_ATTR_COMPRESS => isset($o['compress']),
        ];
        if (isset($o['tls'])) { $more[PDO::MYSQL_ATTR_SSL_CA] = getenv('CONFORMANCE_CA'); $more[PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT] = false; }
        $connections[$name] = new PDO("mysql:host=$host;port=$port;dbname=" . ($o['database'] ?? 'commerce') . ';charset=' . ($o['charset'] ?? 'utf8mb4'),
            $o['user'] ?? 'app', $o['password'] ?? 'secret', $more);
        say('connected');
    },
    'use' => function ($as) use (&$name) { $name = $as; },
    'close' => function () use (&$connections, &$name) { unset($connections[$name]); say('closed'); },
    'query' => function ($sql) use (&$connections, &$name) {
        $sql = str_replace('$FILE', getenv('CONFORMANCE_FILE'), $sql);
        results($connections[$name], $connections[$name]->query($sql));
    },
    // Only emulated statements may be several.
    'multi' => function ($sql) use (&$connections, &$name) {
        $connections[$name]->setAttribute(PDO::ATTR_EMULATE_PREPARES, true);
        try { results($connections[$name], $connections[$name]->query($sql)); } finally { $connections[$name]->setAttribute(PDO::ATTR_EMULATE_PREPARES, false); }
    },
    'length' => function ($sql) use (&$connections, &$name) { say('length', strlen($connections[$name]->query($sql)->fetchColumn())); },
    'exec' => function ($sql, ...$values) use (&$connections, &$name, &$last) { $last = $sql; execute($connections[$name], $sql, $values); },
    'again' => function (...$values) use (&$connections, &$name, &$last) { execute($connections[$name], $last, $values); },
    'batch' => function ($sql, ...$values) use (&$connections, &$name) {
        $values = array_map('value', $values);
        $statement = $connections[$name]->prepare($sql);
        $rows = 0;
        for ($i = 0; $i < 100; $i++) { $statement->execute($values); $rows += $statement->rowCount(); }
        say('batch', $rows);
    },
    'stream' => function ($sql) use (&$connections, &$name) {
        $connections[$name]->setAttribute(PDO::MYSQL_ATTR_USE_BUFFERED_QUERY, false);
        $statement = $connections[$name]->query($sql);
        $count = $characters = 0;
        while ($row = $statement->fetch(PDO::FETCH_NUM)) { $count++; $characters += array_sum(array_map('strlen', $row)); }
        $statement->closeCursor();
        $connections[$name]->setAttribute(PDO::MYSQL_ATTR_USE_BUFFERED_QUERY, true);
        say('streamed', $count, $characters);
    },
    'begin' => function () use (&$connections, &$name) { $connections[$name]->beginTransaction(); },
    'commit' => function () use (&$connections, &$name) { $connections[$name]->commit(); },
    'rollback' => function () use (&$connections, &$name) { $connections[$name]->rollBack(); },
    'autocommit' => function ($how) use (&$connections, &$name) { $connections[$name]->setAttribute(PDO::ATTR_AUTOCOMMIT, $how === 'on'); },
    'isolation' => function ($level) use (&$connections, &$name) {
        $connections[$name]->exec("SET SESSION TRANSACTION ISOLATION LEVEL $level");
        results($connections[$name], $connections[$name]->query("SHOW VARIABLES LIKE 't%_isolation'"));
    },
    'kill' => function ($other) use (&$connections, &$name) {
        $id = $connections[$other]->query('SELECT CONNECTION_ID()')->fetchColumn();
        $connections[$name]->exec("KILL $id");
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
    } catch (PDOException $error) {
        say('error', $error->getCode(), $error->errorInfo[1] ?? '', $error->errorInfo[2] ?? '');
    } catch (Error $error) {
        say('failed', get_class($error));
    }
}
