//go:build unix

package postgres_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/commitlog/postgres"
)

// ask a database.
func ask(t *testing.T, database, statement string) string {
	t.Helper()
	conn, err := pgconn.Connect(context.Background(), database)
	must(t, err)
	defer conn.Close(context.Background())
	results, err := conn.Exec(context.Background(), statement).ReadAll()
	must(t, err)
	var all []string
	for _, row := range results[len(results)-1].Rows {
		for _, value := range row {
			all = append(all, string(value))
		}
	}
	return strings.Join(all, " ")
}

// TestNewerSchema is refused, and stays as it is.
func TestNewerSchema(t *testing.T) {
	t.Parallel()
	opts := options(t, database(t))
	must(t, join(t, opts).Leave())
	ask(t, opts.Database, "INSERT INTO kzsim_schema VALUES (99)")
	_, err := postgres.Join(opts)
	if !errors.Is(err, postgres.ErrNewer) || !strings.Contains(err.Error(), "version 99") {
		t.Errorf("an older process: %v", err)
	}
	if n := ask(t, opts.Database, "SELECT count(*) FROM kzsim_process"); n != "0" {
		t.Errorf("%s processes have joined", n)
	}
}

// TestMigrationsInOrder: each is done once, however many processes start at the same time, and one that
// fails changes nothing.
func TestMigrationsInOrder(t *testing.T) {
	t.Parallel()
	address := database(t)
	steps := []string{"CREATE TABLE steps (n int); INSERT INTO steps VALUES (1)", "INSERT INTO steps VALUES (2)"}
	migrateAtOnce(t, address, steps)
	steps = append(steps, "INSERT INTO steps VALUES (3); SELECT 1/0")
	if err := postgres.Migrate(address, steps); err == nil {
		t.Error("a step that fails is taken")
	}
	steps[2] = "INSERT INTO steps VALUES (4)"
	migrateAtOnce(t, address, steps)
	if got := ask(t, address, "SELECT n FROM steps ORDER BY n"); got != "1 2 4" {
		t.Errorf("the steps that were done: %s", got)
	}
	if got := ask(t, address, "SELECT version FROM kzsim_schema ORDER BY version"); got != "1 2 3" {
		t.Errorf("the versions: %s", got)
	}
}

func migrateAtOnce(t *testing.T, address string, steps []string) {
	t.Helper()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := postgres.Migrate(address, steps); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// TestAddresses that can't be read are refused without a word of what they hold.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"postgres://u:secret@:x/y", "mysql://u:secret@h/d", "host=h password=secret port=x", "postgres://%zz:secret@h/d"} {
		err := postgres.CheckAddress(wrong)
		if !errors.Is(err, postgres.ErrAddress) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	for _, right := range []string{"postgres://u:secret@h/d", "postgresql:///d?host=/tmp", "host=h password=secret"} {
		must(t, postgres.CheckAddress(right))
	}
}

// lockTable against all changes, until release is called.
func lockTable(t *testing.T, database, table string) (release func()) {
	t.Helper()
	conn, err := pgconn.Connect(context.Background(), database)
	must(t, err)
	_, err = conn.Exec(context.Background(), "BEGIN; LOCK TABLE "+table).ReadAll()
	must(t, err)
	return func() { must(t, conn.Close(context.Background())) }
}
