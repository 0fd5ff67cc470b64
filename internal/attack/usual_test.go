//go:build !race

package attack_test

// usual is how many requests there are.
const usual = 200_000
