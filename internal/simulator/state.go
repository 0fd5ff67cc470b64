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
	Version   int               `json:"version"`
	Saved     time.Time         `json:"saved"`     // the process's time
	Sandboxes []json.RawMessage `json:"sandboxes"` // each a keptSandbox
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
// rules and token. The journals are not in it. A sandbox that can't be encoded costs
// the others nothing: it is left out, logged, and its id is among the skipped.
func (s *Simulator) Snapshot() (data []byte, skipped []string, err error) {
	all := state{Version: stateVersion, Saved: s.Pool.Now(), Sandboxes: []json.RawMessage{}}
	for _, sb := range s.Pool.List() {
		one, err := keep(sb)
		switch {
		case errors.Is(err, sandbox.ErrEnded): // it was deleted meanwhile
		case err != nil:
			s.log.Error("a sandbox can't be written and is skipped", "sandbox", sb.ID(), "error", err)
			skipped = append(skipped, sb.ID())
		default:
			all.Sandboxes = append(all.Sandboxes, one)
		}
	}
	data, err = encoded(all)
	return data, skipped, err
}

// keep a sandbox as data.
func keep(sb *sandbox.Sandbox) (json.RawMessage, error) {
	taken, err := sb.Snapshot()
	if err != nil {
		return nil, err
	}
	made := sb.Config()
	return encoded(keptSandbox{
		ID: sb.ID(), Owner: sb.Owner(), Token: sb.Token(), Expires: sb.Expires(),
		Seed: uint64(made.Seed), Clock: made.Clock, Profile: made.Profile.Map(), Snapshot: taken,
	})
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
// data doesn't know stay as they are. A sandbox that can't be read costs the others
// nothing: it is left out, logged, and its id is among the skipped. The error tells
// that nothing could be read.
func (s *Simulator) Restore(data []byte) (skipped []string, err error) {
	var all state
	if err := decoded(data, &all); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoState, err)
	}
	if all.Version != stateVersion {
		return nil, fmt.Errorf("%w: version %d", ErrNoState, all.Version)
	}
	for i, raw := range all.Sandboxes {
		id, failed := s.restore(raw, s.Pool.Now().Sub(all.Saved))
		if failed == nil {
			continue
		}
		if id == "" {
			id = fmt.Sprintf("number %d", i+1)
		}
		s.log.Error("a sandbox can't be read and is skipped", "sandbox", id, "error", failed)
		skipped, err = append(skipped, id), errors.Join(err, fmt.Errorf("sandbox %s: %w", id, failed))
	}
	if len(skipped) < len(all.Sandboxes) {
		err = nil // what could be read goes on
	}
	return skipped, err
}

// decoded strictly: what isn't understood would be lost without a word.
func decoded(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// restore a sandbox after the process has been away for some time. That has passed
// on a real clock, too; on any other it hasn't. After an error the sandbox is as if the
// data had not known it.
func (s *Simulator) restore(raw json.RawMessage, away time.Duration) (id string, err error) {
	var kept keptSandbox
	if err := decoded(raw, &kept); err != nil {
		return kept.ID, err
	}
	sb, err := s.Pool.Get(kept.ID)
	made := errors.Is(err, sandbox.ErrUnknown)
	if made {
		sb, err = s.remake(kept)
	}
	if err != nil {
		return kept.ID, err
	}
	if start := &kept.Snapshot.Clock.Start; kept.Snapshot.Clock.Mode == clock.Real && away > 0 {
		*start = clock.Capped(start.Add(away))
	}
	if _, err = sb.Restore(kept.Snapshot); err != nil && made {
		err = errors.Join(err, s.Pool.Delete(kept.ID))
	}
	return kept.ID, err
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
