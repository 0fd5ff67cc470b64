package main

import (
	"github.com/kzsim/kzsim/internal/metrics"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// counted makes the metrics of a simulator.
func counted(pool *sandbox.Pool, build map[string]string) simulator.Metrics {
	return metrics.New(pool, build)
}
