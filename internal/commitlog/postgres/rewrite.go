package postgres

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/commitlog"
)

var errBroken = errors.New("the connection has broken")

// rewriting is a transaction that adds rows and, at its end, deletes those before them.
type rewriting struct {
	log      *Log
	link     link
	position int64 // of the new rows; what is appended meanwhile stands behind it
	part     int64 // of the next one
	pending  [][]byte
	bytes    int
}

// Rewrite implements commitlog.Storage.
func (l *Log) Rewrite() (commitlog.Rewriting, error) {
	r := &rewriting{log: l, link: link{pool: &l.process.pool}, position: l.reserve()}
	if err := r.link.do(0, statement("BEGIN")); err != nil {
		return nil, err
	}
	return r, nil
}

// Add implements commitlog.Rewriting.
func (r *rewriting) Add(record []byte) error {
	r.pending = append(r.pending, slices.Clone(record))
	if r.bytes += len(record); r.bytes < largestRow {
		return nil
	}
	return r.flush()
}

const insertNew = `INSERT INTO kzsim_record (log, position, part, records) VALUES ($1, $2, $3, $4)`

func (r *rewriting) flush() error {
	if len(r.pending) == 0 {
		return nil
	}
	rows, bytes := packed(r.pending)
	r.pending, r.bytes = nil, 0
	return r.transact(bytes, func(ctx context.Context, conn *pgconn.PgConn) error {
		for _, row := range rows {
			parameters := append(texts(r.log.id, r.position, r.part), row)
			if err := conn.ExecParams(ctx, insertNew, parameters, nil, []int16{0, 0, 0, 1}, nil).Read().Err; err != nil {
				return err
			}
			r.part++
		}
		return nil
	})
}

// transact goes on with the transaction. One whose connection has broken is not begun again.
func (r *rewriting) transact(bytes int, fn func(context.Context, *pgconn.PgConn) error) error {
	return r.link.do(bytes, func(ctx context.Context, conn *pgconn.PgConn) error {
		if conn.TxStatus() != 'T' {
			return errBroken
		}
		return fn(ctx, conn)
	})
}

// Commit implements commitlog.Rewriting.
func (r *rewriting) Commit() error {
	defer r.Discard()
	if err := r.flush(); err != nil {
		return err
	}
	return r.transact(0, func(ctx context.Context, conn *pgconn.PgConn) error {
		l := r.log
		rows, _, err := run(ctx, conn, "SELECT 1 FROM kzsim_log WHERE id = $1 AND owner = $2 AND epoch = $3 FOR SHARE", l.id, l.process.id, l.epoch)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return commitlog.ErrLost
		}
		if _, _, err := run(ctx, conn, "DELETE FROM kzsim_record WHERE log = $1 AND position < $2", l.id, r.position); err != nil {
			return err
		}
		_, _, err = run(ctx, conn, "COMMIT")
		return err
	})
}

// Discard implements commitlog.Rewriting: a transaction whose connection ends is taken back.
func (r *rewriting) Discard() { r.link.close() }
