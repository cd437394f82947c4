import java.math.BigDecimal;
import java.sql.*;

/** What a Java application does first with a connection; prints what it saw. Arguments: JDBC URL, user, password. */
public class Check {
    public static void main(String[] args) throws Exception {
        try (Connection connection = DriverManager.getConnection(args[0], args[1], args[2])) {
            statements(connection);
            prepared(connection);
            transactions(connection);
            errors(connection);
            metadata(connection);
            streaming(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute("DROP TABLE jdbc_check");
            }
        }
        System.out.println("done");
    }

    static void statements(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS jdbc_check");
            statement.execute("CREATE TABLE jdbc_check (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40), amount DECIMAL(12,3), "
                + "at DATETIME(6), data BLOB) DEFAULT CHARSET utf8mb4");
            int rows = statement.executeUpdate("INSERT INTO jdbc_check (name, amount) VALUES ('Zoë', 1.5), (NULL, NULL)",
                Statement.RETURN_GENERATED_KEYS);
            System.out.println("inserted " + rows);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                while (keys.next()) System.out.println("key " + keys.getLong(1));
            }
            print(statement.executeQuery("SELECT * FROM jdbc_check ORDER BY id"));
        }
    }

    static void prepared(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO jdbc_check (name, amount, at, data) VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < 100; i++) {
                insert.setString(1, "name " + i);
                insert.setBigDecimal(2, new BigDecimal(i).movePointLeft(3));
                insert.setTimestamp(3, Timestamp.valueOf("2024-02-29 12:34:56.789012"));
                insert.setBytes(4, i % 2 == 0 ? null : new byte[] {0, -1, (byte) i});
                insert.addBatch();
            }
            System.out.println("batch " + insert.executeBatch().length);
        }
        try (PreparedStatement select = connection.prepareStatement("SELECT id, name, amount, at, data FROM jdbc_check WHERE name = ?")) {
            for (String name : new String[] {"name 7", "name 8", "nobody", "Zoë"}) {
                select.setString(1, name);
                print(select.executeQuery());
            }
        }
        try (PreparedStatement big = connection.prepareStatement("SELECT LENGTH(?)")) {
            big.setBytes(1, new byte[17 * 1024 * 1024]);
            print(big.executeQuery());
        }
    }

    static void transactions(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM jdbc_check");
            Savepoint point = connection.setSavepoint();
            statement.executeUpdate("INSERT INTO jdbc_check (name) VALUES ('lost')");
            connection.rollback(point);
            print(statement.executeQuery("SELECT COUNT(*) FROM jdbc_check"));
            connection.rollback();
            print(statement.executeQuery("SELECT COUNT(*) FROM jdbc_check"));
            connection.commit();
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        System.out.println("isolation " + connection.getTransactionIsolation());
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(true);
    }

    static void errors(Connection connection) throws SQLException {
        for (String sql : new String[] {"SELECT * FROM nowhere", "SELEC 1", "INSERT INTO jdbc_check (id) VALUES (1), (1)"}) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                System.out.println("no error from " + sql);
            } catch (SQLException error) {
                System.out.println(error.getErrorCode() + " " + error.getSQLState());
            }
        }
    }

    static void metadata(Connection connection) throws SQLException {
        DatabaseMetaData meta = connection.getMetaData();
        System.out.println(meta.getDatabaseProductName() + " " + connection.getCatalog() + " valid " + connection.isValid(5));
        try (ResultSet columns = meta.getColumns("commerce", null, "jdbc_check", null)) {
            while (columns.next()) System.out.println(columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
        }
    }

    static void streaming(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(Integer.MIN_VALUE);
            long rows = 0, total = 0;
            try (ResultSet result = statement.executeQuery("SELECT id, REPEAT('x', 1000) FROM jdbc_check a")) {
                while (result.next()) {
                    rows++;
                    total += result.getString(2).length();
                }
            }
            System.out.println("streamed " + rows + " rows, " + total + " characters");
        }
    }

    static void print(ResultSet result) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        while (result.next()) {
            StringBuilder line = new StringBuilder();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                Object value = result.getObject(i);
                String text = value instanceof byte[] bytes ? java.util.Arrays.toString(bytes) : String.valueOf(value);
                line.append(meta.getColumnLabel(i)).append(':').append(meta.getColumnTypeName(i)).append('=').append(text).append(' ');
            }
            System.out.println(line);
        }
        result.close();
    }
}
