package histories_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	clientsOfHistory = 4
	stepsOfClient    = 8
	stepsAlone       = clientsOfHistory * stepsOfClient // of a client that has the sandbox to itself
)

// step of a client's plan. Others may go on before it, and while its body is read.
type step struct {
	op             operation
	before, within int // how often
}

// plan of a history: what each client does. It depends on the kind and the seed
// alone.
type plan [][]step

// replacing is the share of a history's operations that end a run: resets, snapshots
// that are put, scenarios that don't keep the state.
var replacing = []float64{0, 0.2, 0.4, 0.5}

func (k *kind) plan(seed uint64, clients, steps int) plan {
	r := rand.New(rand.NewPCG(seed, 1))
	share := replacing[seed%uint64(len(replacing))]
	p := make(plan, clients)
	for c := range p {
		for i := range steps {
			op := k.drawAny(r, share, fmt.Sprintf("%d-%d", c, i))
			p[c] = append(p[c], step{op, r.IntN(3), max(0, r.IntN(8)-4)})
		}
	}
	return p
}

// drawAny is an operation of the control API or a request of the kind. The name is
// for a snapshot.
func (k *kind) drawAny(r *rand.Rand, share float64, name string) operation {
	if r.Float64() < share {
		switch r.IntN(4) {
		case 0, 1:
			return reset{}
		case 2:
			return putSnapshot{}
		default:
			return putScenario{k.scenarios[r.IntN(2)], false}
		}
	}
	switch r.IntN(14) {
	case 0:
		return takeSnapshot{name}
	case 1:
		return putScenario{k.scenarios[r.IntN(2)], true}
	case 2, 3:
		return inRun{advance{k.advances[r.IntN(len(k.advances))]}}
	case 4:
		return inRun{readClock{}}
	}
	return inRun{k.draw(r)}
}

// atFirst is the name of the snapshot that is taken before the clients begin.
const atFirst = "at first"

// record the history of a plan: its clients begin together, and when they have ended
// the first one reads what there is, what its last snapshot restores, and what a
// reset restores.
func (k *kind) record(p plan) (history, error) {
	sb, err := newSandbox(k.scenarios[0].document)
	if err != nil {
		return nil, err
	}
	defer sb.delete()
	var count atomic.Int64
	var clients []*client
	for i := range p {
		clients = append(clients, &client{sandbox: sb, number: i, count: &count, told: map[owner]int{}})
	}
	one := clients[0]
	one.do(takeSnapshot{atFirst})
	for _, c := range clients {
		c.snapshot, c.document = one.snapshot, one.document
	}
	p.run(clients)
	one.yields = 0
	k.readAll(one)
	one.do(putSnapshot{one.snapshot})
	k.readAll(one)
	one.do(reset{})
	k.readAll(one)
	return together(clients), nil
}

func (k *kind) readAll(c *client) {
	for _, r := range k.reads {
		c.do(inRun{r})
	}
}

// run the plan of each client beside the others.
func (p plan) run(clients []*client) {
	var work []func()
	for i, c := range clients {
		work = append(work, func() {
			for _, s := range p[i] {
				for range s.before {
					runtime.Gosched()
				}
				c.yields = s.within
				c.do(s.op)
			}
		})
	}
	atOnce(work...)
}

// atOnce starts all functions together and waits until each has ended.
func atOnce(functions ...func()) {
	var ready, ended sync.WaitGroup
	begin := make(chan struct{})
	ready.Add(len(functions))
	for _, f := range functions {
		ended.Go(func() {
			ready.Done()
			<-begin
			f()
		})
	}
	ready.Wait()
	close(begin)
	ended.Wait()
}
