// Package execution runs a command beside a simulator of its own, judges what the
// command has met there, and keeps what was met in a folder.
package execution

import (
	"context"
	"fmt"
	"net"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// Options of an Execution.
type Options struct {
	Simulator simulator.Options // Observe is the execution's
	// Scenario is the name by which the scenario was asked for; empty for none. The
	// caller loads it.
	Scenario string
	Gates    Gates
}

// Execution is a simulator for the time of one command. Its methods are called in
// this order: Serve, Stop, Judge, Keep. The command runs between Serve and Stop.
type Execution struct {
	Simulator *simulator.Simulator // to load a scenario, before Serve

	scenario string
	gates    Gates
	tally    tally
	url      string
	stop     context.CancelFunc
	served   chan error
}

// New makes a simulator. It does not serve yet.
func New(opts Options) (*Execution, error) {
	x := &Execution{scenario: opts.Scenario, gates: opts.Gates, served: make(chan error, 1)}
	opts.Simulator.Observe = x.tally.observe
	var err error
	x.Simulator, err = simulator.New(opts.Simulator)
	return x, err
}

// Serve on a free port of this machine. The port is open when Serve returns; the
// error says that there is no port.
func (x *Execution) Serve() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	x.url = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	x.stop = stop
	go func() { x.served <- x.Simulator.Serve(ctx, l) }()
	return nil
}

// Variables say to the command where the simulator is. Each is NAME=value.
func (x *Execution) Variables() []string {
	return []string{
		"SIM_URL=" + x.url, "SIM_KYC_URL=" + x.url, "SIM_K2_URL=" + x.url, "SIM_ABS_URL=" + x.url + "/abs",
		"SIM_SANDBOX=" + sandbox.DefaultID,
	}
}

// Stop answers the requests in flight and then stops serving. After it the journals
// hold every request.
func (x *Execution) Stop() error {
	x.stop()
	if err := <-x.served; err != nil {
		return fmt.Errorf("the simulator: %w", err)
	}
	return nil
}

// Judge a command that has ended by what it has met, after Stop.
func (x *Execution) Judge(end End) *Result { return Judge(end, x.met(), x.gates) }

// met is what the command has met.
func (x *Execution) met() Met {
	var m Met
	m.Requests, m.Unmatched, m.Findings = x.tally.counted()
	var least *float64
	if x.gates.MinCoverage > 0 {
		least = &x.gates.MinCoverage
	}
	m.Coverage = x.Simulator.Pool.Coverage().Report("all sandboxes", x.Simulator.Table, least)
	m.Scenario, m.Verdict = x.verdict()
	return m
}
