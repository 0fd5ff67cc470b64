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
	"sync/atomic"
	"time"

	"github.com/kzsim/kzsim/internal/archive"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/postgres"
	"github.com/kzsim/kzsim/internal/relay"
	"github.com/kzsim/kzsim/internal/simulator"
)

// storeFlags are those of --store.
func (cfg *serveConfig) storeFlags(f *flag.FlagSet) {
	f.Var(secret{&cfg.store}, "store", "PostgreSQL database that the sandboxes are kept in, as postgres://user@host:5432/database; the password may stand in PGPASSWORD")
	f.BoolVar(&cfg.storeWait, "store-wait", true, "an answer waits until the database of --store has what the request changed")
	f.StringVar(&cfg.storeAddress, "store-address", "", "host:port at which the other processes of --store reach this one; empty for --addr, with this machine's name if that is on all its addresses")
	f.DurationVar(&cfg.storeLease, "store-lease", postgres.DefaultLease, "time after which another process takes the sandboxes of --store over from one that is dead")
	f.DurationVar(&cfg.storeJournal, "store-journal", 0, "time for which the database of --store keeps journals, too; 0 for not at all: they end with the process")
}

// errTwoStores: there is one place where sandboxes are kept.
var errTwoStores = errors.New("--state keeps the sandboxes in a file, and --store in a database: say one of them")

// errNoStore: a journal alone has no place.
var errNoStore = errors.New("--store-journal keeps journals in the database of --store: name that, too")

// checkStore answers what is wrong with the settings of --store.
func (cfg *serveConfig) checkStore() error {
	switch {
	case cfg.store == "" && cfg.storeJournal > 0:
		return errNoStore
	case cfg.store == "":
		return nil
	case cfg.state != "":
		return errTwoStores
	}
	if err := postgres.CheckAddress(cfg.store); err != nil {
		return fmt.Errorf("--store: %w", err)
	}
	return nil
}

// logName of the log that all sandboxes share.
const logName = "sandboxes"

// openStore joins the processes of the database and waits until no other one has the sandboxes. Until
// then the connections of the plain address are passed to that one.
func (cfg *serveConfig) openStore(ctx context.Context, machine *clock.Clock, at *listening, out output) (*postgres.Process, simulator.Keeping, error) {
	address, err := cfg.addressForOthers(at.plain.Addr())
	if err != nil {
		return nil, simulator.Keeping{}, err
	}
	process, err := postgres.Join(postgres.Options{
		Database: cfg.store, Address: address, Lease: cfg.storeLease, Clock: machine, Log: out.log,
	})
	if err != nil {
		return nil, simulator.Keeping{}, err
	}
	other := &otherProcess{at: at, out: out}
	passes := relay.Listen(at.plain, relay.Options{
		To: other.address, Most: max(1, cfg.connections.Limit()/2), // a connection that is passed is two
		Patience: relay.DefaultPatience, Clock: machine, Log: out.log,
	})
	at.plain = passes
	log, err := process.Await(ctx, logName, other.is)
	if err != nil {
		return nil, simulator.Keeping{}, errors.Join(err, process.Leave())
	}
	passes.TakeOver()
	sync, interval := commitlog.Always, time.Duration(0)
	if !cfg.storeWait {
		sync, interval = commitlog.Group, cfg.stateInterval
	}
	return process, simulator.Keeping{Storage: log, Sync: sync, Interval: interval, Lossless: true, Holds: process.Holds}, nil
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

// otherProcess is the one that has the sandboxes, as far as it is known.
type otherProcess struct {
	at    *listening
	out   output
	known atomic.Pointer[string]
}

// is tells who it is.
func (o *otherProcess) is(owned postgres.Owned) {
	if last := o.known.Load(); last != nil && *last == owned.Address {
		return
	}
	o.known.Store(&owned.Address)
	if o.closed(owned.Address) {
		o.out.say("the process at %s has the sandboxes; its address is of its machine alone, so this one waits and passes nothing to it", owned.Address)
		return
	}
	o.out.say("the process at %s has the sandboxes; what comes to http://%s is passed to it", owned.Address, reachable(o.at.plain.Addr().String()))
}

// address of the process, for connections; false if there is none to pass them to.
func (o *otherProcess) address() (string, bool) {
	known := o.known.Load()
	if known == nil || o.closed(*known) {
		return "", false
	}
	return *known, true
}

// closed reports whether a process is reached from its machine alone, and may want no token, where this
// one is reached from others.
func (o *otherProcess) closed(address string) bool {
	to, err := netip.ParseAddrPort(address)
	return err == nil && to.Addr().IsLoopback() && !isLoopback(o.at.plain.Addr())
}
