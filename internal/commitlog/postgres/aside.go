package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/commitlog"
)

// ours locks a log against a new owner, if this process has it.
const ours = `WITH mine AS (SELECT id FROM kzsim_log WHERE id = $1 AND owner = $2 AND epoch = $3 FOR SHARE) `

const (
	dropAside = ours + `DELETE FROM kzsim_aside USING mine WHERE log = mine.id AND number = $4::bigint`
	addAside  = ours + `INSERT INTO kzsim_aside (log, number, part, records) SELECT id, $4::bigint, $5::bigint, $6::bytea FROM mine`
	readAside = `SELECT records FROM kzsim_aside WHERE log = $1 AND number = $2::bigint ORDER BY part`
	retain    = ours + `DELETE FROM kzsim_aside USING mine WHERE log = mine.id AND number <> ALL($4::bigint[])`
)

// SetAside implements commitlog.Aside.
func (l *Log) SetAside(number uint64, records [][]byte) error {
	rows, bytes := packed(records)
	var batch pgconn.Batch
	key := texts(l.id, l.process.id, l.epoch, int64(number))
	batch.ExecParams(dropAside, key, nil, nil, nil)
	for part, row := range rows {
		batch.ExecParams(addAside, append(key[:4:4], texts(int64(part))[0], row), nil, formats, nil)
	}
	return l.link.do(bytes, func(ctx context.Context, conn *pgconn.PgConn) error {
		results, err := conn.ExecBatch(ctx, &batch).ReadAll() // one transaction
		if err == nil && results[1].CommandTag.RowsAffected() == 0 {
			err = commitlog.ErrLost
		}
		return err
	})
}

// TakeUp implements commitlog.Aside.
func (l *Log) TakeUp(number uint64, each func(record []byte) error) error {
	var rows [][][]byte
	err := l.link.do(mostRead, func(ctx context.Context, conn *pgconn.PgConn) error {
		result := conn.ExecParams(ctx, readAside, texts(l.id, int64(number)), nil, nil, []int16{1}).Read()
		rows = result.Rows
		return result.Err
	})
	for _, row := range rows {
		if err == nil {
			err = unpack(row[0], each)
		}
	}
	return err
}

// Retain implements commitlog.Aside.
func (l *Log) Retain(numbers []uint64) error {
	list := "{"
	for i, n := range numbers {
		if i > 0 {
			list += ","
		}
		list += fmt.Sprint(n)
	}
	return l.link.do(0, func(ctx context.Context, conn *pgconn.PgConn) error {
		_, _, err := run(ctx, conn, retain, l.id, l.process.id, l.epoch, list+"}")
		return err
	})
}
