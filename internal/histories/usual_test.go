//go:build !race

package histories_test

// usualHistories is how many histories of a kind are recorded.
const usualHistories = 200
