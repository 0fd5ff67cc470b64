//go:build race

package expression_test

// mostMade is larger here: the race detector makes pools forget what they keep.
const mostMade = 64 << 20
