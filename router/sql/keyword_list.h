// Words with a meaning in the grammar: X(enumerator, text). Included by keyword.h only.
// Sources: dev.mysql.com "Keywords and Reserved Words" (9.x), mariadb.com/kb "Reserved Words" (10.11).
#pragma once

// clang-format off
// Reserved by both servers: never a name without quotes.
#define LEASEHOLD_RESERVED_WORDS(X) \
    X(accessible, "ACCESSIBLE") X(add, "ADD") X(all, "ALL") X(alter, "ALTER") X(analyze, "ANALYZE") \
    X(and_, "AND") X(as, "AS") X(asc, "ASC") X(asensitive, "ASENSITIVE") X(before, "BEFORE") \
    X(between, "BETWEEN") X(bigint, "BIGINT") X(binary, "BINARY") X(blob, "BLOB") X(both, "BOTH") \
    X(by, "BY") X(call, "CALL") X(cascade, "CASCADE") X(case_, "CASE") X(change, "CHANGE") X(char_, "CHAR") \
    X(character, "CHARACTER") X(check, "CHECK") X(collate, "COLLATE") X(column, "COLUMN") \
    X(condition, "CONDITION") X(constraint, "CONSTRAINT") X(continue_, "CONTINUE") X(convert, "CONVERT") \
    X(create, "CREATE") X(cross, "CROSS") X(current_date, "CURRENT_DATE") X(current_time, "CURRENT_TIME") \
    X(current_timestamp, "CURRENT_TIMESTAMP") X(current_user, "CURRENT_USER") X(cursor, "CURSOR") \
    X(database, "DATABASE") X(databases, "DATABASES") X(day_hour, "DAY_HOUR") \
    X(day_microsecond, "DAY_MICROSECOND") X(day_minute, "DAY_MINUTE") X(day_second, "DAY_SECOND") \
    X(dec, "DEC") X(decimal, "DECIMAL") X(declare, "DECLARE") X(default_, "DEFAULT") X(delayed, "DELAYED") \
    X(delete_, "DELETE") X(desc, "DESC") X(describe, "DESCRIBE") X(deterministic, "DETERMINISTIC") \
    X(distinct, "DISTINCT") X(distinctrow, "DISTINCTROW") X(div, "DIV") X(double_, "DOUBLE") X(drop, "DROP") \
    X(dual, "DUAL") X(each, "EACH") X(else_, "ELSE") X(elseif, "ELSEIF") X(enclosed, "ENCLOSED") \
    X(escaped, "ESCAPED") X(except, "EXCEPT") X(exists, "EXISTS") X(exit, "EXIT") X(explain, "EXPLAIN") \
    X(false_, "FALSE") X(fetch, "FETCH") X(float_, "FLOAT") X(float4, "FLOAT4") X(float8, "FLOAT8") \
    X(for_, "FOR") X(force, "FORCE") X(foreign, "FOREIGN") X(from, "FROM") X(fulltext, "FULLTEXT") \
    X(grant, "GRANT") X(group, "GROUP") X(having, "HAVING") X(high_priority, "HIGH_PRIORITY") \
    X(hour_microsecond, "HOUR_MICROSECOND") X(hour_minute, "HOUR_MINUTE") X(hour_second, "HOUR_SECOND") \
    X(if_, "IF") X(ignore, "IGNORE") X(in, "IN") X(index, "INDEX") X(infile, "INFILE") X(inner, "INNER") \
    X(inout, "INOUT") X(insensitive, "INSENSITIVE") X(insert, "INSERT") X(int_, "INT") X(int1, "INT1") \
    X(int2, "INT2") X(int3, "INT3") X(int4, "INT4") X(int8, "INT8") X(integer, "INTEGER") \
    X(intersect, "INTERSECT") X(interval, "INTERVAL") X(into, "INTO") X(is, "IS") X(iterate, "ITERATE") \
    X(join, "JOIN") X(key, "KEY") X(keys, "KEYS") X(kill, "KILL") X(leading, "LEADING") X(leave, "LEAVE") \
    X(left, "LEFT") X(like, "LIKE") X(limit, "LIMIT") X(linear, "LINEAR") X(lines, "LINES") X(load, "LOAD") \
    X(localtime, "LOCALTIME") X(localtimestamp, "LOCALTIMESTAMP") X(lock, "LOCK") X(long_, "LONG") \
    X(longblob, "LONGBLOB") X(longtext, "LONGTEXT") X(loop, "LOOP") X(low_priority, "LOW_PRIORITY") \
    X(match, "MATCH") X(maxvalue, "MAXVALUE") X(mediumblob, "MEDIUMBLOB") X(mediumint, "MEDIUMINT") \
    X(mediumtext, "MEDIUMTEXT") X(middleint, "MIDDLEINT") X(minute_microsecond, "MINUTE_MICROSECOND") \
    X(minute_second, "MINUTE_SECOND") X(mod, "MOD") X(modifies, "MODIFIES") X(natural, "NATURAL") \
    X(not_, "NOT") X(no_write_to_binlog, "NO_WRITE_TO_BINLOG") X(null, "NULL") X(numeric, "NUMERIC") \
    X(on, "ON") X(optimize, "OPTIMIZE") X(option, "OPTION") X(optionally, "OPTIONALLY") X(or_, "OR") \
    X(order, "ORDER") X(out, "OUT") X(outer, "OUTER") X(outfile, "OUTFILE") X(over, "OVER") \
    X(partition, "PARTITION") X(precision, "PRECISION") X(primary, "PRIMARY") X(procedure, "PROCEDURE") \
    X(purge, "PURGE") X(range, "RANGE") X(read, "READ") X(reads, "READS") X(read_write, "READ_WRITE") \
    X(real, "REAL") X(recursive, "RECURSIVE") X(references, "REFERENCES") X(regexp, "REGEXP") \
    X(release, "RELEASE") X(rename, "RENAME") X(repeat, "REPEAT") X(replace, "REPLACE") \
    X(require, "REQUIRE") X(resignal, "RESIGNAL") X(restrict, "RESTRICT") X(return_, "RETURN") \
    X(revoke, "REVOKE") X(right, "RIGHT") X(rlike, "RLIKE") X(rows, "ROWS") X(schema, "SCHEMA") \
    X(schemas, "SCHEMAS") X(second_microsecond, "SECOND_MICROSECOND") X(select, "SELECT") \
    X(sensitive, "SENSITIVE") X(separator, "SEPARATOR") X(set, "SET") X(show, "SHOW") X(signal, "SIGNAL") \
    X(smallint, "SMALLINT") X(spatial, "SPATIAL") X(specific, "SPECIFIC") X(sql, "SQL") \
    X(sqlexception, "SQLEXCEPTION") X(sqlstate, "SQLSTATE") X(sqlwarning, "SQLWARNING") \
    X(sql_big_result, "SQL_BIG_RESULT") X(sql_calc_found_rows, "SQL_CALC_FOUND_ROWS") \
    X(sql_small_result, "SQL_SMALL_RESULT") X(ssl, "SSL") X(starting, "STARTING") \
    X(straight_join, "STRAIGHT_JOIN") X(table, "TABLE") X(terminated, "TERMINATED") X(then, "THEN") \
    X(tinyblob, "TINYBLOB") X(tinyint, "TINYINT") X(tinytext, "TINYTEXT") X(to, "TO") \
    X(trailing, "TRAILING") X(trigger, "TRIGGER") X(true_, "TRUE") X(undo, "UNDO") X(union_, "UNION") \
    X(unique, "UNIQUE") X(unlock, "UNLOCK") X(unsigned_, "UNSIGNED") X(update, "UPDATE") X(usage, "USAGE") \
    X(use, "USE") X(using_, "USING") X(utc_date, "UTC_DATE") X(utc_time, "UTC_TIME") \
    X(utc_timestamp, "UTC_TIMESTAMP") X(values, "VALUES") X(varbinary, "VARBINARY") X(varchar, "VARCHAR") \
    X(varcharacter, "VARCHARACTER") X(varying, "VARYING") X(when, "WHEN") X(where, "WHERE") \
    X(while_, "WHILE") X(with, "WITH") X(write, "WRITE") X(xor_, "XOR") X(year_month, "YEAR_MONTH") \
    X(zerofill, "ZEROFILL")

