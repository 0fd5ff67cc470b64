//go:build race

package attack_test

// usual is fewer under the race detector, which makes them slow.
const usual = 10_000
