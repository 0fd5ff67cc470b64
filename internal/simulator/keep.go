package simulator

import (
	"bytes"
	"time"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// Keeping is how the sandboxes of a shard are kept across restarts of the process. Where there are no
// shards all are of shard 0.
type Keeping struct {
	Shard    int
	Storage  commitlog.Storage
	Sync     commitlog.Sync
	Interval time.Duration // commits of so long are written together
	// Lossless and Holds are the commitlog's: requests are refused while nothing can be kept.
	Lossless bool
	Holds    func() error
	Archive  sandbox.Archive // of the journals; nil for none
}

// DefaultInterval of Keeping.
const DefaultInterval = 50 * time.Millisecond

// Kept is what Keep has found in the storage.
type Kept struct {
	Records, Bytes int64
	Default        bool             // the default sandbox goes on
	Failed         map[string]error // sandboxes that could not be brought back, by id
	Uncalled       map[string]error // sandboxes that came back and whose targets can't be called, by id
}

// Keep brings the sandboxes back that a storage has, and writes down there what is
// committed from now on, until StopKeeping. A sandbox that can't be brought back stays in the
// storage as it is; the others come back. It is for before the sandboxes are served.
// After an error nothing is kept, and the storage is closed.
func (s *Simulator) Keep(k Keeping) (found Kept, err error) {
	back := s.Pool.Replay()
	base := int64(0)
	err = k.Storage.Load(func(record []byte) error {
		found.Records++
		found.Bytes += int64(len(record))
		if err := back.Record(record); err != nil {
			return err
		}
		if back.Ended() {
			base = found.Bytes
		}
		return nil
	})
	var unread [][]byte
	if err == nil {
		found.Failed = back.Finish()
		unread, err = recordsOf(k.Storage, back, len(found.Failed) > 0)
	}
	if err == nil && k.Archive != nil {
		err = back.Recall(k.Archive)
	}
	if err != nil {
		_ = k.Storage.Close() // the first error is the one that is returned
		return found, err
	}
	writer := commitlog.NewWriter(commitlog.Options{
		Storage: k.Storage, Clock: s.Pool.Clock(), Interval: k.Interval, Sync: k.Sync, Log: s.log,
		Lossless: k.Lossless, Holds: k.Holds,
		Snapshot: func(add func([]byte) error) error { return s.Pool.Records(k.Shard, s.log, add) },
		Base:     base, Grown: found.Bytes - base,
	})
	callers := s.resolve(back, &found)
	found.Default = back.Has(sandbox.DefaultID)
	aside, _ := k.Storage.(commitlog.Aside)
	s.Pool.Keep(k.Shard, back, sandbox.Keeping{Log: writer, Unread: unread, Aside: aside})
	for id, addresses := range callers {
		if sb, err := s.Pool.Get(id); err == nil {
			s.Callers.Open(sb, addresses)
		}
	}
	s.control.Keeping(s.keeping)
	return found, nil
}

// keeping is whether all logs write, and since when one does not.
func (s *Simulator) keeping() control.Keeping {
	answer := control.Keeping{Kept: true}
	for _, log := range s.Pool.Logs() {
		since, failing := log.Failing()
		if failing || log.Ready() != nil {
			answer.Kept = false
		}
		if failing && (answer.Since.IsZero() || since.Before(answer.Since)) {
			answer.Since = since
		}
	}
	return answer
}

// resolve the targets of the sandboxes that come back, by what this process knows and allows.
// One that is there already calls what it was made with.
func (s *Simulator) resolve(back *sandbox.Replay, found *Kept) map[string]delivery.Addresses {
	callers := map[string]delivery.Addresses{}
	found.Uncalled = map[string]error{}
	back.Resolve(func(id string, to sandbox.Calls) map[string]bool {
		if _, err := s.Pool.Get(id); err == nil {
			return nil
		}
		addresses, err := s.Callers.Resolve(delivery.Targets(to))
		if err != nil {
			found.Uncalled[id] = err
			return nil
		}
		callers[id] = addresses
		return addresses.Operations()
	})
	return callers
}

// StopKeeping writes what is still to be written. The error says that what was changed
// lately is lost.
func (s *Simulator) StopKeeping() error { return s.Pool.StopKeeping(0) }

// Flush writes what was committed so far, and returns when that is done.
func (s *Simulator) Flush() {
	for _, log := range s.Pool.Logs() {
		log.Flush()
	}
}

// recordsOf the sandboxes that can't be brought back, if there are any.
func recordsOf(storage commitlog.Storage, back *sandbox.Replay, any bool) (records [][]byte, err error) {
	if !any {
		return nil, nil
	}
	err = storage.Load(func(record []byte) error {
		if back.IsOfFailed(record) {
			records = append(records, bytes.Clone(record))
		}
		return nil
	})
	return records, err
}
