//go:build linux

package main

// The tests of this file take longest. Of those that run in parallel the ones begin first that are declared last, so
// the name of the file is the last one.

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/kzsim/kzsim/internal/commitlog/postgres/postgrestest"
)

// event is what happens to a stand, and to the database server if it is the stand's own.
type event struct {
	name    string
	happens func(*stand, *postgrestest.Server)
}

var (
	joinsAndEnds = event{"a process joins and ends", func(s *stand, _ *postgrestest.Server) {
		c := startChild(s.t, s.flags...)
		s.now()
		c.hasShards(s.t, 8)
		s.now()
		s.signal(c, syscall.SIGTERM)
		<-c.ended
	}}
	isPaused      = event{"a process is paused past its lease", func(s *stand, _ *postgrestest.Server) { s.pause(2) }}
	isKilled      = event{"a process is killed", func(s *stand, _ *postgrestest.Server) { s.end(0, syscall.SIGKILL) }}
	ends          = event{"a process ends", func(s *stand, _ *postgrestest.Server) { s.end(1, syscall.SIGTERM) }}
	databaseFails = event{"the database fails", func(s *stand, server *postgrestest.Server) {
		if err := errors.Join(server.Stop(), server.Start()); err != nil {
			s.t.Error(err)
		}
	}}
)

// TestSeveralProcesses: whatever happens, no payment that was acknowledged is lost, none is booked twice, clients
// are answered again, and what they are answered has an order, in each sandbox. Two stands share the events, so
// that one has something to do while the other waits for leases to end.
func TestSeveralProcesses(t *testing.T) {
	t.Parallel()
	for _, half := range []struct {
		name     string
		database func(*testing.T) (*postgrestest.Server, string)
		events   []event
	}{
		{"of a shared server", func(t *testing.T) (*postgrestest.Server, string) { return nil, emptyDatabase(t) }, []event{joinsAndEnds, isPaused}},
		{"of a server that fails", postgreSQL, []event{isKilled, ends, databaseFails}},
	} {
		t.Run(half.name, func(t *testing.T) {
			t.Parallel()
			server, database := half.database(t)
			s := newStand(t, database)
			for _, e := range half.events {
				s.keepsOrder(e.name, func() { e.happens(s, server) })
			}
		})
	}
}

// keepsOrder of what clients are answered in each sandbox, while something happens.
func (s *stand) keepsOrder(when string, happens func()) {
	s.t.Helper()
	for _, h := range s.histories(happens) {
		result := porcupine.CheckOperationsTimeout(payments, h.operations, time.Minute)
		s.t.Logf("%s, %s: %d requests, %d of them without an answer, %d refused", when, h.box, len(h.operations), h.unknown, h.refused)
		if result != porcupine.Ok || s.t.Failed() {
			s.t.Fatalf("when %s: the history of %s is %s", when, h.box, result)
		}
	}
	s.settle()
}

// TestHistoriesOfIdleSandboxes: what clients are answered has an order also where sandboxes leave memory and come back
// between two requests, whatever happens.
func TestHistoriesOfIdleSandboxes(t *testing.T) {
	t.Parallel()
	server, database := postgreSQL(t)
	s := newStand(t, database, idleSoon...)
	for _, e := range []event{isPaused, isKilled, databaseFails} {
		s.keepsOrder(e.name, func() {
			e.happens(s, server)
			before := s.opened()
			until(t, func() bool { return s.opened() >= before+2*boxes })
		})
	}
}