// Not reserved, or reserved by one of the servers only: a name wherever the grammar does not ask for the word.
#define LEASEHOLD_OTHER_WORDS(X) \
    X(against, "AGAINST") X(aggregate, "AGGREGATE") X(algorithm, "ALGORITHM") X(any, "ANY") X(at, "AT") \
    X(backup, "BACKUP") X(begin, "BEGIN") X(binlog, "BINLOG") X(body, "BODY") X(cache, "CACHE") \
    X(cast, "CAST") X(chain, "CHAIN") X(charset, "CHARSET") X(checksum, "CHECKSUM") X(clone, "CLONE") \
    X(close, "CLOSE") X(collation, "COLLATION") X(columns, "COLUMNS") X(commit, "COMMIT") \
    X(concurrent, "CONCURRENT") X(connection, "CONNECTION") X(count, "COUNT") X(cube, "CUBE") \
    X(cycle, "CYCLE") X(date, "DATE") X(day, "DAY") X(deallocate, "DEALLOCATE") X(definer, "DEFINER") \
    X(do_, "DO") X(dumpfile, "DUMPFILE") X(duplicate, "DUPLICATE") X(end, "END") X(engine, "ENGINE") \
    X(engines, "ENGINES") X(errors, "ERRORS") X(escape, "ESCAPE") X(event, "EVENT") X(events, "EVENTS") \
    X(examined, "EXAMINED") X(execute, "EXECUTE") X(export_, "EXPORT") X(extended, "EXTENDED") \
    X(extract, "EXTRACT") X(fields, "FIELDS") X(first, "FIRST") X(flush, "FLUSH") X(format, "FORMAT") \
    X(full, "FULL") X(function, "FUNCTION") X(get, "GET") X(get_format, "GET_FORMAT") X(global, "GLOBAL") \
    X(grants, "GRANTS") X(groups, "GROUPS") X(handler, "HANDLER") X(hard, "HARD") X(help, "HELP") \
    X(hour, "HOUR") X(immediate, "IMMEDIATE") X(import, "IMPORT") X(indexes, "INDEXES") \
    X(install, "INSTALL") X(instance, "INSTANCE") X(isolation, "ISOLATION") X(json, "JSON") \
    X(keyspaces, "KEYSPACES") X(last, "LAST") X(lateral, "LATERAL") X(level, "LEVEL") X(local, "LOCAL") \
    X(locked, "LOCKED") X(master, "MASTER") X(member, "MEMBER") X(microsecond, "MICROSECOND") X(mid, "MID") \
    X(minute, "MINUTE") X(mode, "MODE") X(month, "MONTH") X(names, "NAMES") X(next, "NEXT") X(no, "NO") \
    X(nowait, "NOWAIT") X(nulls, "NULLS") X(of, "OF") X(offset, "OFFSET") X(oj, "OJ") X(only, "ONLY") \
    X(open, "OPEN") X(package, "PACKAGE") X(partitions, "PARTITIONS") X(password, "PASSWORD") \
    X(persist, "PERSIST") X(persist_only, "PERSIST_ONLY") X(plugins, "PLUGINS") X(portion, "PORTION") \
    X(position, "POSITION") X(prepare, "PREPARE") X(previous, "PREVIOUS") X(privileges, "PRIVILEGES") \
    X(processlist, "PROCESSLIST") X(profile, "PROFILE") X(profiles, "PROFILES") X(qualify, "QUALIFY") \
    X(quarter, "QUARTER") X(query, "QUERY") X(quick, "QUICK") X(recover, "RECOVER") X(repair, "REPAIR") \
    X(replica, "REPLICA") X(replicas, "REPLICAS") X(reset, "RESET") X(resource, "RESOURCE") \
    X(respect, "RESPECT") X(restart, "RESTART") X(returning, "RETURNING") X(role, "ROLE") \
    X(rollback, "ROLLBACK") X(rollup, "ROLLUP") X(route, "ROUTE") X(row, "ROW") X(savepoint, "SAVEPOINT") \
    X(second, "SECOND") X(sequence, "SEQUENCE") X(server, "SERVER") X(session, "SESSION") X(share, "SHARE") \
    X(shutdown, "SHUTDOWN") X(skip, "SKIP") X(slave, "SLAVE") X(slaves, "SLAVES") X(snapshot, "SNAPSHOT") \
    X(soft, "SOFT") X(some, "SOME") X(sounds, "SOUNDS") X(sql_buffer_result, "SQL_BUFFER_RESULT") \
    X(sql_cache, "SQL_CACHE") X(sql_no_cache, "SQL_NO_CACHE") X(start, "START") X(statement, "STATEMENT") \
    X(status, "STATUS") X(stop, "STOP") X(storage, "STORAGE") X(substr, "SUBSTR") X(substring, "SUBSTRING") \
    X(system_time, "SYSTEM_TIME") X(tables, "TABLES") X(tablespace, "TABLESPACE") X(temporary, "TEMPORARY") \
    X(ties, "TIES") X(time, "TIME") X(timestamp, "TIMESTAMP") X(timestampadd, "TIMESTAMPADD") \
    X(timestampdiff, "TIMESTAMPDIFF") X(transaction, "TRANSACTION") X(triggers, "TRIGGERS") X(trim, "TRIM") \
    X(truncate, "TRUNCATE") X(uninstall, "UNINSTALL") X(unknown, "UNKNOWN") X(user, "USER") \
    X(value, "VALUE") X(variables, "VARIABLES") X(view, "VIEW") X(vindexes, "VINDEXES") \
    X(vitess_shards, "VITESS_SHARDS") X(vitess_tablets, "VITESS_TABLETS") X(vitess_target, "VITESS_TARGET") \
    X(vschema, "VSCHEMA") X(wait, "WAIT") X(warnings, "WARNINGS") X(week, "WEEK") X(window, "WINDOW") \
    X(within, "WITHIN") X(work, "WORK") X(xa, "XA") X(xml, "XML") X(year, "YEAR")
// clang-format on
