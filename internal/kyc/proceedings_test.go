package kyc_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/schemas"
)

func TestProceedingsAreOfTheSubjectAlone(t *testing.T) {
	b := newBench(t)
	b.give("subjects", `{"iin": "901123300258", "cases": 3}`)
	got := b.proceedings(anyKey, citizen)
	expect(t, got, "found")
	rows := got.JSON(t).([]any)
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3", len(rows))
	}
	numbers := map[any]bool{}
	for _, row := range rows {
		row := row.(map[string]any)
		numbers[row["exec_proc"]] = true
		same(t, row["debtor_iin"], any(citizen))
		_, person := row["recoverer_iin"]
		_, entity := row["recoverer_bin"]
		if person == entity {
			t.Errorf("a claimant is a person or an entity: %v", row)
		}
		if names := row["officer_secondname"].([]any); len(names) != 4 {
			t.Errorf("officer_secondname %v, want four strings", names)
		}
	}
	if len(numbers) != 3 {
		t.Errorf("exec_proc repeats: %v", numbers)
	}
	same(t, b.proceedings(anyKey, citizen).Body, got.Body)
}

// The keys of a row come in the sample's order.
func TestProceedingsKeysAsInTheSample(t *testing.T) {
	text, err := schemas.FS.ReadFile("samples/kyc/exec_proc.response.found.json")
	if err != nil {
		t.Fatal(err)
	}
	want := map[bool][]string{}
	for _, row := range rowsOf(t, string(text)) {
		keys := keysOf(string(row))
		want[slices.Contains(keys, "recoverer_bin")] = keys
	}
	seen := map[bool]bool{}
	b := newBench(t)
	for n := range 50 {
		iin := population.New(1).IINOf(strings.Repeat("x", n))
		b.give("subjects", `{"iin": "`+iin+`", "cases": 1}`)
		for _, row := range rowsOf(t, b.proceedings(anyKey, iin).Body) {
			keys := keysOf(string(row))
			entity := slices.Contains(keys, "recoverer_bin")
			seen[entity] = true
			same(t, keys, want[entity])
		}
	}
	if !seen[true] || !seen[false] {
		t.Errorf("kinds of claimants seen: %v", seen)
	}
}

func rowsOf(t *testing.T, text string) []json.RawMessage {
	t.Helper()
	var rows []json.RawMessage
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return rows
}

var keyPattern = regexp.MustCompile(`"(\w+)"\s*:`)

// keysOf are the keys of an object and of those within, as they stand.
func keysOf(object string) []string {
	var keys []string
	for _, match := range keyPattern.FindAllStringSubmatch(object, -1) {
		keys = append(keys, match[1])
	}
	return keys
}

func TestProceedingsWithout(t *testing.T) {
	noCases := quirky(t, func(p population.Person) bool { return p.Quirk == population.NoCases })
	given := newBench(t)
	given.give("subjects", `{"iin": "`+citizen+`", "cases": 0}`)
	for name, tc := range map[string]struct {
		bench   bench
		iin     string
		ledgers []int
	}{
		"none by chance":   {newBench(t), noCases, nil},
		"none by scenario": {given, citizen, nil},
		"organisation":     {newBench(t), "940140000385", []int{69}},
		"not twelve":       {newBench(t), "90112330025", []int{69}},
		"letters":          {newBench(t), "90112330025A", []int{69}},
		"empty":            {newBench(t), "", []int{69}},
	} {
		t.Run(name, func(t *testing.T) {
			got := tc.bench.proceedings(anyKey, tc.iin)
			expect(t, got, "not-found")
			same(t, ledgers(got), tc.ledgers)
			tc.bench.Set("kyc.no_cases", "empty-list")
			got = tc.bench.proceedings(anyKey, tc.iin)
			expect(t, got, "found")
			same(t, got.Body, "[]")
		})
	}
}

// The documents' own samples fail their control digits and are served (ledger 17).
func TestControlDigits(t *testing.T) {
	asks := map[string]func(*bench, string) calltest.Answer{
		execProc:        func(b *bench, iin string) calltest.Answer { return b.proceedings(anyKey, iin) },
		addressApprove:  func(b *bench, iin string) calltest.Answer { return b.approve(anyKey, iin, "") },
		documentRequest: func(b *bench, iin string) calltest.Answer { return b.request("passport", iin, myPhone, "") },
	}
	served := map[string]string{execProc: "found", addressApprove: "pending", documentRequest: "requested"}
	refused := map[string]string{execProc: "not-found", addressApprove: "not-found", documentRequest: "invalid-iin"}
	for operation, ask := range asks {
		b := newBench(t)
		for _, iin := range []string{"012345678901", "901231400567"} {
			b.Set("strict_ids", "off")
			expect(t, ask(&b, iin), served[operation])
		}
		for _, iin := range []string{"901123300255", "000813159890", "850624300987"} {
			b.Set("strict_ids", "on")
			expect(t, ask(&b, iin), refused[operation])
		}
		expect(t, ask(&b, citizen), served[operation])
	}
}

// A scenario can make an IIN somebody's that the checks refuse.
func TestGivenSubjectsExist(t *testing.T) {
	b := newBench(t)
	b.Set("strict_ids", "on")
	const wrong = "901123300255"
	b.give("subjects", `{"iin": "`+wrong+`", "registered": false, "cases": 2}`)
	expect(t, b.request("passport", wrong, myPhone, ""), "invalid-iin")
	expect(t, b.proceedings(anyKey, wrong), "found")
	b.give("subjects", `{"iin": "`+wrong+`", "registered": true}`)
	expect(t, b.request("passport", wrong, myPhone, ""), "requested")
}

func TestOfficerSecondName(t *testing.T) {
	b := newBench(t)
	array := b.proceedings(anyKey, citizen).JSON(t).([]any)[0].(map[string]any)["officer_secondname"].([]any)
	b.Set("kyc.officer_secondname", "string")
	alone := b.proceedings(anyKey, citizen).JSON(t).([]any)[0].(map[string]any)["officer_secondname"]
	same(t, alone, array[0])
}
