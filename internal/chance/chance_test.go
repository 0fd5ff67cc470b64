package chance_test

import (
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/chance"
)

// The bytes are a promise: these values may never change, or every recorded
// seed would mean another world.
func TestBytesArePromised(t *testing.T) {
	seed := chance.Seed(1)
	sequence := seed.Sequence("scope", "key")
	got := map[string]any{
		"draw":      seed.Draw("scope", "key", 0),
		"draw next": seed.Draw("scope", "key", 1),
		"float":     seed.Float("scope", "key", 0),
		"intn":      seed.Intn(1000, "scope", "key", 0),
		"uuid":      seed.UUID("scope", "key", 0),
		"digits":    seed.Digits(20, "scope", "key", 0),
		"bytes":     hex.EncodeToString(seed.Bytes(40, "scope", "key", 0)),
		"many":      seed.Many("scope", "key", 0).Float(chance.ThingOf("thing")),
		"sequence": []any{
			sequence.IntN(1 << 62), sequence.IntN(10), sequence.IntRange(-5, 5), sequence.Digits(9),
			sequence.Number("##-###-#######"), sequence.IntRange(8000, 45000), sequence.IntN(2),
		},
	}
	want := map[string]any{
		"draw":      uint64(2620516803672114600),
		"draw next": uint64(14540269244913610301),
		"float":     0.14205850057880376,
		"intn":      142,
		"uuid":      "245df226-1ad1-45a8-8ba9-08d2153d5ae9",
		"digits":    "14205850057880382955",
		"bytes":     "245df2261ad185a84ba908d2153d5ae943c75169cd305b5a293a139aa75b31eb1462c3a41dfe7da1",
		"many":      0.13306899083370416,
		"sequence":  []any{1146684548475748823, 6, -2, "377756267", "43-689-8042692", 35891, 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("drawn values differ (-want +got):\n%s", diff)
	}
}

func TestEveryInputMatters(t *testing.T) {
	base := chance.Seed(1).Draw("a", "bc", 0)
	for name, other := range map[string]uint64{
		"seed":             chance.Seed(2).Draw("a", "bc", 0),
		"scope":            chance.Seed(1).Draw("b", "bc", 0),
		"key":              chance.Seed(1).Draw("a", "bd", 0),
		"n":                chance.Seed(1).Draw("a", "bc", 1),
		"negative n":       chance.Seed(1).Draw("a", "bc", -1),
		"where scope ends": chance.Seed(1).Draw("ab", "c", 0),
		"all in the scope": chance.Seed(1).Draw("abc", "", 0),
		"a long key":       chance.Seed(1).Draw("a", strings.Repeat("bc", 200), 0),
		"another long key": chance.Seed(1).Draw("a", strings.Repeat("bc", 200)+"d", 0),
	} {
		if other == base {
			t.Errorf("changing %s does not change the draw", name)
		}
	}
}

func TestDrawsStayInTheirRange(t *testing.T) {
	seed := chance.Seed(7)
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for n := range 2000 {
		if got := seed.Float("f", "", n); got < 0 || got >= 1 {
			t.Fatalf("Float(%d) = %v, want [0,1)", n, got)
		}
		if got := seed.Intn(3, "i", "", n); got < 0 || got > 2 {
			t.Fatalf("Intn(3) = %d", got)
		}
		if got := seed.UUID("u", "", n); !uuid.MatchString(got) {
			t.Fatalf("UUID = %q is not version 4", got)
		}
		if got := seed.Digits(n%70, "d", "", n); len(got) != n%70 || strings.Trim(got, "0123456789") != "" {
			t.Fatalf("Digits(%d) = %q", n%70, got)
		}
		if got := seed.Bytes(n%70, "b", "", n); len(got) != n%70 {
			t.Fatalf("Bytes(%d) has %d bytes", n%70, len(got))
		}
	}
}

func TestNothingIsAskedFor(t *testing.T) {
	seed := chance.Seed(1)
	for _, length := range []int{0, -1} {
		if got := seed.Digits(length, "s", "k", 0); got != "" {
			t.Errorf("Digits(%d) = %q", length, got)
		}
		if got := seed.Bytes(length, "s", "k", 0); len(got) != 0 {
			t.Errorf("Bytes(%d) = %x", length, got)
		}
		if got := seed.Intn(length, "s", "k", 0); got != 0 {
			t.Errorf("Intn(%d) = %d", length, got)
		}
	}
}

// Each of ten values should come about a tenth of the time; the limits are over
// six standard deviations away, and the draws are fixed, so this never flickers.
func TestDrawsAreUniform(t *testing.T) {
	const draws = 20000
	digits, picks := map[byte]int{}, map[int]int{}
	for n := range draws {
		digits[chance.Seed(3).Digits(16, "d", "", n)[15]]++
		picks[chance.Seed(3).Intn(10, "i", "", n)]++
	}
	for value := range 10 {
		for what, count := range map[string]int{"digit": digits['0'+byte(value)], "pick": picks[value]} {
			if count < draws/10-300 || count > draws/10+300 {
				t.Errorf("%s %d came %d times of %d", what, value, count, draws)
			}
		}
	}
}

func TestSequenceStartsAgain(t *testing.T) {
	first, second := chance.Seed(5).Sequence("s", "k"), chance.Seed(5).Sequence("s", "k")
	for range 10 {
		if a, b := first.IntN(1000), second.IntN(1000); a != b {
			t.Fatalf("two sequences of one key differ: %d and %d", a, b)
		}
	}
}

func TestFreshSeedsDiffer(t *testing.T) {
	seen := map[chance.Seed]bool{}
	for range 100 {
		seen[chance.Fresh()] = true
	}
	if len(seen) != 100 {
		t.Errorf("100 fresh seeds had %d different values", len(seen))
	}
}

func BenchmarkDraw(b *testing.B) {
	b.ReportAllocs()
	for n := range b.N {
		chance.Seed(1).Draw("population.person", "901123300258", n)
	}
}
