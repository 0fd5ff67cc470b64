package simulator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// DefaultLeave is after how long without a request a sandbox leaves memory.
const DefaultLeave = 15 * time.Minute

// enter begins a request to a sandbox, which stays in memory until leave is called. One that has left memory is opened
// first. The error says why that isn't possible now; nothing was done.
func (s *Simulator) enter(ctx context.Context, id string) (leave func(), err error) {
	for {
		leave, away := s.Pool.Enter(id)
		if away == nil {
			return leave, nil
		}
		if err := s.open(ctx, away); err != nil {
			return nil, err
		}
	}
}

// open a sandbox that has left memory. Its services call what they called before.
func (s *Simulator) open(ctx context.Context, away *sandbox.Away) error {
	ctx, cancel := context.WithTimeout(ctx, waitForOwner)
	defer cancel()
	var addresses delivery.Addresses
	resolve := func(back *sandbox.Replay) {
		var found Kept
		addresses = s.resolve(back, &found)[away.ID()]
		for id, why := range found.Uncalled {
			s.log.Error("a sandbox came back, and its services call nothing: give --target and --deliver-allow as before", "sandbox", id, "error", why)
		}
	}
	err := s.Pool.Open(ctx, away, resolve, func(sb *sandbox.Sandbox) { s.Callers.Open(sb, addresses) })
	var full sandbox.NoRoom
	switch {
	case errors.As(err, &full):
		return fmt.Errorf("the sandbox was idle and has left memory, and it can't come back now; nothing was done: %w", full)
	case errors.Is(err, sandbox.ErrAside): // why may say where the database is, which is no matter of clients
		s.log.Warn("a sandbox that has left memory can't be opened", "sandbox", away.ID(), "error", err)
		return sandbox.ErrAside
	}
	return err
}
