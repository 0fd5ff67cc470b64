package contract_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/schemas"
)

// readAs compares a request as it is read with what the three functions say that look for
// one thing each.
func readAs(t *testing.T, table *contract.Table, body []byte) {
	t.Helper()
	call := &contract.Call{Operation: new(contract.Operation), Raw: body}
	repeated, err := table.ReadBody(call)
	got := call.Body
	want, wantErr := contract.ParseRequest(body)
	var wantRepeated []string
	if wantErr == nil {
		wantRepeated = contract.RepeatedMembers(body, want)
	}
	for _, name := range []string{"iin", "iinbin", "a", "b", "items"} {
		// What is known of the body's members tells the same as a walk through the body.
		if diff := cmp.Diff((&contract.Call{Body: got}).FieldValues(name), call.FieldValues(name)); diff != "" {
			t.Fatalf("%s of %.200q (-want +got):\n%s", name, body, diff)
		}
	}
	wanted, is := []any{want, wantRepeated, wantErr}, []any{got, repeated, err}
	if reflect.DeepEqual(wanted, is) {
		return
	}
	if diff := cmp.Diff(wanted, is); diff != "" {
		t.Fatalf("%.200q (-want +got):\n%s", body, diff)
	}
}

// requests that a reader in one pass has to leave to others, or nearly.
var requests = []string{
	``, ` `, `{}`, ` [ ] `, `[[]]`, `{"a":{}}`, `{"a":1,"a":2}`, `{"a":{"b":1,"b":[]},"a":1}`, `{"iin":"1","iin":"2"}`, `{"\u0069in":1,"iin":2}`,
	`"\ud83d\ude00 \ud800 \n\/"`, `"я"`, "\"\xff\"", "\"a\nb\"", `"a`, `"\`, `"\x"`, `tru`, `true`, `truex`, `null`, `nul`, `[true,false,null]`,
	`0`, `-0`, `01`, `-`, `1.`, `1.5`, `.5`, `1e`, `1e5`, `1E+05`, `1e-999`, `1e1000`, `[1e0000]`, `+1`, `1 2`, `{} x`, "\uFEFF{}", "\u00a01",
	`[1,]`, `[,1]`, `[1 2]`, `{"a"}`, `{"a" 1}`, `{"a":}`, `{"a":1,}`, `{,}`, `{a:1}`, `[`, `{`, `{"a":1`, `]`, `{"a":1]`, `[1}`,
	strings.Repeat("9", 100), strings.Repeat("9", 101), "1." + strings.Repeat("0", 98), "1." + strings.Repeat("0", 99),
	strings.Repeat("[", 64) + strings.Repeat("]", 64), strings.Repeat("[", 65) + strings.Repeat("]", 65),
}

func newSmallTable(t testing.TB) *contract.Table {
	t.Helper()
	table, err := contract.New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestARequestIsReadInOnePass(t *testing.T) {
	table := newSmallTable(t)
	for _, body := range requests {
		readAs(t, table, []byte(body))
	}
	for _, n := range []int{5_000, 5_001} {
		list := "[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]"
		members := map[string]int{}
		for i := range n {
			members[fmt.Sprint("m", i)] = i
		}
		object, _ := json.Marshal(members)
		readAs(t, table, []byte(list))
		readAs(t, table, object)
	}
	row := "[" + strings.TrimSuffix(strings.Repeat("1,", 999), ",") + "]"
	for _, n := range []int{99, 100, 101} {
		readAs(t, table, []byte("["+strings.TrimSuffix(strings.Repeat(row+",", n), ",")+"]"))
	}
}

func FuzzReadRequest(f *testing.F) {
	table := newSmallTable(f)
	for _, body := range requests {
		f.Add([]byte(body))
	}
	listed, err := schemas.Samples()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range listed {
		if body, err := schemas.FS.ReadFile(s.File); err == nil {
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) { readAs(t, table, body) })
}
