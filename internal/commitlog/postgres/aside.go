package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/commitlog"
)

const (
	dropAside = ours + `DELETE FROM kzsim_aside USING mine WHERE log = mine.id AND number = $4::bigint`
	addAside  = ours + `INSERT INTO kzsim_aside (log, number, part, records) SELECT id, $4::bigint, $5::bigint, $6::bytea FROM mine`
	retain    = ours + `, dropped AS (DELETE FROM kzsim_aside USING mine WHERE log = mine.id
		AND NOT EXISTS (SELECT FROM unnest($4::bigint[]) AS kept WHERE kept = number)) SELECT 1 FROM mine`
	readAside = `SELECT records FROM kzsim_aside WHERE log = $1 AND number = $2::bigint ORDER BY part`
)

// SetAside implements commitlog.Aside. Appending doesn't wait for it: all logs of the process have a link for what is set
// aside, and others for what is taken up.
func (l *Log) SetAside(number uint64, records [][]byte) error {
	rows, bytes := packed(records)
	return l.fenced(bytes, func(batch *pgconn.Batch) {
		batch.ExecParams(dropAside, l.owned(int64(number)), nil, nil, nil)
		for part, row := range rows {
			batch.ExecParams(addAside, append(l.owned(int64(number), int64(part)), row), nil, formats, nil)
		}
	})
}

// Retain implements commitlog.Aside.
func (l *Log) Retain(numbers []uint64) error {
	list := make([]string, len(numbers))
	for i, n := range numbers {
		list[i] = strconv.FormatUint(n, 10)
	}
	return l.fenced(0, func(batch *pgconn.Batch) {
		batch.ExecParams(retain, append(l.owned(), []byte("{"+strings.Join(list, ",")+"}")), nil, nil, nil)
	})
}

// fenced runs statements as one transaction. The error is commitlog.ErrLost if the log isn't this process's: then the last
// one, which otherwise has a row, has none.
func (l *Log) fenced(bytes int, fill func(*pgconn.Batch)) error {
	results, err := l.process.aside.batch(bytes, fill)
	if err == nil && results[len(results)-1].CommandTag.RowsAffected() == 0 {
		err = commitlog.ErrLost
	}
	return err
}

// TakeUp implements commitlog.Aside.
func (l *Log) TakeUp(number uint64, each func(record []byte) error) error {
	var rows [][][]byte
	err := l.process.back.do(mostRead, func(ctx context.Context, conn *pgconn.PgConn) error {
		result := conn.ExecParams(ctx, readAside, texts(l.id, int64(number)), nil, nil, []int16{1}).Read()
		rows = result.Rows
		return result.Err
	})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := unpack(row[0], each); err != nil {
			return err
		}
	}
	return nil
}
