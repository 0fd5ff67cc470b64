//go:build unix

// Package postgrestest starts PostgreSQL servers for tests.
package postgrestest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNone is the error of a machine without PostgreSQL.
var ErrNone = errors.New("there is no PostgreSQL here: neither initdb in the PATH nor /usr/lib/postgresql/*/bin/initdb (Debian's package is postgresql)")

// Server is a PostgreSQL server for one test, with its own folder and a Unix socket. Its data stays
// after Stop; Remove deletes it. On Linux it also ends when the process of the test is killed.
type Server struct {
	folder, bin string
	fresh       string // folder of what initdb has made
	run         *exec.Cmd
	ended       chan error
	databases   atomic.Int64
}

// nobody is the user that runs the server if the test runs as root: PostgreSQL refuses to run as root.
const nobody = 65534

// New makes and starts a server.
func New() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	return begin(bin, "")
}

// Another server, as s was when it was new, while s is there: a copy takes a tenth of the time of initdb.
func (s *Server) Another() (*Server, error) { return begin(s.bin, s.fresh) }

// begin makes and starts a server with a copy of fresh data, which initdb makes if there is none.
func begin(bin, fresh string) (s *Server, err error) {
	s = &Server{bin: bin, fresh: fresh}
	if s.folder, err = os.MkdirTemp(temporary(), "pg"); err != nil {
		return nil, err
	}
	if os.Getuid() == 0 {
		err = os.Chown(s.folder, nobody, nobody)
	}
	if err == nil && fresh == "" {
		s.fresh = filepath.Join(s.folder, "fresh")
		err = s.do(filepath.Join(bin, "initdb"), "-D", s.fresh, "-U", user, "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8",
			"--wal-segsize=1") // each copy has such a file, and little to write into it
	}
	if err == nil {
		err = s.do("/bin/cp", "-a", s.fresh, s.data())
	}
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	return s, nil
}

func binaries() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(initdb), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", ErrNone
	}
	return filepath.Dir(found[len(found)-1]), nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) command(file string, args ...string) *exec.Cmd {
	cmd := exec.Command(file, args...)
	cmd.Dir = s.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return cmd
}

func (s *Server) do(file string, args ...string) error {
	said, err := s.command(file, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(file), err, said)
	}
	return nil
}

const (
	user  = "kzsim"
	ready = "database system is ready to accept connections"
)

// Start a server that was stopped. It is ready when this returns.
func (s *Server) Start() error {
	cmd := s.command(filepath.Join(s.bin, "postgres"), "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "full_page_writes=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "autovacuum=off",
		"-c", "max_connections=500") // several tests share a server
	endWithUs(cmd.SysProcAttr)
	said, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	s.run, s.ended = cmd, make(chan error, 1)
	started, began := make(chan error), make(chan struct{})
	var all strings.Builder
	go func() {
		runtime.LockOSThread() // the server ends with the thread that has started it, as well
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		if started <- err; err != nil {
			return
		}
		for lines := bufio.NewScanner(said); lines.Scan(); {
			fmt.Fprintln(&all, lines.Text())
			if strings.Contains(lines.Text(), ready) {
				close(began)
				break
			}
		}
		_, _ = bufio.NewReader(said).WriteTo(new(strings.Builder)) // so that it never waits for its log
		s.ended <- cmd.Wait()
	}()
	if err := <-started; err != nil {
		return err
	}
	select {
	case <-began:
		return nil
	case err := <-s.ended:
		return fmt.Errorf("postgres: %w: %s", err, &all)
	}
}

// Stop the server at once, as when its machine fails.
func (s *Server) Stop() error {
	if err := s.run.Process.Signal(syscall.SIGQUIT); err != nil {
		return err
	}
	<-s.ended
	return nil
}

// Remove the server and its data.
func (s *Server) Remove() error {
	return errors.Join(s.Stop(), os.RemoveAll(s.folder))
}

// Database answers the address of a database that is empty: of a new schema in one that all share, which costs a hundredth of a new
// database.
func (s *Server) Database() (string, error) {
	name := fmt.Sprintf("test%d", s.databases.Add(1))
	conn, err := pgconn.Connect(context.Background(), s.address())
	if err != nil {
		return "", err
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), "CREATE SCHEMA "+name).ReadAll()
	return s.address() + "&search_path=" + name, err
}

func (s *Server) address() string {
	return fmt.Sprintf("postgres://%s@/postgres?host=%s", user, s.folder)
}
