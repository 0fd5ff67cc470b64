package sandbox

import (
	"crypto/subtle"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/coverage"
	"github.com/kzsim/kzsim/internal/journal"
)

// Away is a sandbox that has left memory. Its image is aside of the log of its shard, and a record in the log says
// so. Its fields don't change.
type Away struct {
	Absence

	made      made
	born, run uint64
	coverage  *coverage.Tally
	opening   *opening // it comes back now; guarded by the pool's mu
}

// Absence is what the log has of a sandbox that has left memory: enough to list it.
type Absence struct {
	Created       time.Time         `json:"created"` // process time, as the next three
	Used          time.Time         `json:"used"`
	Left          time.Time         `json:"left"`
	Due           time.Time         `json:"due,omitzero"` // when the first is due who waits on its clock; zero for never
	Requests      int64             `json:"requests"`     // since it was made
	RequestsInRun uint64            `json:"in_run"`       // requests of its run
	Seed          uint64            `json:"seed"`         // of its run
	Stood         clock.Settings    `json:"clock"`        // at Left
	Profile       map[string]string `json:"profile"`
	Scenario      string            `json:"scenario,omitempty"` // in force
	Faults        int               `json:"faults,omitempty"`   // live ones
	Share         float64           `json:"chaos,omitempty"`    // of requests
	Ends          time.Time         `json:"ends,omitzero"`      // chaos does, by the sandbox's clock
}

// ID of the sandbox.
func (a *Away) ID() string { return a.made.ID }

// Owner as it was given.
func (a *Away) Owner() string { return a.made.Owner }

// Opens reports, in constant time, whether a token is this sandbox's.
func (a *Away) Opens(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(a.made.Token)) == 1
}

// Expires is the idle time after which it goes; 0 for never.
func (a *Away) Expires() time.Duration { return a.made.Expires }

// Clock is the sandbox's at a process time: it goes on meanwhile.
func (a *Away) Clock(now time.Time) clock.Settings { return a.Stood.After(now.Sub(a.Left)) }

// Chaos is the share of requests at a process time.
func (a *Away) Chaos(now time.Time) float64 {
	if !a.Ends.IsZero() && !a.Clock(now).Start.Before(a.Ends) {
		return 0
	}
	return a.Share
}

func (a *Away) expired(now time.Time) bool {
	return a.Expires() > 0 && now.Sub(a.Used) >= a.Expires()
}

// away is a sandbox that leaves memory now, and on whose clock something is due later.
func (sb *Sandbox) away(i image, now time.Time, due time.Duration) *Away {
	in := i.settings
	a := &Away{made: sb.made(), born: sb.born, run: i.number, coverage: sb.coverage, Absence: Absence{
		Created: sb.created, Used: time.Unix(0, sb.used.Load()), Left: now, Requests: sb.Requests(),
		RequestsInRun: i.run.Log.Numbered(), Seed: uint64(i.run.Seed), Stood: i.run.Clock.Settings(), Profile: in.Profile.Map(),
		Scenario: in.Scenario.Name, Faults: len(in.Faults), Share: in.Chaos.Level(i.run.Clock.Now()), Ends: in.Chaos.End,
	}}
	if due != clock.Never {
		a.Due = now.Add(due)
	}
	return a
}

// records of it in a log that is rewritten.
func (a *Away) records(add func([]byte) error) error {
	first, err := a.made.record(a.born)
	if err == nil {
		err = add(first)
	}
	if err != nil {
		return err
	}
	second, err := a.departure()
	if err != nil {
		return err
	}
	return add(second)
}

// departure is the record of a sandbox that has left memory.
func (a *Away) departure() ([]byte, error) {
	return appendJSON(binary.AppendUvarint(binary.AppendUvarint([]byte{anAbsent}, a.born), a.run), a.Absence)
}

// put a sandbox among those that are away. Thousands may be, and most have one profile, so it is one map. It is called
// with mu held.
func (p *Pool) put(a *Away) {
	for _, profile := range []*map[string]string{&a.made.Profile, &a.Profile} {
		if maps.Equal(*profile, p.profile) {
			*profile = p.profile
		}
		p.profile = *profile
	}
	p.away[a.ID()] = a
}

// Has reports whether there is a sandbox, in memory or away.
func (p *Pool) Has(id string) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if sb := p.byID[id]; sb != nil {
		return !sb.idle(p.Now())
	}
	return p.awayOf(id) != nil
}

// awayOf an id; nil if there is none or it has expired. It is called with mu held.
func (p *Pool) awayOf(id string) *Away {
	a := p.away[id]
	if a == nil || a.expired(p.Now()) {
		return nil
	}
	return a
}

// All sandboxes at one instant, by id: those in memory, and those that are away.
func (p *Pool) All() (here []*Sandbox, away []*Away) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	now := p.Now()
	for _, sb := range p.byID {
		if !sb.idle(now) {
			here = append(here, sb)
		}
	}
	for _, a := range p.away {
		if !a.expired(now) {
			away = append(away, a)
		}
	}
	slices.SortFunc(here, func(a, b *Sandbox) int { return strings.Compare(a.ID(), b.ID()) })
	slices.SortFunc(away, func(a, b *Away) int { return strings.Compare(a.ID(), b.ID()) })
	return here, away
}

// ByToken is the sandbox that a token opens, in memory or away; false if it opens none.
func (p *Pool) ByToken(token string) (id string, ok bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	now := p.Now()
	for id, sb := range p.byID {
		if sb.Opens(token) && !sb.idle(now) {
			return id, true
		}
	}
	for id, a := range p.away {
		if a.Opens(token) && !a.expired(now) {
			return id, true
		}
	}
	return "", false
}

// forget a sandbox that is away, and what the archive has of its journal. It is called with mu held.
func (p *Pool) forget(a *Away) {
	delete(p.away, a.ID())
	if archive := p.Archive(); archive != nil {
		journal.DropAll(archive, journalName(a.ID(), a.born, a.run))
	}
	s := &p.shards[p.shardOf(a.ID())]
	s.orphans.Store(true)
	if log := s.log(); log != nil {
		log.Put(deletion(a.born))
	}
}
