// Does steps.txt with go-sql-driver/mysql. Arguments: host, port, steps.txt.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

type session struct {
	db   *sql.DB
	conn *sql.Conn
	tx   *sql.Tx
}

var (
	ctx         = context.Background()
	connections = map[string]*session{}
	name, last  string
)

func options(words []string) map[string]string {
	found := map[string]string{"user": "app", "password": "secret", "database": "commerce"}
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		found[key] = value
	}
	return found
}

func connect(words []string) error {
	name = words[0]
	delete(connections, name)
	o := options(words[1:])
	config := mysql.NewConfig()
	config.User, config.Passwd, config.DBName = o["user"], o["password"], o["database"]
	config.Net, config.Addr = "tcp", os.Args[1]+":"+os.Args[2]
	config.ParseTime = true
	config.ClientFoundRows = o["found_rows"] != ""
	config.MultiStatements = o["multi"] != ""
	config.AllowAllFiles = o["infile"] != ""
	config.ConnectionAttributes = o["attributes"]
	config.TLSConfig = "false"
	if o["tls"] != "" {
		mysql.RegisterTLSConfig("any", &tls.Config{InsecureSkipVerify: true})
		config.TLSConfig = "any"
	}
	if o["charset"] != "" {
		config.Apply(mysql.Charset(o["charset"], ""))
	}
	if o["compress"] != "" {
		config.Apply(mysql.EnableCompression(true))
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return err
	}
	connections[name] = &session{db: db, conn: conn}
	fmt.Println("connected")
	return nil
}

func value(text string) any {
	kind, rest, _ := strings.Cut(text, ":")
	switch kind {
	case "i":
		number, _ := strconv.ParseInt(rest, 10, 64)
		return number
	case "f":
		number, _ := strconv.ParseFloat(rest, 64)
		return number
	case "x":
		bytes, _ := hex.DecodeString(rest)
		return bytes
	case "b":
		size, _ := strconv.Atoi(rest)
		return strings.Repeat("x", size)
	case "t":
		at, _ := time.Parse("2006-01-02 15:04:05.000000", rest)
		return at
	case "n":
		return nil
	}
	return rest
}

func values(texts []string) []any {
	made := []any{}
	for _, text := range texts {
		made = append(made, value(text))
	}
	return made
}

func print(rows *sql.Rows) error {
	defer rows.Close()
	for {
		types, _ := rows.ColumnTypes()
		if len(types) > 0 {
			line := "columns"
			for _, one := range types {
				length, _ := one.Length()
				precision, scale, _ := one.DecimalSize()
				line += fmt.Sprintf(" %s:%s:%d:%d:%d", one.Name(), one.DatabaseTypeName(), length, precision, scale)
			}
			fmt.Println(line)
		}
		for rows.Next() {
			cells, places := make([]any, len(types)), make([]any, len(types))
			for i := range cells {
				places[i] = &cells[i]
			}
			if err := rows.Scan(places...); err != nil {
				return err
			}
			line := "row "
			for _, cell := range cells {
				if bytes, ok := cell.([]byte); ok {
					line += fmt.Sprintf("%q|", bytes)
				} else {
					line += fmt.Sprintf("%v|", cell)
				}
			}
			fmt.Println(line)
		}
		if rows.Err() != nil || !rows.NextResultSet() {
			return rows.Err()
		}
	}
}

// Whether a statement gives rows decides which of the package's calls is made.
func givesRows(text string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(strings.ToUpper(text)), " ")
	return word == "SELECT" || word == "SHOW" || word == "CALL"
}

func run(s *session, text string, arguments []any) error {
	if givesRows(text) {
		rows, err := s.conn.QueryContext(ctx, text, arguments...)
		if err != nil {
			return err
		}
		return print(rows)
	}
	result, err := s.conn.ExecContext(ctx, text, arguments...)
	if err != nil {
		return err
	}
	affected, _ := result.RowsAffected()
	id, _ := result.LastInsertId()
	fmt.Println("done", affected, "id", id)
	return nil
}

