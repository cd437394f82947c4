// The story of orms/README.md with GORM. Arguments: host, port, database.
package main

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

type Author struct {
	ID    int64     `gorm:"primaryKey"`
	Name  string    `gorm:"size:60;not null;index"`
	Born  time.Time `gorm:"type:date"`
	Books []Book
}

type Book struct {
	ID       int64  `gorm:"primaryKey"`
	AuthorID int64  `gorm:"not null"`
	Title    string `gorm:"size:100;not null"`
	Price    string `gorm:"type:decimal(8,2)"`
	Added    time.Time
	Author   *Author `gorm:"constraint:OnDelete:CASCADE"`
}

// What a second migration makes of it.
type BookWithPages struct {
	Book
	Pages int `gorm:"not null;default:0;index:books_pages"`
}

func (BookWithPages) TableName() string { return "books" }

func must(err error) {
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
}

func migrate(db *gorm.DB) {
	must(db.AutoMigrate(&Author{}, &Book{}))
	must(db.AutoMigrate(&BookWithPages{}))
	must(db.AutoMigrate(&Author{}, &BookWithPages{})) // nothing left to do
	m := db.Migrator()
	tables, err := m.GetTables()
	must(err)
	sort.Strings(tables)
	fmt.Println("tables", tables, m.HasTable("books"), m.HasTable("no_such"), m.CurrentDatabase())
	fmt.Println("column", m.HasColumn(&BookWithPages{}, "pages"), m.HasColumn(&Book{}, "no_such"))
	fmt.Println("index", m.HasIndex(&BookWithPages{}, "books_pages"), m.HasIndex(&Author{}, "no_such"))
	fmt.Println("constraint", m.HasConstraint(&Author{}, "Books"))
	for _, table := range []string{"authors", "books"} {
		types, err := m.ColumnTypes(table)
		must(err)
		for _, one := range types {
			full, _ := one.ColumnType()
			nullable, _ := one.Nullable()
			standard, has := one.DefaultValue()
			primary, _ := one.PrimaryKey()
			increments, _ := one.AutoIncrement()
			fmt.Println("column", table, one.Name(), full, nullable, standard, has, primary, increments)
		}
		indexes, err := m.GetIndexes(table)
		must(err)
		lines := []string{}
		for _, one := range indexes {
			primary, _ := one.PrimaryKey()
			unique, _ := one.Unique()
			lines = append(lines, fmt.Sprint(one.Name(), one.Columns(), primary, unique))
		}
		sort.Strings(lines)
		fmt.Println("indexes", table, lines)
	}
}

