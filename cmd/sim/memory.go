package main

import (
	"os"
	"runtime/debug"

	"github.com/kzsim/kzsim/internal/gateway"
)

// What the process takes beside what is counted, in bytes.
const (
	uncounted     = 32 << 20
	forConnection = 32 << 10 // a request is held on it
)

// limitMemory lets the collector work harder before the process takes more than its
// budgets come to, unless GOMEMLIMIT says something else.
func (cfg *serveConfig) limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(cfg.memoryLimit())
	}
}

// memoryLimit is the sum of the budgets.
func (cfg *serveConfig) memoryLimit() int64 {
	bodies := cfg.bodyMemory + gateway.DecodedMemory(cfg.bodyMemory)
	return cfg.memory + cfg.stateMemory + bodies + int64(cfg.connections.Limit())*forConnection + uncounted
}