func quietly(s *session, text string) error {
	_, err := s.conn.ExecContext(ctx, text)
	return err
}

func step(word string, rest []string) error {
	if word == "connect" {
		return connect(rest)
	}
	if word == "use" {
		name = rest[0]
		return nil
	}
	s := connections[name]
	if s == nil {
		fmt.Println("not connected")
		return nil
	}
	switch word {
	case "close":
		delete(connections, name)
		fmt.Println("closed")
		s.conn.Close()
		return s.db.Close()
	case "query":
		return run(s, strings.ReplaceAll(rest[0], "$FILE", os.Getenv("CONFORMANCE_FILE")), nil)
	case "multi":
		rows, err := s.conn.QueryContext(ctx, rest[0])
		if err != nil {
			return err
		}
		return print(rows)
	case "length":
		var text string
		err := s.conn.QueryRowContext(ctx, rest[0]).Scan(&text)
		fmt.Println("length", len(text))
		return err
	case "exec":
		last = rest[0]
		return run(s, last, values(rest[1:]))
	case "again":
		return run(s, last, values(rest))
	case "batch":
		statement, err := s.conn.PrepareContext(ctx, rest[0])
		if err != nil {
			return err
		}
		defer statement.Close()
		for i := 0; i < 100; i++ {
			if _, err := statement.ExecContext(ctx, values(rest[1:])...); err != nil {
				return err
			}
		}
		fmt.Println("batch done")
	case "stream":
		rows, err := s.conn.QueryContext(ctx, rest[0])
		if err != nil {
			return err
		}
		defer rows.Close()
		count, characters := 0, 0
		for rows.Next() {
			var a, b string
			rows.Scan(&a, &b)
			count++
			characters += len(a) + len(b)
		}
		fmt.Println("streamed", count, characters)
		return rows.Err()
	case "begin":
		tx, err := s.conn.BeginTx(ctx, nil)
		s.tx = tx
		return err
	case "commit", "rollback":
		if s.tx == nil {
			return quietly(s, word)
		}
		tx := s.tx
		s.tx = nil
		if word == "commit" {
			return tx.Commit()
		}
		return tx.Rollback()
	case "autocommit":
		return quietly(s, "SET autocommit = "+rest[0])
	case "isolation":
		level := map[string]sql.IsolationLevel{"SERIALIZABLE": sql.LevelSerializable,
			"READ COMMITTED": sql.LevelReadCommitted, "REPEATABLE READ": sql.LevelRepeatableRead}[rest[0]]
		tx, err := s.conn.BeginTx(ctx, &sql.TxOptions{Isolation: level, ReadOnly: true})
		if err != nil {
			return err
		}
		defer tx.Rollback()
		var count int
		err = tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM d_tx").Scan(&count)
		fmt.Println("isolation", rest[0], count)
		return err
	case "ping":
		err := s.conn.PingContext(ctx)
		if err == nil {
			fmt.Println("alive")
		}
		return err
	case "kill":
		var id int64
		if err := connections[rest[0]].conn.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&id); err != nil {
			return err
		}
		return quietly(s, fmt.Sprintf("KILL %d", id))
	default:
		fmt.Println("unsupported")
	}
	return nil
}

func main() {
	mysql.SetLogger(&mysql.NopLogger{})
	file, err := os.Open(os.Args[3])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		words := strings.Split(line, "\t")
		if words[0] == "section" {
			fmt.Println("==", words[1])
			continue
		}
		fmt.Printf("> %.200s\n", line)
		if err := step(words[0], words[1:]); err != nil {
			var told *mysql.MySQLError
			if errors.As(err, &told) {
				fmt.Printf("error %d %s %s\n", told.Number, told.SQLState[:], told.Message)
			} else if errors.Is(err, driver.ErrBadConn) {
				fmt.Println("error bad connection")
			} else {
				fmt.Printf("error %T\n", err)
			}
		}
	}
}
