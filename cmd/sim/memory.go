package main

import (
	"os"
	"runtime/debug"
)

// What the process takes beside what is counted, and what a body that is decoded takes
// for each byte of it.
const (
	uncounted   = 32 << 20
	decodedBody = 8
)

// limitMemory lets the collector work harder before the process takes more than its
// budgets come to, unless GOMEMLIMIT says something else.
func (cfg *serveConfig) limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(cfg.memoryLimit())
	}
}

func (cfg *serveConfig) memoryLimit() int64 {
	return cfg.memory + cfg.stateMemory + decodedBody*cfg.bodyMemory + uncounted
}
