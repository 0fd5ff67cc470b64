package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/postgres"
	"github.com/kzsim/kzsim/internal/simulator"
)

// storeFlags are those of --store.
func (cfg *serveConfig) storeFlags(f *flag.FlagSet) {
	f.Var(secret{&cfg.store}, "store", "PostgreSQL database that the sandboxes are kept in, as postgres://user@host:5432/database; the password may stand in PGPASSWORD")
	f.BoolVar(&cfg.storeWait, "store-wait", true, "an answer waits until the database of --store has what the request changed")
	f.DurationVar(&cfg.storeLease, "store-lease", postgres.DefaultLease, "time after which another process takes the sandboxes of --store over from one that is dead")
}

// errTwoStores: there is one place where sandboxes are kept.
var errTwoStores = errors.New("--state keeps the sandboxes in a file, and --store in a database: say one of them")

// checkStore answers what is wrong with the settings of --store.
func (cfg *serveConfig) checkStore() error {
	switch {
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

// openStore joins the processes of the database and waits until no other one has the sandboxes.
func (cfg *serveConfig) openStore(ctx context.Context, machine *clock.Clock, at []net.Addr, out output) (*postgres.Process, simulator.Keeping, error) {
	process, err := postgres.Join(postgres.Options{
		Database: cfg.store, Address: at[0].String(), Lease: cfg.storeLease, Clock: machine, Log: out.log,
	})
	if err != nil {
		return nil, simulator.Keeping{}, err
	}
	log, err := process.Await(ctx, logName)
	if err != nil {
		return nil, simulator.Keeping{}, errors.Join(err, process.Leave())
	}
	sync, interval := commitlog.Always, time.Duration(0)
	if !cfg.storeWait {
		sync, interval = commitlog.Group, cfg.stateInterval
	}
	return process, simulator.Keeping{Storage: log, Sync: sync, Interval: interval, Lossless: true, Holds: process.Holds}, nil
}
