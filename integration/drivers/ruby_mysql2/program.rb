# Does steps.txt with mysql2. Arguments: host, port, steps.txt.
require 'mysql2'
require 'bigdecimal'
require 'date'
$stdout.sync = true
Encoding.default_external = Encoding::UTF_8
HOST, PORT, STEPS = ARGV
Mysql2::Client.default_query_options.merge!(as: :array, cast: true, cast_booleans: false, database_timezone: :utc, application_timezone: :utc)
$connections = {}
$name = $last = nil

def value(text)
  kind, rest = text.split(':', 2)
  case kind
  when 'i' then rest.to_i
  when 'f' then rest.to_f
  when 'd' then BigDecimal(rest)
  when 'x' then [rest].pack('H*')
  when 'b' then 'x' * rest.to_i
  when 't' then DateTime.parse(rest)
  when 'D' then Date.parse(rest)
  when 'n' then nil
  else rest
  end
end

def shown(cell)
  case cell
  when nil then 'NULL'
  when BigDecimal then cell.to_s('F')
  when Time then cell.utc.strftime('%Y-%m-%d %H:%M:%S.%6N')
  when String then cell.valid_encoding? && cell.encoding != Encoding::BINARY ? cell.encode('UTF-8') : "x'#{cell.unpack1('H*')}'"
  else cell.to_s
  end
end

def print_result(client, result)
  if result.nil?
    puts "done #{client.affected_rows} id #{client.last_id} warnings #{client.warning_count}"
  else
    puts "columns #{result.fields.join(' ')}"
    result.each { |row| puts "row #{row.map { |cell| shown(cell) }.join('|')}" }
  end
end

def all_results(client, result)
  print_result(client, result)
  print_result(client, client.store_result) while client.next_result
end

def execute(sql, values)
  client = $connections.fetch($name)
  statement = client.prepare(sql)
  result = statement.execute(*values.map { |v| value(v) })
  if result
    print_result(client, result)
  else
    puts "done #{statement.affected_rows} id #{statement.last_id}"
  end
ensure
  statement&.close
end

def quietly(sql)
  $connections.fetch($name).query(sql)
end

WORDS = {
  'connect' => lambda { |as, *words|
    o = words.to_h { |word| word.split('=', 2) }
    $name = as
    $connections.delete($name)
    flags = (o['found_rows'] ? Mysql2::Client::FOUND_ROWS : 0) | (o['multi'] ? Mysql2::Client::MULTI_STATEMENTS : 0)
    flags |= Mysql2::Client::COMPRESS if o['compress']
    more = o['tls'] ? { ssl_mode: :required, sslca: ENV['CONFORMANCE_CA'] } : {}
    $connections[$name] = Mysql2::Client.new(host: HOST, port: PORT.to_i, username: o['user'] || 'app', password: o['password'] || 'secret',
      database: o['database'] || 'commerce', encoding: o['charset'] || 'utf8mb4', flags: flags, local_infile: !o['infile'].nil?,
      connect_attrs: (o['attributes'] || '').split(',').to_h { |pair| pair.split(':') }, **more)
    # mysql2 asks for FOUND_ROWS by itself.
    puts 'connected'
  },
  'use' => ->(as) { $name = as },
  'close' => -> { $connections.delete($name).close; puts 'closed' },
  'query' => ->(sql) { c = $connections.fetch($name); all_results(c, c.query(sql.sub('$FILE', ENV['CONFORMANCE_FILE']))) },
  'length' => ->(sql) { puts "length #{$connections.fetch($name).query(sql).first[0].length}" },
  'exec' => ->(sql, *values) { $last = sql; execute(sql, values) },
  'again' => ->(*values) { execute($last, values) },
  'batch' => lambda { |sql, *values|
    statement = $connections.fetch($name).prepare(sql)
    rows = 0
    100.times { statement.execute(*values.map { |v| value(v) }); rows += statement.affected_rows }
    statement.close
    puts "batch #{rows}"
  },
  'stream' => lambda { |sql, _|
    count = characters = 0
    $connections.fetch($name).query(sql, stream: true, cache_rows: false).each { |row| count += 1; characters += row.sum { |cell| cell.to_s.length } }
    puts "streamed #{count} #{characters}"
  },
  'begin' => -> { quietly('BEGIN') },
  'commit' => -> { quietly('COMMIT') },
  'rollback' => -> { quietly('ROLLBACK') },
  'autocommit' => ->(how) { quietly("SET autocommit = #{how}") },
  'isolation' => lambda { |level|
    quietly("SET SESSION TRANSACTION ISOLATION LEVEL #{level}")
    print_result(nil, quietly("SHOW VARIABLES LIKE 't%_isolation'"))
  },
  'ping' => -> { puts "alive #{$connections.fetch($name).ping}" },
  'schema' => ->(database) { $connections.fetch($name).select_db(database) },
  'kill' => lambda { |other|
    id = $connections.fetch(other).query('SELECT CONNECTION_ID()').first[0]
    quietly("KILL #{id}")
  },
}
WORDS['multi'] = WORDS['query']

File.foreach(STEPS, chomp: true) do |line|
  next if line.empty? || line.start_with?('#')
  word, *rest = line.split("\t", -1)
  if word == 'section'
    puts "== #{rest[0]}"
    next
  end
  puts "> #{line[0, 200]}"
  unless WORDS[word]
    puts 'unsupported'
    next
  end
  begin
    WORDS[word].call(*rest)
  rescue Mysql2::Error => error
    puts "error #{error.errno} #{error.sql_state} #{error.message}"
  rescue StandardError => error
    puts "failed #{error.class}"
  end
end
