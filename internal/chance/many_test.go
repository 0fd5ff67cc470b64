package chance_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/kzsim/kzsim/internal/chance"
)

// chiSquare of counts that should be equal, in standard deviations from what is expected.
func chiSquare(counts []int) float64 {
	total := 0
	for _, n := range counts {
		total += n
	}
	mean, sum := float64(total)/float64(len(counts)), 0.0
	for _, n := range counts {
		sum += (float64(n) - mean) * (float64(n) - mean) / mean
	}
	freedom := float64(len(counts) - 1)
	return (sum - freedom) / math.Sqrt(2*freedom)
}

// many draws for things by keys: a number for each of both.
func many(keys, things int) [][]float64 {
	names := make([]chance.Thing, things)
	for i := range names {
		names[i] = chance.ThingOf(fmt.Sprint("rule ", i))
	}
	drawn := make([][]float64, keys)
	for k := range drawn {
		of := chance.Seed(3).Many("s", fmt.Sprint("key ", k/10), k%10)
		for _, name := range names {
			drawn[k] = append(drawn[k], of.Float(name))
		}
	}
	return drawn
}

// TestManyAreUniform: for each thing over the keys, and for each key over the things. The
// draws are fixed, so the limits never flicker.
func TestManyAreUniform(t *testing.T) {
	const size, parts = 1000, 20
	drawn := many(size, size)
	worst := 0.0
	for i := range size {
		ofThing, ofKey := make([]int, parts), make([]int, parts)
		for j := range size {
			for _, v := range []float64{drawn[j][i], drawn[i][j]} {
				if v < 0 || v >= 1 {
					t.Fatalf("%v is not in [0,1)", v)
				}
			}
			ofThing[int(drawn[j][i]*parts)]++
			ofKey[int(drawn[i][j]*parts)]++
		}
		worst = max(worst, chiSquare(ofThing), chiSquare(ofKey))
	}
	if worst > 6 { // of 2,000 tests a larger one is unlikely
		t.Errorf("the draws of a thing or of a key are %.1f standard deviations from uniform", worst)
	}
}

// TestManyAreIndependent: where two things or two keys draw, each pair of parts is as
// frequent as any other.
func TestManyAreIndependent(t *testing.T) {
	const size, parts = 2000, 5
	drawn := many(size, size)
	for name, at := range map[string]func(first, second, i int) (float64, float64){
		"things": func(first, second, i int) (float64, float64) { return drawn[i][first], drawn[i][second] },
		"keys":   func(first, second, i int) (float64, float64) { return drawn[first][i], drawn[second][i] },
	} {
		worst := 0.0
		for first := range 40 {
			for second := range first {
				pairs := make([]int, parts*parts)
				for i := range size {
					x, y := at(first, second, i)
					pairs[int(x*parts)*parts+int(y*parts)]++
				}
				worst = max(worst, chiSquare(pairs))
			}
		}
		if worst > 6 {
			t.Errorf("the draws of two %s are %.1f standard deviations from independent", name, worst)
		}
	}
}

// TestSharesAreExact: of many keys as many draw below a share as it says, and of two things
// the product of their shares draws both below.
func TestSharesAreExact(t *testing.T) {
	const keys, things = 20_000, 20
	drawn := many(keys, things)
	for _, share := range []float64{0.01, 0.2, 0.5, 0.99} {
		for i := range things {
			var below [2]int // of the thing, and of the next one, too
			for k := range keys {
				if drawn[k][i] < share {
					below[0]++
					if drawn[k][(i+1)%things] < share {
						below[1]++
					}
				}
			}
			for of, want := range []float64{share, share * share} {
				if limit := 5 * math.Sqrt(keys*want*(1-want)); math.Abs(float64(below[of])-keys*want) > limit {
					t.Errorf("%d things from %d on: %d of %d keys drew below %g, want %g more or less %.0f", of+1, i, below[of], keys, share, keys*want, limit)
				}
			}
		}
	}
}

func TestManyHeedsEveryInput(t *testing.T) {
	thing := chance.ThingOf("thing")
	base := chance.Seed(1).Many("a", "bc", 0).Float(thing)
	for name, other := range map[string]float64{
		"seed":  chance.Seed(2).Many("a", "bc", 0).Float(thing),
		"scope": chance.Seed(1).Many("b", "bc", 0).Float(thing),
		"key":   chance.Seed(1).Many("a", "bd", 0).Float(thing),
		"n":     chance.Seed(1).Many("a", "bc", 1).Float(thing),
		"thing": chance.Seed(1).Many("a", "bc", 0).Float(chance.ThingOf("another")),
	} {
		if other == base {
			t.Errorf("changing the %s does not change the draw", name)
		}
	}
}

func BenchmarkMany(b *testing.B) {
	of, thing := chance.Seed(1).Many("s", "k", 0), chance.ThingOf("thing")
	b.ReportAllocs()
	for b.Loop() {
		of.Float(thing)
	}
}
