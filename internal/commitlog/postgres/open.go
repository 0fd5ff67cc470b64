package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/commitlog"
)

// Owned is the error of a log that another process owns.
type Owned struct {
	Address string        // of that process
	Left    time.Duration // of its lease, unless it is renewed
}

func (o Owned) Error() string {
	return fmt.Sprintf("the process at %s owns it, with a lease of %s more", o.Address, o.Left.Round(time.Millisecond))
}

// Open a log, which is made if there is none of its name. The error is Owned while another process
// has it. A process whose lease has ended loses its logs then.
func (p *Process) Open(name string) (*Log, error) {
	l := &Log{process: p, link: link{config: p.config}}
	err := l.link.do(0, func(ctx context.Context, conn *pgconn.PgConn) error {
		if _, _, err := run(ctx, conn, "INSERT INTO kzsim_log (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", name); err != nil {
			return err
		}
		return inTransaction(ctx, conn, func() error { return l.take(ctx, conn, name) })
	})
	if err != nil {
		l.link.close()
		return nil, err
	}
	return l, nil
}

// take the log in a transaction.
func (l *Log) take(ctx context.Context, conn *pgconn.PgConn, name string) error {
	rows, _, err := run(ctx, conn, "SELECT id, epoch, coalesce(owner, 0) FROM kzsim_log WHERE name = $1 FOR UPDATE", name)
	if err != nil {
		return err
	}
	var owner int64
	if err := scan(rows, &l.id, &l.epoch, &owner); err != nil {
		return err
	}
	if err := release(ctx, conn, owner); err != nil {
		return err
	}
	l.epoch++
	if _, _, err := run(ctx, conn, "UPDATE kzsim_log SET owner = $2, epoch = $3 WHERE id = $1", l.id, l.process.id, l.epoch); err != nil {
		return err
	}
	rows, _, err = run(ctx, conn, "SELECT coalesce(max(position), 0) + 1 FROM kzsim_record WHERE log = $1", l.id)
	if err != nil {
		return err
	}
	return scan(rows, &l.next)
}

// release what an owner has if its lease has ended. A renewal that comes at the same time is
// before it or finds no lease.
func release(ctx context.Context, conn *pgconn.PgConn, owner int64) error {
	if _, _, err := run(ctx, conn, "DELETE FROM kzsim_process WHERE id = $1 AND expires < now()", owner); err != nil {
		return err
	}
	rows, _, err := run(ctx, conn, "SELECT (extract(epoch FROM expires - now()) * 1000)::bigint, address FROM kzsim_process WHERE id = $1", owner)
	if err != nil || len(rows) == 0 {
		return err
	}
	return ownedBy(rows)
}

// scan the first numbers of the first row.
func scan(rows [][][]byte, into ...*int64) (err error) {
	if len(rows) == 0 {
		return errors.New("the database has answered no row")
	}
	for i, n := range into {
		if *n, err = strconv.ParseInt(string(rows[0][i]), 10, 64); err != nil {
			return err
		}
	}
	return nil
}

// ask is the time between two checks of a process that waits for a log, but at most its lease/tries.
const (
	ask   = 250 * time.Millisecond
	tries = 20
)

// Await is Open that waits until no other process has the log. It reports each time which process
// has the log, and ends with the context. Once it waits, an unreachable database doesn't end it.
func (p *Process) Await(ctx context.Context, name string, tell func(Owned)) (*Log, error) {
	watch := &link{config: p.config}
	defer watch.close()
	waiter := p.opts.Clock.Waiter()
	defer waiter.Close()
	for waits := false; ; {
		l, err := p.openFree(watch, name)
		var owned Owned
		switch {
		case errors.As(err, &owned):
			waits = true
			tell(owned)
		case err == nil, !waits:
			return l, err
		}
		if waiter.Until(ctx, p.opts.Clock.Now().Add(min(ask, p.opts.Lease/tries)), nil) != nil {
			return nil, fmt.Errorf("this process ended while another one had the sandboxes: %w", ctx.Err())
		}
		select {
		case <-p.lost:
			return nil, commitlog.ErrLost
		default:
		}
	}
}

// openFree opens a log if no other process has it. It looks first, without a lock.
func (p *Process) openFree(watch *link, name string) (l *Log, err error) {
	err = watch.do(0, func(ctx context.Context, conn *pgconn.PgConn) error {
		rows, _, err := run(ctx, conn, `SELECT (extract(epoch FROM p.expires - now()) * 1000)::bigint, p.address
			FROM kzsim_log l JOIN kzsim_process p ON p.id = l.owner WHERE l.name = $1 AND p.expires >= now()`, name)
		if err != nil || len(rows) == 0 {
			return err
		}
		return ownedBy(rows)
	})
	if err != nil {
		return nil, err
	}
	return p.Open(name)
}

// ownedBy is Owned of a row with what is left of the lease and the address.
func ownedBy(rows [][][]byte) error {
	var left int64
	if err := scan(rows, &left); err != nil {
		return err
	}
	return Owned{Address: string(rows[0][1]), Left: time.Duration(left) * time.Millisecond}
}
