package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/commitlog"
)

// Log is a commitlog.Storage in the database. A row holds the records of one Append, or a
// part of them.
type Log struct {
	process   *Process
	link      link
	id, epoch int64

	mu   sync.Mutex // guards the fields below
	next int64      // position of the next Append or Rewrite
}

// largestRow in bytes, unless a single record is larger.
const largestRow = 1 << 20

// ours locks a log against a new owner, if this process has it.
const ours = `WITH mine AS (SELECT id FROM kzsim_log WHERE id = $1 AND owner = $2 AND epoch = $3 FOR SHARE) `

// insert adds rows in the transaction that checks the owner of the log. The lock lasts until the
// transaction ends: another process takes the log over before it or after it.
const insert = ours + `INSERT INTO kzsim_record (log, position, part, records) SELECT id, $4::bigint, $5::bigint, $6::bytea FROM mine`

// Append implements commitlog.Storage. After an error all of the records may be kept, or none.
func (l *Log) Append(records [][]byte) error {
	if len(records) == 0 {
		return nil
	}
	rows, bytes := packed(records)
	position := l.reserve()
	results, err := l.link.batch(bytes, func(batch *pgconn.Batch) {
		for part, row := range rows {
			batch.ExecParams(insert, append(l.owned(position, int64(part)), row), nil, formats, nil)
		}
	})
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.CommandTag.RowsAffected() == 0 {
			return commitlog.ErrLost
		}
	}
	return nil
}

// reserve a position behind all others. One that failed is not used again: it may be kept all
// the same, later.
func (l *Log) reserve() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	return l.next - 1
}

// isNew reports whether nothing stood in the log when it was opened, and nothing was appended since then.
func (l *Log) isNew() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next == 1
}

// formats of the parameters of insert: numbers as text, records as they are.
var formats = []int16{0, 0, 0, 0, 0, 1}

// owned are the parameters of ours, and others.
func (l *Log) owned(others ...int64) [][]byte {
	return texts(append([]int64{l.id, l.process.id, l.epoch}, others...)...)
}

// packed records, as rows.
func packed(records [][]byte) (rows [][]byte, bytes int) {
	var row []byte
	for _, r := range records {
		if len(row) > 0 && len(row)+len(r) > largestRow {
			rows, row = append(rows, row), nil
		}
		row = append(binary.AppendUvarint(row, uint64(len(r))), r...)
		bytes += len(r)
	}
	return append(rows, row), bytes
}

var errRow = errors.New("a row of kzsim_record is not what sim has written there")

// unpack a row.
func unpack(row []byte, each func([]byte) error) error {
	for len(row) > 0 {
		n, size := binary.Uvarint(row)
		if size <= 0 || n > uint64(len(row)-size) {
			return errRow
		}
		end := size + int(n)
		if err := each(row[size:end]); err != nil {
			return err
		}
		row = row[end:]
	}
	return nil
}

// page is how many rows are read at once, each time within the patience.
const page = 32

const read = `SELECT position, part, records FROM kzsim_record WHERE log = $1 AND (position, part) > ($2::bigint, $3::bigint)
	ORDER BY position, part LIMIT $4`

// Load implements commitlog.Storage.
func (l *Log) Load(each func([]byte) error) error {
	if l.isNew() {
		return nil
	}
	position, part := int64(0), int64(-1)
	for {
		rows, err := l.page(position, part)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if err := unpack(row[2], each); err != nil {
				return err
			}
		}
		last := rows[len(rows)-1]
		position, part = number(last[0]), number(last[1])
	}
}

// page of rows behind a place.
func (l *Log) page(position, part int64) (rows [][][]byte, err error) {
	err = l.process.seldom.do(page*largestRow, func(ctx context.Context, conn *pgconn.PgConn) error {
		result := conn.ExecParams(ctx, read, texts(l.id, position, part, page), nil, nil, []int16{1}).Read()
		rows = result.Rows
		return result.Err
	})
	return rows, err
}

// number in the form in which the database sends it.
func number(raw []byte) int64 { return int64(binary.BigEndian.Uint64(raw)) }

// Sync implements commitlog.Storage: what is appended is committed.
func (l *Log) Sync() error { return nil }

// Close implements commitlog.Storage: the log has no owner any more.
func (l *Log) Close() error {
	l.link.close() // what is being appended ends before
	return l.process.seldom.do(0, statement("UPDATE kzsim_log SET owner = NULL WHERE id = $1 AND owner = $2 AND epoch = $3",
		l.id, l.process.id, l.epoch))
}
