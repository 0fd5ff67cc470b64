//go:build race

package histories_test

// usualHistories is how many histories of a kind are recorded. Under the race detector
// one takes several times as long.
const usualHistories = 100
