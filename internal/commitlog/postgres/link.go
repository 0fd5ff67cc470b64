// Package postgres keeps logs of commits in a database that uses PostgreSQL's protocol.
//
// A Process joins with a lease, by the database's clock, which it renews. It opens logs. A
// log has one owner at a time and an epoch that grows with each owner. Each append checks
// owner and epoch in the transaction that appends, so a process that comes too late writes
// nothing. A process whose lease has ended by its own clock holds nothing until it is renewed.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrAddress is the error of an address that can't be read. It doesn't show the address, which may hold
// a password.
var ErrAddress = errors.New("not the address of a database, such as postgres://user@host:5432/database; " +
	"the password may stand in the environment, as PGPASSWORD")

// patience is how long the database may take for one thing, and secondsPerMebibyte how much
// longer for each MiB that is sent.
const (
	patience           = 5 * time.Second
	secondsPerMebibyte = time.Second
)

// link is one connection. It is dialled when it is needed, and again after an error. It is safe
// for concurrent use, one use after the other.
type link struct {
	config *pgconn.Config
	mu     sync.Mutex
	conn   *pgconn.PgConn
}

// configOf parses an address; CheckAddress reports whether that is possible.
func configOf(address string) (*pgconn.Config, error) {
	config, err := pgconn.ParseConfig(address)
	if err != nil {
		return nil, ErrAddress
	}
	config.ConnectTimeout = patience
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "kzsim"
	}
	return config, nil
}

// CheckAddress returns ErrAddress for an address that can't be read.
func CheckAddress(address string) error {
	_, err := configOf(address)
	return err
}

// do runs fn with a time limit: the patience, and more for so many bytes. If the connection has broken
// since its last use, do dials once more.
func (l *link) do(bytes int, fn func(context.Context, *pgconn.PgConn) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience+time.Duration(bytes>>20)*secondsPerMebibyte)
	defer cancel()
	for {
		fresh := l.conn == nil
		if fresh {
			conn, err := pgconn.ConnectConfig(ctx, l.config)
			if err != nil {
				return fmt.Errorf("the database can't be reached: %w", err)
			}
			l.conn = conn
		}
		err := fn(ctx, l.conn)
		if err == nil || errors.As(err, new(Owned)) && l.conn.TxStatus() == idle {
			return err
		}
		broken := l.conn.IsClosed()
		l.hangUp()
		if fresh || !broken || ctx.Err() != nil {
			return err
		}
	}
}

// links are connections for what is done at the same time. The one that was used last is used next, so as many are dialled
// as are needed at once: each costs the database a process and some milliseconds of its CPU.
type links struct {
	mu     sync.Mutex
	freed  sync.Cond // on mu
	unused []*link   // the one that was used last is the last
}

func newLinks(config *pgconn.Config, count int) *links {
	ls := &links{unused: make([]*link, count)}
	for i := range ls.unused {
		ls.unused[i] = &link{config: config}
	}
	ls.freed.L = &ls.mu
	return ls
}

// do is link.do when a link is unused.
func (ls *links) do(bytes int, fn func(context.Context, *pgconn.PgConn) error) error {
	ls.mu.Lock()
	for len(ls.unused) == 0 {
		ls.freed.Wait()
	}
	last := len(ls.unused) - 1
	l := ls.unused[last]
	ls.unused = ls.unused[:last]
	ls.mu.Unlock()
	defer func() {
		ls.mu.Lock()
		defer ls.mu.Unlock()
		ls.unused = append(ls.unused, l)
		ls.freed.Broadcast()
	}()
	return l.do(bytes, fn)
}

// close those connections that are not used.
func (ls *links) close() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.unused {
		l.close()
	}
}

// batch runs the statements with which it is filled as one transaction. Each try has its own batch: sending changes it,
// and one that is sent twice makes the database answer more than is read.
func (l *link) batch(bytes int, fill func(*pgconn.Batch)) (results []*pgconn.Result, err error) {
	err = l.do(bytes, func(ctx context.Context, conn *pgconn.PgConn) (err error) {
		var batch pgconn.Batch
		fill(&batch)
		results, err = conn.ExecBatch(ctx, &batch).ReadAll()
		return err
	})
	return results, err
}

// idle is the status of a connection without a transaction.
const idle = 'I'

// close the connection.
func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hangUp()
}

func (l *link) hangUp() {
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = l.conn.Close(ctx) // it is not used again
	l.conn = nil
}

// texts are numbers as parameters.
func texts(numbers ...int64) (all [][]byte) {
	for _, n := range numbers {
		all = append(all, strconv.AppendInt(nil, n, 10))
	}
	return all
}

// run one statement with parameters as text. The answer is its rows, and how many it has changed.
func run(ctx context.Context, conn *pgconn.PgConn, statement string, parameters ...any) (rows [][][]byte, changed int64, err error) {
	var texts [][]byte
	for _, p := range parameters {
		texts = append(texts, fmt.Append([]byte{}, p)) // nil would be NULL
	}
	result := conn.ExecParams(ctx, statement, texts, nil, nil, nil).Read()
	return result.Rows, result.CommandTag.RowsAffected(), result.Err
}

// inTransaction runs fn between BEGIN and COMMIT. After an error the connection is closed, and
// the database takes everything back.
func inTransaction(ctx context.Context, conn *pgconn.PgConn, fn func() error) error {
	if _, _, err := run(ctx, conn, "BEGIN"); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	_, _, err := run(ctx, conn, "COMMIT")
	return err
}
