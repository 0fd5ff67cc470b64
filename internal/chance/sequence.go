package chance

import (
	"encoding/binary"
	"math/rand/v2"
)

// Sequence makes many draws for one thing, each after the one before. It must not be
// shared between goroutines, nor kept: ask the seed again for the same start.
type Sequence struct{ draws rand.Rand }

// Sequence returns the sequence that starts at the hash of (seed, scope, key).
func (s Seed) Sequence(scope, key string) *Sequence {
	block := s.block(scope, key, 0, sequenceBlock)
	source := rand.NewPCG(binary.BigEndian.Uint64(block[:8]), binary.BigEndian.Uint64(block[8:16]))
	return &Sequence{draws: *rand.New(source)}
}

// IntN draws a number in [0,limit). It is 0, without a draw, when limit is below 1.
func (s *Sequence) IntN(limit int) int {
	if limit < 1 {
		return 0
	}
	return s.draws.IntN(limit)
}

// IntRange draws a number from low to high, both included. It is low, without a draw,
// when there is no other.
func (s *Sequence) IntRange(low, high int) int {
	if low == high {
		return low
	}
	return low + s.IntN(high-low+1)
}

// Digits draws length decimal digits, leading zeros included.
func (s *Sequence) Digits(length int) string {
	drawn := make([]byte, max(length, 0))
	for i := range drawn {
		drawn[i] = s.digit()
	}
	return string(drawn)
}

// Number draws a digit for every # of a pattern. A digit that the number starts with
// is from 1 to 8 where it was drawn as 0.
func (s *Sequence) Number(pattern string) string {
	drawn := []byte(pattern)
	for i := range drawn {
		if drawn[i] == '#' {
			drawn[i] = s.digit()
		}
	}
	if len(drawn) > 0 && drawn[0] == '0' {
		drawn[0] = '1' + byte(s.IntN(8))
	}
	return string(drawn)
}

func (s *Sequence) digit() byte { return '0' + byte(s.IntN(10)) }
