import java.io.*;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.sql.*;
import java.util.*;

/** Does steps.txt with a JDBC driver. Arguments: scheme (mysql or mariadb), host, port, steps.txt. */
public class Program {
    static String scheme, host, port;
    static final Map<String, Connection> connections = new HashMap<>();
    static String name, last;
    static final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        scheme = args[0];
        host = args[1];
        port = args[2];
        for (String line : Files.readAllLines(Path.of(args[3]))) {
            if (line.isEmpty() || line.startsWith("#")) continue;
            String[] words = line.split("\t", -1);
            if (words[0].equals("section")) {
                out.println("== " + words[1]);
                continue;
            }
            out.println("> " + (line.length() > 200 ? line.substring(0, 200) : line));
            try {
                step(words);
            } catch (SQLException error) {
                out.println("error " + error.getErrorCode() + " " + error.getSQLState() + " " + firstLine(error.getMessage()));
            } catch (RuntimeException error) {
                out.println("failed " + error.getClass().getSimpleName());
            }
        }
    }

    // The drivers add their own words, connection ids among them.
    static String firstLine(String message) {
        return String.valueOf(message).lines().findFirst().orElse("").replaceAll("\\(conn=\\d+\\) ", "").replaceAll(":\\d{4,5}\\b", "");
    }

    static Connection c() {
        return Objects.requireNonNull(connections.get(name));
    }

    static void step(String[] w) throws SQLException {
        switch (w[0]) {
            case "connect" -> connect(w);
            case "use" -> name = w[1];
            case "close" -> {
                connections.remove(name).close();
                out.println("closed");
            }
            case "query", "multi" -> {
                try (Statement statement = c().createStatement()) {
                    boolean rows = statement.execute(w[1].replace("$FILE", System.getenv("CONFORMANCE_FILE")), Statement.RETURN_GENERATED_KEYS);
                    results(statement, rows);
                }
            }
            case "length" -> {
                try (Statement statement = c().createStatement(); ResultSet result = statement.executeQuery(w[1])) {
                    while (result.next()) out.println("length " + result.getString(1).length());
                }
            }
            case "exec" -> {
                last = w[1];
                exec(Arrays.copyOfRange(w, 2, w.length));
            }
            case "again" -> exec(Arrays.copyOfRange(w, 1, w.length));
            case "batch" -> {
                try (PreparedStatement statement = c().prepareStatement(w[1])) {
                    for (int i = 0; i < 100; i++) {
                        bind(statement, Arrays.copyOfRange(w, 2, w.length));
                        statement.addBatch();
                    }
                    out.println("batch " + Arrays.toString(Arrays.copyOf(statement.executeBatch(), 3)));
                }
            }
            case "stream" -> {
                try (PreparedStatement statement = c().prepareStatement(w[1], ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
                    statement.setFetchSize(Integer.parseInt(w[2]));
                    long count = 0, characters = 0;
                    try (ResultSet result = statement.executeQuery()) {
                        while (result.next()) {
                            count++;
                            characters += result.getString(1).length() + result.getString(2).length();
                        }
                    }
                    out.println("streamed " + count + " " + characters);
                }
            }
            case "begin" -> c().setAutoCommit(false);
            case "commit" -> {
                c().commit();
                c().setAutoCommit(true);
            }
            case "rollback" -> {
                c().rollback();
                c().setAutoCommit(true);
            }
            case "autocommit" -> c().setAutoCommit(w[1].equals("on"));
            case "isolation" -> {
                c().setTransactionIsolation(Map.of("SERIALIZABLE", Connection.TRANSACTION_SERIALIZABLE, "READ COMMITTED",
                    Connection.TRANSACTION_READ_COMMITTED, "REPEATABLE READ", Connection.TRANSACTION_REPEATABLE_READ).get(w[1]));
                out.println("isolation " + c().getTransactionIsolation());
            }
            case "ping" -> out.println("alive " + c().isValid(5));
            case "schema" -> c().setCatalog(w[1]);
            case "kill" -> {
                long id;
                try (Statement statement = connections.get(w[1]).createStatement();
                     ResultSet result = statement.executeQuery("SELECT CONNECTION_ID()")) {
                    result.next();
                    id = result.getLong(1);
                }
                try (Statement statement = c().createStatement()) {
                    statement.execute("KILL " + id);
                }
            }
            case "change_user" -> {
                if (!scheme.equals("mysql")) out.println("unsupported");
                else changeUser(w);
            }
            case "reset" -> {
                if (!scheme.equals("mysql")) out.println("unsupported");
                else resetState();
            }
            default -> out.println("unsupported");
        }
    }

    // Only Connector/J has these two, and its classes are not there when MariaDB's driver runs.
    static void changeUser(String[] w) throws SQLException {
        call("changeUser", new Class<?>[] {String.class, String.class}, w[1], w[2]);
        out.println("changed");
    }

    static void resetState() throws SQLException {
        call("resetServerState", new Class<?>[0]);
        out.println("reset");
    }

    static void call(String method, Class<?>[] types, Object... values) throws SQLException {
        try {
            Class.forName("com.mysql.cj.jdbc.JdbcConnection").getMethod(method, types).invoke(c(), values);
        } catch (java.lang.reflect.InvocationTargetException error) {
            if (error.getCause() instanceof SQLException cause) throw cause;
            throw new IllegalStateException(error.getCause());
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }

    static void connect(String[] w) throws SQLException {
        name = w[1];
        connections.remove(name);
        Map<String, String> o = new HashMap<>(Map.of("user", "app", "password", "secret", "database", "commerce"));
        for (int i = 2; i < w.length; i++) o.put(w[i].split("=", 2)[0], w[i].split("=", 2)[1]);
        boolean mysql = scheme.equals("mysql");
        Properties p = new Properties();
        p.put("user", o.get("user"));
        p.put("password", o.get("password"));
        p.put("useServerPrepStmts", "true");
        p.put("useCursorFetch", "true");
        p.put("allowPublicKeyRetrieval", "true");
        p.put("useAffectedRows", String.valueOf(!o.containsKey("found_rows")));
        p.put("allowMultiQueries", String.valueOf(o.containsKey("multi")));
        p.put("allowLoadLocalInfile", String.valueOf(o.containsKey("infile")));
        p.put("allowLocalInfile", String.valueOf(o.containsKey("infile")));
        p.put("rewriteBatchedStatements", String.valueOf(o.containsKey("rewrite")));
        p.put("useCompression", String.valueOf(o.containsKey("compress")));
        if (o.containsKey("attributes")) p.put("connectionAttributes", o.get("attributes"));
        if (o.containsKey("tls")) {
            p.put("sslMode", mysql ? "REQUIRED" : "trust");
        } else {
            p.put("sslMode", mysql ? "DISABLED" : "disable");
        }
        if (mysql && o.containsKey("charset")) p.put("characterEncoding", o.get("charset").equals("latin1") ? "ISO8859_1" : "UTF-8");
        connections.put(name, DriverManager.getConnection("jdbc:" + scheme + "://" + host + ":" + port + "/" + o.get("database"), p));
        out.println("connected");
    }

    static void exec(String[] values) throws SQLException {
        try (PreparedStatement statement = c().prepareStatement(last, Statement.RETURN_GENERATED_KEYS)) {
            bind(statement, values);
            results(statement, statement.execute());
        }
    }

    static void bind(PreparedStatement statement, String[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            String[] v = values[i].split(":", 2);
            switch (v[0]) {
                case "i" -> statement.setLong(i + 1, Long.parseLong(v[1]));
                case "f" -> statement.setDouble(i + 1, Double.parseDouble(v[1]));
                case "d" -> statement.setBigDecimal(i + 1, new BigDecimal(v[1]));
                case "s" -> statement.setString(i + 1, v[1]);
                case "x" -> statement.setBytes(i + 1, HexFormat.of().parseHex(v[1]));
                case "n" -> statement.setNull(i + 1, Types.VARCHAR);
                case "b" -> statement.setString(i + 1, "x".repeat(Integer.parseInt(v[1])));
                case "t" -> statement.setTimestamp(i + 1, Timestamp.valueOf(v[1]));
                case "D" -> statement.setDate(i + 1, java.sql.Date.valueOf(v[1]));
                case "T" -> statement.setTime(i + 1, Time.valueOf(v[1]));
                default -> throw new IllegalArgumentException(v[0]);
            }
        }
    }

    static void results(Statement statement, boolean rows) throws SQLException {
        for (;;) {
            if (rows) {
                print(statement.getResultSet());
            } else {
                long count = statement.getLargeUpdateCount();
                if (count < 0) return;
                StringBuilder keys = new StringBuilder();
                try (ResultSet made = statement.getGeneratedKeys()) {
                    while (made.next()) keys.append(' ').append(made.getLong(1));
                }
                SQLWarning warning = statement.getWarnings();
                out.println("done " + count + " keys" + keys + " warning " + (warning == null ? "none" : firstLine(warning.getMessage())));
            }
            rows = statement.getMoreResults();
        }
    }

    static void print(ResultSet result) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        StringBuilder head = new StringBuilder("columns");
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            head.append(' ').append(meta.getColumnLabel(i)).append(':').append(meta.getColumnTypeName(i)).append(':').append(meta.getPrecision(i));
        }
        out.println(head);
        while (result.next()) {
            StringBuilder line = new StringBuilder("row ");
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                Object value = result.getObject(i);
                line.append(value instanceof byte[] bytes ? "x'" + HexFormat.of().formatHex(bytes) + "'" : String.valueOf(value)).append('|');
            }
            out.println(line);
        }
        result.close();
    }
}
