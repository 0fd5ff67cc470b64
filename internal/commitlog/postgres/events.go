package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/commitlog"
)

// Events is a commitlog.Events in the database.
type Events struct {
	process *Process
	link    link // for writing
}

// Events of journals in the database, which this process writes while it has its lease.
func (p *Process) Events() *Events { return &Events{process: p, link: link{pool: &p.pool}} }

// mine locks the lease of this process against another one that ends it, and lets it be renewed.
const mine = `SELECT 1 FROM kzsim_process WHERE id = $1 FOR KEY SHARE`

const (
	addEvent = `WITH mine AS (` + mine + `)
		INSERT INTO kzsim_event (journal, event, note, packed)
		SELECT $2, $3::bigint, $4::boolean, $5::bytea FROM mine ON CONFLICT DO NOTHING`
	dropEvents = `WITH mine AS (` + mine + `)
		DELETE FROM kzsim_event USING mine WHERE journal = $2 AND note = $3::boolean AND event <= $4::bigint`
	readEvents = `SELECT journal, packed FROM kzsim_event WHERE journal = ANY($1::text[]) ORDER BY id`
	oldEvents  = `DELETE FROM kzsim_event WHERE written < now() - $1::interval`
)

// Write implements commitlog.Events.
func (e *Events) Write(events []commitlog.Event, drops []commitlog.Drop) error {
	bytes := 0
	for _, x := range events {
		bytes += len(x.Packed)
	}
	id := texts(e.process.id)
	results, err := e.link.batch(bytes, func(batch *pgconn.Batch) {
		batch.ExecParams(mine, id, nil, nil, nil)
		for _, x := range events {
			parameters := [][]byte{id[0], []byte(x.Journal), texts(int64(x.ID))[0], boolean(x.Note), x.Packed}
			batch.ExecParams(addEvent, parameters, nil, []int16{0, 0, 0, 0, 1}, nil)
		}
		for _, d := range drops {
			batch.ExecParams(dropEvents, [][]byte{id[0], []byte(d.Journal), boolean(d.Notes), texts(int64(d.UpTo))[0]}, nil, nil, nil)
		}
	})
	if err == nil && len(results[0].Rows) == 0 {
		err = commitlog.ErrLost
	}
	return err
}

func boolean(set bool) []byte {
	if set {
		return []byte("true")
	}
	return []byte("false")
}

// mostRead is how many bytes of events are expected at most, for the time that reading them may take.
const mostRead = 64 << 20

// Read implements commitlog.Events.
func (e *Events) Read(journals []string, each func(journal string, packed []byte)) error {
	names := `{"` + strings.Join(journals, `","`) + `"}` // of sandboxes' ids, numbers and slashes
	if len(journals) == 0 {
		return nil
	}
	began := false
	return e.process.back.do(mostRead, func(ctx context.Context, conn *pgconn.PgConn) error {
		if began { // each event comes once
			return errHalfRead
		}
		rows := conn.ExecParams(ctx, readEvents, [][]byte{[]byte(names)}, nil, nil, []int16{0, 1})
		for rows.NextRow() {
			began = true
			each(string(rows.Values()[0]), rows.Values()[1])
		}
		_, err := rows.Close()
		return err
	})
}

// errHalfRead is the error of a connection that broke while events came.
var errHalfRead = errors.New("the connection to the database broke while journals were read")

// Expire implements commitlog.Events.
func (e *Events) Expire(age time.Duration) error {
	return e.link.do(0, statement(oldEvents, interval(age)))
}

// Close implements commitlog.Events.
func (e *Events) Close() { e.link.close() }
