package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
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
// has it. What this process had open of it can't append any more. A process whose lease has ended loses its logs then.
func (p *Process) Open(name string) (*Log, error) {
	l := &Log{process: p, link: link{pool: &p.pool}}
	err := p.seldom.do(0, func(ctx context.Context, conn *pgconn.PgConn) error {
		if took, err := l.take(ctx, conn, name); took || err != nil {
			return err
		}
		return inTransaction(ctx, conn, func() error { return l.takeOver(ctx, conn, name) })
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// takeFree takes a log that has no owner, or that this process could not close.
const takeFree = "UPDATE kzsim_log SET owner = $2, epoch = epoch + 1 WHERE name = $1 AND (owner IS NULL OR owner = $2) RETURNING id, epoch"

// take the log, by one message to the database; false if another process owns it.
func (l *Log) take(ctx context.Context, conn *pgconn.PgConn, name string) (took bool, err error) {
	var batch pgconn.Batch
	byName := [][]byte{[]byte(name)}
	batch.ExecParams("INSERT INTO kzsim_log (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", byName, nil, nil, nil)
	batch.ExecParams(takeFree, append(byName, texts(l.process.id)...), nil, nil, nil)
	// A statement of its own: it sees what the last owner had appended when the one before waited for it.
	batch.ExecParams("SELECT coalesce(max(position), 0) + 1 FROM kzsim_record WHERE log = (SELECT id FROM kzsim_log WHERE name = $1)", byName, nil, nil, nil)
	results, err := conn.ExecBatch(ctx, &batch).ReadAll()
	if err != nil || len(results[1].Rows) == 0 {
		return false, err
	}
	return true, errors.Join(scan(results[1].Rows, &l.id, &l.epoch), scan(results[2].Rows, &l.next))
}

// takeOver the log in a transaction, from a process whose lease has ended.
func (l *Log) takeOver(ctx context.Context, conn *pgconn.PgConn, name string) error {
	rows, _, err := run(ctx, conn, "SELECT id, epoch, coalesce(owner, 0) FROM kzsim_log WHERE name = $1 FOR UPDATE", name)
	if err != nil {
		return err
	}
	var owner int64
	if err := scan(rows, &l.id, &l.epoch, &owner); err != nil {
		return err
	}
	if owner != l.process.id { // its own one is what it could not close
		if err := release(ctx, conn, owner); err != nil {
			return err
		}
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

// ownedBy is Owned of a row with what is left of the lease and the address.
func ownedBy(rows [][][]byte) error {
	var left int64
	if err := scan(rows, &left); err != nil {
		return err
	}
	return Owned{Address: string(rows[0][1]), Left: time.Duration(left) * time.Millisecond}
}
