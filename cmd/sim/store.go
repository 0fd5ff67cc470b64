package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kzsim/kzsim/internal/archive"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/postgres"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/shards"
	"github.com/kzsim/kzsim/internal/simulator"
)

// storeFlags are those of --store.
func (cfg *serveConfig) storeFlags(f *flag.FlagSet) {
	f.Var(secret{&cfg.store}, "store", "PostgreSQL database that the sandboxes are kept in, as postgres://user@host:5432/database; the password may stand in PGPASSWORD")
	f.BoolVar(&cfg.storeWait, "store-wait", true, "an answer waits until the database of --store has what the request changed")
	f.StringVar(&cfg.storeAddress, "store-address", "", "host:port at which the other processes of --store reach this one; empty for --addr, with this machine's name if that is on all its addresses")
	f.DurationVar(&cfg.storeLease, "store-lease", postgres.DefaultLease, "time after which another process takes the sandboxes of --store over from one that is dead")
	f.DurationVar(&cfg.storeIdle, "store-idle", simulator.DefaultLeave, "time without a request after which a sandbox of --store leaves memory, until the next request comes; 0 for never")
	f.DurationVar(&cfg.storeJournal, "store-journal", 0, "time for which the database of --store keeps journals, too; 0 for not at all: they end with the process")
}

// checkStore answers what is wrong with the settings of --store.
func (cfg *serveConfig) checkStore() error {
	switch {
	case cfg.store == "" && cfg.storeIdle > 0 && cfg.storeIdle != simulator.DefaultLeave:
		return errors.New("--store-idle lets sandboxes leave memory that the database of --store keeps: name that, too")
	case cfg.store == "" && cfg.storeJournal > 0:
		return errors.New("--store-journal keeps journals in the database of --store: name that, too")
	case cfg.store == "":
		return nil
	case cfg.state != "":
		return errors.New("--state keeps the sandboxes in a file, and --store in a database: say one of them")
	}
	if err := postgres.CheckAddress(cfg.store); err != nil {
		return fmt.Errorf("--store: %w", err)
	}
	return nil
}

// logName of a shard.
func logName(shard int) string { return fmt.Sprintf("sandboxes-%02d", shard) }

// shared is this process among those of a database, which share the sandboxes.
type shared struct {
	cfg     *serveConfig
	at      *listening
	out     output
	process *postgres.Process
	table   *shards.Table
	archive *archive.Archive // of --store-journal; nil for none
	balance *shards.Balance

	simulator *simulator.Simulator
	prepare   func(goesOn bool) error // the default sandbox
	failed    error                   // of the end
}

// join the processes of the database.
func (cfg *serveConfig) join(machine *clock.Clock, at *listening, out output) (*shared, error) {
	address, err := cfg.addressForOthers(at.plain.Addr())
	if err != nil {
		return nil, err
	}
	process, err := postgres.Join(postgres.Options{
		Database: cfg.store, Address: address, Lease: cfg.storeLease, Clock: machine, Log: out.log,
	})
	if err != nil {
		return nil, err
	}
	sh := &shared{cfg: cfg, at: at, out: out, process: process, table: shards.NewTable()}
	if cfg.storeJournal > 0 {
		sh.archive = cfg.archive(process, machine, out)
	}
	sh.balance = shards.NewBalance(shards.Options{
		Table: sh.table, Self: process.Self().ID, Members: sh.members, Open: sh.open, Release: sh.release,
		StopTaking: process.StopTaking, Lease: cfg.storeLease, Clock: machine, Log: out.log,
	})
	return sh, nil
}

// serve a simulator whose sandboxes are shared.
func (sh *shared) serve(ctx context.Context, opts simulator.Options, src *scenarioSource, given *settings) error {
	watching, end := context.WithCancel(context.Background())
	taking, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	leave := func() { // called by Serve when the context has ended
		stop()
		background.Wait()
		sh.failed = sh.balance.Leave()
		background.Go(func() { sh.balance.Watch(watching) })
	}
	opts.Sharing = &simulator.Sharing{
		Table: sh.table, Self: member(sh.process.Self()), Hurry: sh.balance.Hurry, Leave: leave, Closed: sh.closed,
	}
	defer background.Wait()
	defer end()
	defer stop()
	watch, err := sh.begin(opts, src, given)
	if err != nil {
		return errors.Join(wrongUse(err), sh.leave())
	}
	sh.balance.Step()
	background.Go(func() { sh.balance.Run(taking) })
	sh.at.announce(sh.out)
	lasts, over := sh.within(ctx)
	defer over()
	go watch(lasts)
	served := sh.simulator.Serve(lasts, sh.at.all()...)
	if served != nil {
		leave() // there was no end of the context
	}
	end()
	background.Wait()
	return sh.ended(served)
}

