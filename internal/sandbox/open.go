package sandbox

import (
	"context"
	"errors"
	"fmt"
)

// Enter begins a request to a sandbox, which stays in memory until leave is called. If the sandbox is away leave does
// nothing: Open it and enter again.
func (p *Pool) Enter(id string) (leave func(), away *Away) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if sb := p.byID[id]; sb != nil {
		sb.entries.Add(1)
		return sb.Stay(), nil
	}
	return func() {}, p.awayOf(id)
}

// Stay keeps the sandbox in memory until leave is called, as Enter does.
func (sb *Sandbox) Stay() (leave func()) {
	sb.within.Add(1)
	return func() { sb.within.Add(-1) }
}

// The errors of Open.
var (
	ErrAside = errors.New("the sandbox was idle and has left memory, and it can't be read from where it is kept; nothing was done; ask again")
	ErrQueue = errors.New("the sandbox was idle and has left memory, and it did not come back in time; nothing was done; ask again")
)

// opening is one that several requests may wait for.
type opening struct {
	done chan struct{}
	err  error // from when done is closed
}

// openings is how many sandboxes come back at the same time: each needs memory for its image and what is made of it.
const openings = 4

// Open brings a sandbox back that is away. Resolve is called with it before it is there, as Replay.Resolve is
// used, and call before a request finds it; call must not use the pool. Requests that come together open it once. It
// goes on if their contexts end. Without an error the sandbox is in memory, unless it was deleted meanwhile.
func (p *Pool) Open(ctx context.Context, a *Away, resolve func(*Replay), call func(*Sandbox)) error {
	o := p.openOnce(a, resolve, call)
	if o == nil {
		return nil
	}
	select {
	case <-o.done:
		return o.err
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrQueue, context.Cause(ctx))
	}
}

// openOnce is the opening that is on, or that begins now; nil if the sandbox isn't away any more.
func (p *Pool) openOnce(a *Away, resolve func(*Replay), call func(*Sandbox)) *opening {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away[a.ID()] != a {
		return nil
	}
	if a.opening != nil {
		return a.opening
	}
	o := &opening{done: make(chan struct{})}
	a.opening = o
	go func() {
		p.openings <- struct{}{}
		o.err = p.reopen(a, resolve, call)
		<-p.openings
		p.mu.Lock()
		defer p.mu.Unlock()
		a.opening = nil
		close(o.done)
	}()
	return o
}

func (p *Pool) reopen(a *Away, resolve func(*Replay), call func(*Sandbox)) error {
	k := p.shards[p.shardOf(a.ID())].kept.Load()
	if k == nil || k.Aside == nil {
		return ErrMoves
	}
	back, err := p.takeUp(a, k)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAside, err)
	}
	resolve(back)
	return p.comeBack(a, back.ready[0], k, call)
}

// errMissing is about an image that is not what was set aside.
var errMissing = errors.New("it isn't there whole")

// takeUp what was set aside of a sandbox. The answer has exactly that one ready. After a kill that can be what the
// sandbox was later than the log knows, also in a later run.
func (p *Pool) takeUp(a *Away, k *Keeping) (*Replay, error) {
	back := p.Replay()
	back.aside = true
	if err := k.Aside.TakeUp(a.born, back.Record); err != nil {
		return nil, err
	}
	for _, err := range back.Finish() {
		return nil, err
	}
	if len(back.ready) != 1 {
		return nil, errMissing
	}
	archive := p.Archive()
	if archive == nil {
		return back, nil
	}
	archive.Flush()
	if err := back.Recall(archive); err != nil {
		back.ready[0].begun.end(ErrLeft)
		return nil, err
	}
	return back, nil
}

// comeBack into memory. The error is ErrMoves if the shard is another process's by now.
func (p *Pool) comeBack(a *Away, c *cameBack, k *Keeping, call func(*Sandbox)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &p.shards[p.shardOf(a.ID())]
	if s.kept.Load() != k {
		c.begun.end(ErrMoved)
		return ErrMoves
	}
	if p.away[a.ID()] != a {
		c.begun.end(ErrEnded)
		return nil // deleted
	}
	delete(p.away, a.ID())
	sb := p.bring(c, k.Log)
	sb.Run().Log.Resume(c.numbers)
	sb.created, sb.coverage = a.Created, a.coverage
	sb.count.Store(a.Requests)
	sb.used.Store(a.Used.UnixNano())
	k.Log.Put(sb.Run().image())
	s.orphans.Store(true)
	p.opened.Add(1)
	call(sb)
	return nil
}
