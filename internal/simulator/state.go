package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// stateVersion of the format.
const stateVersion = 2

// state is all sandboxes as data. It holds their tokens and, like any snapshot,
// what clients have sent: it is for its owner's eyes alone.
type state struct {
	Version   int           `json:"version"`
	Saved     time.Time     `json:"saved"` // the process's time
	Sandboxes []keptSandbox `json:"sandboxes"`
}

// keptSandbox is a sandbox: what it was made with, and what it is.
type keptSandbox struct {
	ID       string            `json:"id"`
	Owner    string            `json:"owner,omitempty"`
	Token    string            `json:"token"`
	Expires  time.Duration     `json:"expires,omitempty"` // nanoseconds; 0 for never
	Seed     uint64            `json:"seed"`
	Clock    clock.Settings    `json:"clock"`
	Profile  map[string]string `json:"profile"`
	Snapshot sandbox.Snapshot  `json:"snapshot"`
}

// Snapshot is the whole simulator as data: every sandbox with its state, clock,
// rules and token. The journals are not in it.
func (s *Simulator) Snapshot() ([]byte, error) {
	all := state{Version: stateVersion, Saved: s.Pool.Now(), Sandboxes: []keptSandbox{}}
	for _, sb := range s.Pool.List() {
		taken, err := sb.Snapshot()
		if errors.Is(err, sandbox.ErrEnded) {
			continue // it was deleted meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("sandbox %s: %w", sb.ID(), err)
		}
		made := sb.Config()
		all.Sandboxes = append(all.Sandboxes, keptSandbox{
			ID: sb.ID(), Owner: sb.Owner(), Token: sb.Token(), Expires: sb.Expires(),
			Seed: uint64(made.Seed), Clock: made.Clock, Profile: made.Profile.Map(), Snapshot: taken,
		})
	}
	return encoded(all)
}

// SnapshotOf a sandbox, as the control API takes and loads one.
func (s *Simulator) SnapshotOf(sb *sandbox.Sandbox) ([]byte, error) {
	taken, err := sb.Snapshot()
	if err != nil {
		return nil, err
	}
	return encoded(taken)
}

// ErrNoState is the error of data that is no state, or one of another version.
var ErrNoState = errors.New("not the state of a simulator, as `sim serve --state FILE` writes it")

// Restore lets the simulator go on from what Snapshot has said. Sandboxes that the
// data doesn't know stay as they are. After an error the simulator may be restored
// in part and is not to be served.
func (s *Simulator) Restore(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields() // what isn't understood would be lost without a word
	var all state
	if err := dec.Decode(&all); err != nil {
		return fmt.Errorf("%w: %w", ErrNoState, err)
	}
	if all.Version != stateVersion {
		return fmt.Errorf("%w: version %d", ErrNoState, all.Version)
	}
	for _, kept := range all.Sandboxes {
		if err := s.restore(kept, s.Pool.Now().Sub(all.Saved)); err != nil {
			return fmt.Errorf("sandbox %s: %w", kept.ID, err)
		}
	}
	return nil
}

// restore a sandbox after the process has been away for some time. That has passed
// on a real clock, too; on any other it hasn't.
func (s *Simulator) restore(kept keptSandbox, away time.Duration) error {
	sb, err := s.Pool.Get(kept.ID)
	if errors.Is(err, sandbox.ErrUnknown) {
		sb, err = s.remake(kept)
	}
	if err != nil {
		return err
	}
	if kept.Snapshot.Clock.Mode == clock.Real && away > 0 {
		kept.Snapshot.Clock.Start = kept.Snapshot.Clock.Start.Add(away)
	}
	_, err = sb.Restore(kept.Snapshot)
	return err
}

func (s *Simulator) remake(kept keptSandbox) (*sandbox.Sandbox, error) {
	profile, err := s.Table.Profile(kept.Profile)
	if err != nil {
		return nil, err
	}
	made := sandbox.Config{
		ID: kept.ID, Owner: kept.Owner, Token: kept.Token, Expires: kept.Expires,
		Seed: chance.Seed(kept.Seed), Clock: kept.Clock, Profile: profile,
	}
	if kept.Expires == 0 {
		made.Expires = -1
	}
	return s.Pool.Create(made)
}

// encoded for a file: laid out for people, < and & as themselves.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
