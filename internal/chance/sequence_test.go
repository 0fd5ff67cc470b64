package chance

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/google/go-cmp/cmp"
)

// FuzzSequence holds the draws to those of gofakeit, which the population was made with: one
// seed means the same people.
func FuzzSequence(f *testing.F) {
	f.Add(uint64(1), "scope", "key", 10, -5, "##-###-#######")
	f.Add(uint64(0), "", "", 0, 45_000, "#")
	f.Add(uint64(1)<<63, "documents", "901123300258", 2, 2, "A#0#")
	f.Fuzz(func(t *testing.T, seed uint64, scope, key string, limit, other int, pattern string) {
		const far = 1 << 40 // no range of the population is longer
		limit, other = limit%far, other%far
		block := Seed(seed).block(scope, key, 0, sequenceBlock)
		faker := gofakeit.NewFaker(rand.NewPCG(binary.BigEndian.Uint64(block[:8]), binary.BigEndian.Uint64(block[8:16])), false)
		sequence := Seed(seed).Sequence(scope, key)
		low, high := min(limit, other), max(limit, other)
		for range 5 {
			want := []any{faker.IntN(limit), faker.IntRange(low, high), faker.DigitN(9), faker.Numerify(pattern)}
			got := []any{sequence.IntN(limit), sequence.IntRange(low, high), sequence.Digits(9), sequence.Number(pattern)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("the draws differ (-gofakeit +sequence):\n%s", diff)
			}
		}
	})
}
