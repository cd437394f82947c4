import jakarta.persistence.*;
import java.io.*;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.*;
import java.util.*;
import java.util.function.Consumer;
import java.util.logging.*;
import org.hibernate.*;
import org.hibernate.cfg.Configuration;
import org.hibernate.exception.ConstraintViolationException;

/** The story of orms/README.md with Hibernate. Arguments: host, port, database. */
public class Program {
    @Entity(name = "Author")
    @Table(name = "authors", indexes = @Index(name = "authors_name", columnList = "name"))
    public static class Author {
        @Id @GeneratedValue(strategy = GenerationType.IDENTITY) Long id;
        @Column(length = 60, nullable = false) String name;
        LocalDate born;
        @OneToMany(mappedBy = "author", cascade = CascadeType.ALL, orphanRemoval = true) @OrderBy("title") List<Book> books = new ArrayList<>();
    }

    @Entity(name = "Book")
    @Table(name = "books")
    public static class Book {
        @Id @GeneratedValue(strategy = GenerationType.IDENTITY) Long id;
        @ManyToOne(optional = false) @JoinColumn(name = "author_id", foreignKey = @ForeignKey(name = "books_author")) Author author;
        @Column(length = 100, nullable = false) String title;
        @Column(precision = 8, scale = 2) BigDecimal price;
        LocalDateTime added;
    }

    /** What a second version of the program makes of it. */
    @Entity(name = "Book")
    @Table(name = "books", indexes = @Index(name = "books_title", columnList = "title"))
    public static class ThickBook {
        @Id @GeneratedValue(strategy = GenerationType.IDENTITY) Long id;
        @Column(name = "author_id", nullable = false) Long author;
        @Column(length = 100, nullable = false) String title;
        @Column(precision = 8, scale = 2) BigDecimal price;
        LocalDateTime added;
        @Column(columnDefinition = "int not null default 7") int pages;
    }

    static final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    static void say(Object... words) {
        StringJoiner line = new StringJoiner(" ");
        for (Object word : words) line.add(word instanceof Object[] several ? Arrays.toString(several) : String.valueOf(word));
        out.println(line);
    }

    static SessionFactory open(String[] where, String schema, Class<?>... entities) {
        Configuration configuration = new Configuration()
            .setProperty("hibernate.connection.url", "jdbc:mysql://" + where[0] + ":" + where[1] + "/" + where[2] + "?sslMode=DISABLED&allowPublicKeyRetrieval=true")
            .setProperty("hibernate.connection.username", "app")
            .setProperty("hibernate.connection.password", "secret")
            .setProperty("hibernate.hbm2ddl.auto", schema);
        for (Class<?> entity : entities) configuration.addAnnotatedClass(entity);
        return configuration.buildSessionFactory();
    }

    static void in(SessionFactory factory, Consumer<Session> work) {
        try (Session session = factory.openSession()) {
            Transaction transaction = session.beginTransaction();
            try {
                work.accept(session);
                transaction.commit();
            } catch (RuntimeException error) {
                transaction.rollback();
                throw error;
            }
        }
    }

    static void write(Session session) {
        for (int number = 1; number <= 6; number++) {
            Author author = new Author();
            author.name = "Author " + number + " ünï";
            author.born = LocalDate.of(1900 + number, 1, number);
            for (int at = 0; at < number % 4; at++) {
                Book book = new Book();
                book.author = author;
                book.title = "Title " + number + "." + at;
                book.price = new BigDecimal("9.95").multiply(BigDecimal.valueOf(at + 1));
                book.added = LocalDateTime.of(2024, 2, 29, 12, number, at);
                author.books.add(book);
            }
            session.persist(author);
            say("made", author.id);
        }
    }

    static void read(Session session) {
        say("get", session.get(Author.class, 3L).name, session.get(Author.class, 4711L));
        for (Author author : session.createQuery("select distinct a from Author a left join fetch a.books order by a.id", Author.class).list()) {
            say("author", author.id, author.name, author.born);
            for (Book book : author.books) say("  book", book.title, book.price, book.added);
        }
        for (Object[] row : session.createQuery("select a.name, count(b) from Author a left join a.books b group by a.name order by a.name", Object[].class).list()) say("count", row);
        say("sum", session.createQuery("select sum(b.price) from Book b", BigDecimal.class).getSingleResult(), session.createQuery("select count(*) from Book", Long.class).getSingleResult());
        say("page", session.createQuery("select b.title from Book b order by b.title desc", String.class).setFirstResult(2).setMaxResults(3).list());
        say("in", session.createQuery("select a.name from Author a where a.id in (:ids) order by a.id", String.class).setParameterList("ids", List.of(2L, 5L)).list());
        say("without", session.createQuery("select count(*) from Author a where not exists (select 1 from Book b where b.author = a)", Long.class).getSingleResult());
        say("native", session.createNativeQuery("SELECT name FROM authors WHERE id = ?", String.class).setParameter(1, 2).list());
    }

    static void change(SessionFactory factory) {
        in(factory, session -> {
            session.get(Author.class, 2L).name = "Renamed";
            say("updated", session.createMutationQuery("update Book b set b.price = b.price + 1 where b.author.id = 3").executeUpdate());
        });
        try {
            in(factory, session -> {
                session.get(Author.class, 2L).name = "Nobody";
                session.flush();
                throw new IllegalStateException("on purpose");
            });
        } catch (IllegalStateException error) {
            in(factory, session -> say("rolled back", session.get(Author.class, 2L).name));
        }
        in(factory, session -> {
            Author locked = session.get(Author.class, 2L, LockMode.PESSIMISTIC_WRITE);
            say("locked", locked.name);
            locked.name = "After all";
        });
        try {
            in(factory, session -> session.createNativeMutationQuery("INSERT INTO authors (id, name) VALUES (1, 'twice')").executeUpdate());
        } catch (ConstraintViolationException error) {
            say("refused", error.getErrorCode(), error.getSQLState());
        }
        in(factory, session -> {
            say("after all", session.get(Author.class, 2L).name);
            session.remove(session.get(Author.class, 3L));
        });
        in(factory, session -> say("deleted", session.createQuery("select count(*) from Author", Long.class).getSingleResult(),
            session.createQuery("select count(*) from Book b where b.author.id = 3", Long.class).getSingleResult()));
        try {
            in(factory, session -> session.createNativeQuery("SELECT * FROM no_such_table", Object[].class).list());
        } catch (HibernateException error) {
            say("refused", error.getClass().getSimpleName());
        }
    }

    public static void main(String[] arguments) {
        LogManager.getLogManager().reset();
        try (SessionFactory factory = open(arguments, "create", Author.class, Book.class)) {
            in(factory, Program::write);
        }
        try (SessionFactory factory = open(arguments, "update", ThickBook.class)) {
            in(factory, session -> say("thick", session.createQuery("select b.title, b.pages from Book b order by b.title", Object[].class).list().get(0)));
        }
        try (SessionFactory factory = open(arguments, "validate", Author.class, Book.class)) {
            in(factory, Program::read);
            change(factory);
        }
        open(arguments, "create-drop", Author.class, Book.class).close();
    }
}