func write(db *gorm.DB) {
	for number := 1; number <= 6; number++ {
		author := Author{Name: fmt.Sprintf("Author %d ünï", number), Born: time.Date(1900+number, 1, number, 0, 0, 0, 0, time.UTC)}
		for book := 0; book < number%4; book++ {
			author.Books = append(author.Books, Book{
				Title: fmt.Sprintf("Title %d.%d", number, book),
				Price: fmt.Sprintf("%d.95", 9*(book+1)),
				Added: time.Date(2024, 2, 29, 12, number, book, 0, time.UTC),
			})
		}
		must(db.Create(&author).Error)
		fmt.Println("made", author.ID, len(author.Books))
	}
	plain := []Author{{Name: "One of several"}, {Name: "Another"}}
	for at := range plain {
		plain[at].Born = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	must(db.CreateInBatches(&plain, 10).Error)
	fmt.Println("batch", plain[0].ID, plain[1].ID)
}

func read(db *gorm.DB) {
	var author Author
	must(db.First(&author, 3).Error)
	fmt.Println("get", author.Name, errors.Is(db.First(&Author{}, 4711).Error, gorm.ErrRecordNotFound))
	var authors []Author
	must(db.Preload("Books", func(tx *gorm.DB) *gorm.DB { return tx.Order("title") }).Order("id").Find(&authors).Error)
	for _, one := range authors {
		fmt.Print("author ", one.ID, one.Name, one.Born)
		for _, book := range one.Books {
			fmt.Print(" ", book.Title, book.Price, book.Added)
		}
		fmt.Println()
	}
	var books []Book
	must(db.Joins("Author").Order("title").Find(&books).Error)
	for _, book := range books {
		fmt.Println("joined", book.Title, book.Author.Name)
	}
	var counts []struct {
		Name string
		N    int
	}
	must(db.Model(&Author{}).Select("authors.name, COUNT(books.id) n").Joins("LEFT JOIN books ON books.author_id = authors.id").
		Group("authors.name").Order("authors.name").Scan(&counts).Error)
	var count int64
	var sum string
	must(db.Model(&Book{}).Count(&count).Error)
	must(db.Model(&Book{}).Select("SUM(price)").Scan(&sum).Error)
	fmt.Println("counts", counts, count, sum)
	var titles, names []string
	must(db.Model(&Book{}).Order("title DESC").Limit(3).Offset(2).Pluck("title", &titles).Error)
	must(db.Model(&Author{}).Where("id IN ?", []int{2, 5}).Order("id").Pluck("name", &names).Error)
	fmt.Println("page", titles, "in", names)
	must(db.Raw("SELECT name FROM authors WHERE id = ?", 2).Scan(&names).Error)
	fmt.Println("raw", names)
}

func change(db *gorm.DB) {
	must(db.Model(&Author{ID: 2}).Update("name", "Renamed").Error)
	changed := db.Model(&Book{}).Where("author_id = ?", 3).Update("price", gorm.Expr("price + 1"))
	fmt.Println("updated", changed.RowsAffected, changed.Error)
	failed := db.Transaction(func(tx *gorm.DB) error {
		must(tx.Model(&Author{ID: 2}).Update("name", "Nobody").Error)
		return errors.New("on purpose")
	})
	var author Author
	must(db.First(&author, 2).Error)
	fmt.Println("rolled back", failed, author.Name)
	must(db.Transaction(func(tx *gorm.DB) error {
		var locked Author
		must(tx.Clauses(clause.Locking{Strength: "UPDATE"}).First(&locked, 2).Error)
		inner := tx.Transaction(func(nested *gorm.DB) error {
			return nested.Create(&Author{ID: 1, Name: "twice", Born: locked.Born}).Error
		})
		var told *driver.MySQLError
		fmt.Println("refused", errors.As(inner, &told), told)
		return tx.Model(&Author{ID: 2}).Update("name", "After all").Error
	}))
	must(db.First(&author, 2).Error)
	fmt.Println("after all", author.Name)
	merged := db.Clauses(clause.OnConflict{DoUpdates: clause.AssignmentColumns([]string{"name"})}).Create(&Author{ID: 4, Name: "Merged", Born: author.Born})
	fmt.Println("merged", merged.Error)
	var found Author
	must(db.Where(Author{Name: "Merged"}).FirstOrCreate(&found).Error)
	deleted := db.Delete(&Author{}, 3)
	var left int64
	must(db.Model(&Book{}).Where("author_id = ?", 3).Count(&left).Error)
	fmt.Println("found", found.ID, "deleted", deleted.RowsAffected, left)
	fmt.Println("refused", db.Exec("SELECT * FROM no_such_table").Error != nil)
}

func main() {
	dsn := fmt.Sprintf("app:secret@tcp(%s:%s)/%s?charset=utf8mb4&parseTime=true", os.Args[1], os.Args[2], os.Args[3])
	db, err := gorm.Open(mysql.Open(dsn), &gorm.Config{Logger: logger.Discard})
	must(err)
	migrate(db)
	write(db)
	read(db)
	change(db)
	must(db.Migrator().DropTable(&Book{}, &Author{}))
	tables, err := db.Migrator().GetTables()
	must(err)
	fmt.Println("tables", tables)
}
