package postgres_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/commitlog/postgres/postgrestest"
)

// holdsServer is the variable that makes of the test binary a process that starts a server,
// prints the address of a database and never ends.
const holdsServer = "POSTGRES_TEST_HOLDS_SERVER"

func init() {
	if os.Getenv(holdsServer) == "" {
		return
	}
	s, err := postgrestest.New()
	if err == nil {
		var address string
		address, err = s.Database()
		fmt.Println(address)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {}
}

// TestServersEndWithTheirProcess, also when it is killed.
func TestServersEndWithTheirProcess(t *testing.T) {
	t.Parallel()
	if server == nil {
		t.Skip(postgrestest.ErrNone)
	}
	holder := exec.CommandContext(t.Context(), os.Args[0])
	holder.Env, holder.Stderr = append(os.Environ(), holdsServer+"=yes"), os.Stderr
	printed, err := holder.StdoutPipe()
	must(t, err)
	must(t, holder.Start())
	line := bufio.NewScanner(printed)
	line.Scan()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, err := pgconn.Connect(ctx, line.Text())
	must(t, err)
	config, err := pgconn.ParseConfig(line.Text())
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(config.Host) }) // the socket's folder, which has the data
	must(t, holder.Process.Kill())
	_ = holder.Wait()
	if err := conn.WaitForNotification(ctx); err == nil || ctx.Err() != nil {
		t.Errorf("the server goes on: %v", err)
	}
}