// begin with a simulator that has no sandboxes yet.
func (sh *shared) begin(opts simulator.Options, src *scenarioSource, given *settings) (watch func(context.Context), err error) {
	if sh.simulator, err = simulator.New(opts); err != nil {
		return nil, err
	}
	if src != nil {
		if _, err := src.read(sh.simulator.Table); err != nil {
			return nil, err
		}
	}
	sh.prepare = func(goesOn bool) error { return sh.cfg.prepare(sh.simulator, src, given, goesOn) }
	return sh.cfg.watcher(sh.simulator, src, sh.out), nil
}

// ended is the error of the end.
func (sh *shared) ended(served error) error {
	failed := errors.Join(sh.failed, sh.leave())
	select {
	case <-sh.process.Lost():
		failed = commitlog.ErrLost
	default:
	}
	if failed != nil {
		failed = fmt.Errorf("--store: %w", failed)
	}
	if served != nil {
		return cannotListen(errors.Join(served, failed))
	}
	return failed
}

// within is a context that ends with another one, and when this process has lost its shards.
func (sh *shared) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-sh.process.Lost():
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// handed is the log of a shard. Once it is closed another process may have the shard.
type handed struct {
	*postgres.Log
	process *postgres.Process
	closed  atomic.Bool
}

// Close implements commitlog.Storage.
func (h *handed) Close() error {
	h.closed.Store(true)
	return h.Log.Close()
}

// holds is a commitlog.NotKept when this process may not answer for the shard.
func (h *handed) holds() error {
	if h.closed.Load() {
		return commitlog.NotKept{Reason: commitlog.Moved}
	}
	return h.process.Holds()
}

// open a shard.
func (sh *shared) open(shard int) (here bool, err error) {
	log, err := sh.process.Open(logName(shard))
	if errors.As(err, new(postgres.Owned)) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	isDefault := shard == shards.Of(sandbox.DefaultID) && !sh.cfg.noDefault
	if isDefault {
		if err := sh.simulator.MakeDefault(); err != nil {
			return false, errors.Join(err, log.Close())
		}
	}
	sync, interval := commitlog.Always, time.Duration(0)
	if !sh.cfg.storeWait {
		sync, interval = commitlog.Group, sh.cfg.stateInterval
	}
	storage := &handed{Log: log, process: sh.process}
	keeping := simulator.Keeping{
		Shard: shard, Storage: storage, Sync: sync, Interval: interval, Lossless: true, Holds: storage.holds,
	}
	if sh.archive != nil {
		keeping.Archive = sh.archive
	}
	found, err := sh.simulator.Keep(keeping)
	if err != nil {
		if isDefault {
			_ = sh.simulator.Pool.Delete(sandbox.DefaultID) // it was made above
		}
		return false, err
	}
	tellKept(found, "--store", sh.out.log)
	if isDefault {
		if err := sh.prepare(found.Default); err != nil {
			sh.out.log.Error("the default sandbox is not what it was to begin with", "error", err)
		}
	}
	return true, nil
}

// leave the database.
func (sh *shared) leave() error {
	if sh.archive != nil {
		sh.archive.Close()
	}
	return sh.process.Leave()
}

// release a shard.
func (sh *shared) release(shard int) error { return sh.simulator.Pool.Release(shard) }

// members are the processes of the database.
func (sh *shared) members() (all []shards.Member, err error) {
	found, err := sh.process.Members()
	for _, m := range found {
		all = append(all, member(m))
	}
	return all, err
}

func member(m postgres.Member) shards.Member {
	to := shards.Member{ID: m.ID, Address: m.Address, Secret: m.Secret, Takes: m.Takes}
	for shard := range shards.Count {
		if slices.Contains(m.Logs, logName(shard)) {
			to.Shards = append(to.Shards, shard)
		}
	}
	return to
}

// archive of the journals, in the database.
func (cfg *serveConfig) archive(process *postgres.Process, machine *clock.Clock, out output) *archive.Archive {
	return archive.New(archive.Options{
		Storage: process.Events(), Keep: cfg.storeJournal, Interval: simulator.DefaultInterval, Memory: cfg.memory, Clock: machine, Log: out.log,
	})
}

// addressForOthers is where other processes reach what listens on an address.
func (cfg *serveConfig) addressForOthers(on net.Addr) (string, error) {
	host, port, err := net.SplitHostPort(cmp.Or(cfg.storeAddress, on.String()))
	if err != nil {
		return "", fmt.Errorf("--store-address: %w", err)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		if host, err = os.Hostname(); err != nil {
			return "", fmt.Errorf("this machine has no name, so --store-address has to say how others reach it: %w", err)
		}
	}
	return net.JoinHostPort(host, port), nil
}

// closed reports whether a process is reached from its machine alone, and may want no token, where this
// one is reached from others.
func (sh *shared) closed(address string) bool {
	to, err := netip.ParseAddrPort(address)
	return err == nil && to.Addr().IsLoopback() && !isLoopback(sh.at.plain.Addr())
}
