package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
)

// Options of a Process.
type Options struct {
	Database string        // its address: postgres://… or key=value words
	Address  string        // at which the other processes reach this one
	Lease    time.Duration // how long the process owns its logs without renewing
	Clock    *clock.Clock  // the machine's time
	Log      *slog.Logger
}

// DefaultLease of Options.
const DefaultLease = 10 * time.Second

// Process is one that uses the database. Its lease is renewed until Leave. It is safe for
// concurrent use.
type Process struct {
	opts   Options
	pool   pool
	id     int64
	secret string
	lease  link  // keeps its connection: renewing waits for nothing else
	watch  link  // for Members
	aside  link  // for what logs set aside
	back   links // for what comes back, with its journals: a request waits for it
	seldom links // for what is seldom done to a log: it is opened, read and closed

	until  atomic.Int64 // machine time when the lease ends, Unix nanoseconds
	closes context.Context
	close  context.CancelFunc
	done   chan struct{} // closed when nothing is renewed any more
	lost   chan struct{}
}

// Join the processes of a database, whose tables are made or brought to this version first.
func Join(opts Options) (*Process, error) {
	config, err := configOf(opts.Database)
	if err != nil {
		return nil, err
	}
	p := &Process{opts: opts, pool: pool{config: config}, done: make(chan struct{}), lost: make(chan struct{})}
	p.lease, p.watch, p.aside = link{pool: &p.pool, keeps: true}, link{pool: &p.pool}, link{pool: &p.pool}
	p.back, p.seldom = newLinks(&p.pool, comeBack), newLinks(&p.pool, atOnce)
	if err := migrate(&p.lease, migrations); err != nil {
		p.lease.close()
		return nil, err
	}
	if err := p.begin(); err != nil {
		p.lease.close()
		return nil, err
	}
	p.closes, p.close = context.WithCancel(context.Background())
	go p.renewing()
	return p, nil
}

// How many sandboxes come back at the same time, and to how many logs something is done that is seldom done.
const (
	comeBack = 4
	atOnce   = 2
)

// begin the lease. Rows of processes that ended long ago are cleared away.
func (p *Process) begin() error {
	return p.lease.do(0, func(ctx context.Context, conn *pgconn.PgConn) error {
		if _, _, err := run(ctx, conn, "DELETE FROM kzsim_process WHERE expires < now() - interval '1 day'"); err != nil {
			return err
		}
		asked := p.opts.Clock.Now()
		rows, _, err := run(ctx, conn, "INSERT INTO kzsim_process (address, expires) VALUES ($1, now() + $2::interval) RETURNING id, secret",
			p.opts.Address, interval(p.opts.Lease))
		if err != nil {
			return err
		}
		p.extend(asked)
		p.secret = string(rows[0][1])
		return scan(rows, &p.id)
	})
}

func interval(d time.Duration) string { return fmt.Sprintf("%d milliseconds", d.Milliseconds()) }

// extend the lease by what was asked for at an instant. It ends here a quarter earlier than in
// the database: not all clocks run equally fast.
func (p *Process) extend(asked time.Time) {
	p.until.Store(asked.Add(p.opts.Lease * 3 / 4).UnixNano())
}

// renewing goes on until Leave, or until the lease is lost.
func (p *Process) renewing() {
	defer close(p.done)
	waiter := p.opts.Clock.Waiter()
	defer waiter.Close()
	failing := false
	for waiter.Until(p.closes, p.opts.Clock.Now().Add(p.opts.Lease/5), nil) == nil {
		err := p.renew()
		switch {
		case errors.Is(err, commitlog.ErrLost):
			p.opts.Log.Error("the lease is lost", "error", err)
			close(p.lost)
			return
		case err != nil && !failing:
			p.opts.Log.Error("the lease can't be renewed; trying again", "error", err)
		case err == nil && failing:
			p.opts.Log.Warn("the lease is renewed again")
		}
		failing = err != nil
	}
}

func (p *Process) renew() error {
	return p.lease.do(0, func(ctx context.Context, conn *pgconn.PgConn) error {
		asked := p.opts.Clock.Now()
		_, changed, err := run(ctx, conn, "UPDATE kzsim_process SET expires = now() + $2::interval WHERE id = $1",
			p.id, interval(p.opts.Lease))
		if err == nil && changed == 0 {
			err = commitlog.ErrLost
		}
		if err == nil {
			p.extend(asked)
		}
		return err
	})
}

// Member is a process whose lease holds.
type Member struct {
	ID      int64
	Address string
	Secret  string   // shows to the process that a request comes from another one
	Takes   bool     // logs; false of one that ends
	Logs    []string // names of those that it owns
}

// Self is this process.
func (p *Process) Self() Member { return Member{ID: p.id, Address: p.opts.Address, Secret: p.secret} }

// Members are all processes whose leases hold by the database's clock.
func (p *Process) Members() (all []Member, err error) {
	err = p.watch.do(0, func(ctx context.Context, conn *pgconn.PgConn) error {
		rows, _, err := run(ctx, conn, `SELECT p.id, p.address, p.secret, p.takes, coalesce(l.name, '')
			FROM kzsim_process p LEFT JOIN kzsim_log l ON l.owner = p.id WHERE p.expires >= now() ORDER BY p.id, l.name`)
		if err != nil {
			return err
		}
		all, err = members(rows)
		return err
	})
	return all, err
}

// members of rows: one for each log, or for a process without one.
func members(rows [][][]byte) (all []Member, err error) {
	for _, row := range rows {
		m := Member{Address: string(row[1]), Secret: string(row[2]), Takes: string(row[3]) == "t"}
		if err := scan([][][]byte{row}, &m.ID); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].ID != m.ID {
			all = append(all, m)
		}
		if log := string(row[4]); log != "" {
			last := &all[len(all)-1]
			last.Logs = append(last.Logs, log)
		}
	}
	return all, nil
}

// StopTaking shows the others that this process ends, and takes no log any more.
func (p *Process) StopTaking() error {
	return p.watch.do(0, statement("UPDATE kzsim_process SET takes = false WHERE id = $1", p.id))
}

// Lost is closed when another process has ended this one's lease.
func (p *Process) Lost() <-chan struct{} { return p.lost }

// Holds is nil while the lease holds by this process's clock, and otherwise a
// commitlog.NotKept.
func (p *Process) Holds() error {
	select {
	case <-p.lost:
		return commitlog.NotKept{Reason: commitlog.TakenOver}
	default:
	}
	if p.opts.Clock.Now().UnixNano() >= p.until.Load() {
		return commitlog.NotKept{Reason: commitlog.NoLease}
	}
	return nil
}

// Leave ends the lease: another process may take over at once.
func (p *Process) Leave() error {
	p.close()
	<-p.done
	defer func() {
		p.lease.close()
		p.pool.close()
	}()
	return p.lease.do(0, statement("DELETE FROM kzsim_process WHERE id = $1", p.id))
}
