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

// pool is the connections of a process. The one that was used last is used next, so as many are dialled as are needed at once: each
// costs the database a process, and some milliseconds of its CPU.
type pool struct {
	config *pgconn.Config
	mu     sync.Mutex
	unused []*pgconn.PgConn // the one that was used last is the last
	closed bool
}

// take one that is unused, or nil.
func (p *pool) take() *pgconn.PgConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.unused) == 0 {
		return nil
	}
	last := len(p.unused) - 1
	conn := p.unused[last]
	p.unused = p.unused[:last]
	return conn
}

// put one that is used no more.
func (p *pool) put(conn *pgconn.PgConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		hangUp(conn)
		return
	}
	p.unused = append(p.unused, conn)
}

// close all that are unused, and others when they are put.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, conn := range p.unused {
		hangUp(conn)
	}
	p.unused = nil
}

// link is for what is done one after the other, each time with a connection of the pool. It has one of its own while that is in a
// transaction, or if it keeps it. It is safe for concurrent use.
type link struct {
	pool  *pool
	keeps bool
	mu    sync.Mutex
	conn  *pgconn.PgConn // its own
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
	conn := l.conn
	l.conn = nil
	if conn == nil {
		conn = l.pool.take()
	}
	for {
		fresh := conn == nil
		if fresh {
			var err error
			if conn, err = pgconn.ConnectConfig(ctx, l.pool.config); err != nil {
				return fmt.Errorf("the database can't be reached: %w", err)
			}
		}
		err := fn(ctx, conn)
		if err == nil || errors.As(err, new(Owned)) && conn.TxStatus() == idle {
			l.free(conn)
			return err
		}
		broken := conn.IsClosed()
		hangUp(conn)
		if fresh || !broken || ctx.Err() != nil {
			return err
		}
		conn = nil
	}
}

// free a connection for other links, unless it is this one's.
func (l *link) free(conn *pgconn.PgConn) {
	if l.keeps || conn.TxStatus() != idle {
		l.conn = conn
		return
	}
	l.pool.put(conn)
}

// links are as many for what is done at the same time.
type links struct {
	pool *pool
	free chan struct{}
}

func newLinks(pool *pool, count int) links { return links{pool, make(chan struct{}, count)} }

// do is link.do when a link is free.
func (ls links) do(bytes int, fn func(context.Context, *pgconn.PgConn) error) error {
	ls.free <- struct{}{}
	defer func() { <-ls.free }()
	return (&link{pool: ls.pool}).do(bytes, fn)
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

// close the connection that is its own, when nothing is done any more.
func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		hangUp(l.conn)
		l.conn = nil
	}
}

func hangUp(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx) // it is not used again
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

// statement is what runs one whose answer is of no interest, with parameters as text.
func statement(text string, parameters ...any) func(context.Context, *pgconn.PgConn) error {
	return func(ctx context.Context, conn *pgconn.PgConn) error {
		_, _, err := run(ctx, conn, text, parameters...)
		return err
	}
}

// inTransaction runs fn between BEGIN and COMMIT. After an error the database takes everything back: the connection
// is closed, or, where another process owns what fn asks for, goes on.
func inTransaction(ctx context.Context, conn *pgconn.PgConn, fn func() error) error {
	if _, _, err := run(ctx, conn, "BEGIN"); err != nil {
		return err
	}
	end := "COMMIT"
	failed := fn()
	switch {
	case errors.As(failed, new(Owned)):
		end = "ROLLBACK"
	case failed != nil:
		return failed
	}
	if _, _, err := run(ctx, conn, end); err != nil {
		return err
	}
	return failed
}
