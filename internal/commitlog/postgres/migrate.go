package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// migrations lead from one version of the schema to the next: the first makes version 1. A migration
// that was released doesn't change any more.
var migrations = []string{
	`CREATE TABLE kzsim_process (
		id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		address text NOT NULL,
		expires timestamptz NOT NULL);
	CREATE TABLE kzsim_log (
		id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		name text NOT NULL UNIQUE,
		owner bigint,
		epoch bigint NOT NULL DEFAULT 0);
	CREATE TABLE kzsim_record (
		log bigint NOT NULL,
		position bigint NOT NULL,
		part bigint NOT NULL,
		records bytea NOT NULL,
		PRIMARY KEY (log, position, part))`,
	`ALTER TABLE kzsim_process
		ADD COLUMN secret uuid NOT NULL DEFAULT gen_random_uuid(),
		ADD COLUMN takes boolean NOT NULL DEFAULT true`,
	`CREATE TABLE kzsim_event (
		id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		journal text NOT NULL,
		event bigint NOT NULL,
		note boolean NOT NULL,
		written timestamptz NOT NULL DEFAULT now(),
		packed bytea NOT NULL,
		UNIQUE (journal, event));
	CREATE INDEX kzsim_event_written ON kzsim_event (written)`,
	`CREATE TABLE kzsim_aside (
		log bigint NOT NULL,
		number bigint NOT NULL,
		part bigint NOT NULL,
		records bytea NOT NULL,
		PRIMARY KEY (log, number, part))`,
}

// ErrNewer is the error of a database that a newer version of sim has changed.
var ErrNewer = errors.New("a newer version of sim has changed the tables of the database; start that version or a later one")

const makeVersions = "CREATE TABLE IF NOT EXISTS kzsim_schema (version bigint PRIMARY KEY)"

// The codes of errors that PostgreSQL answers.
const (
	noSuchTable   = "42P01"
	tableExists   = "42P07"
	typeExists    = "42710" // of the rows of a table that another process makes at the same time
	isThere       = "23505" // a key: another process migrates at the same time
	otherTooClose = "40001" // it could not be put in an order with another transaction
)

func isCode(err error, codes ...string) bool {
	var of *pgconn.PgError
	return errors.As(err, &of) && slices.Contains(codes, of.Code)
}

// migrate brings the database to the version that this program knows. Each step is a transaction,
// which one process does alone. Rounds is how often another process may have been faster.
func migrate(l *link, to []string) (err error) {
	for range len(to) + 5 {
		var done bool
		err = l.do(0, func(ctx context.Context, conn *pgconn.PgConn) (err error) {
			done, err = step(ctx, conn, to)
			return err
		})
		if done || err != nil && !isCode(err, tableExists, typeExists, isThere, otherTooClose) {
			return err
		}
	}
	return err
}

// step is one migration, or the table of versions; done when there is none left.
func step(ctx context.Context, conn *pgconn.PgConn, to []string) (done bool, err error) {
	rows, _, err := run(ctx, conn, "SELECT coalesce(max(version), 0) FROM kzsim_schema")
	if isCode(err, noSuchTable) {
		_, err := conn.Exec(ctx, makeVersions).ReadAll()
		return false, err
	}
	if err != nil {
		return false, err
	}
	var version int
	if _, err := fmt.Sscan(string(rows[0][0]), &version); err != nil {
		return false, err
	}
	switch {
	case version > len(to):
		return false, fmt.Errorf("%w (it has version %d, this sim knows %d)", ErrNewer, version, len(to))
	case version == len(to):
		return true, nil
	}
	return false, inTransaction(ctx, conn, func() error {
		if _, _, err := run(ctx, conn, "INSERT INTO kzsim_schema (version) VALUES ($1)", version+1); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, to[version]).ReadAll()
		return err
	})
}
