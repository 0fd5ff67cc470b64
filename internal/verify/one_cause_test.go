package verify_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/report"
)

// listOf is a page of so many demands, each changed.
func listOf(n int, change func(i int, row string) string) http.Handler {
	rows := []string{fmt.Sprintf(`{"all_count":%d}`, n)}
	for i := range n {
		row := fmt.Sprintf(`{"refer":"PTP%013d","accept_dt":"2021-01-05","doc_num":"16","doc_at":"2021-05-01","iinbin":"111111111111",`+
			`"acc_fullname":"Тест","ben_fullname":"АО","ben_bin":"000000000000","ben_iban":"KZ12722R00000000000","ben_kbe":"14",`+
			`"amount":2000000,"cur":"KZT","knp":"423","dbz_num":"R1","dbz_dt":"2014-02-08","purpose":"П","head":"Р","account":"Б"}`, i)
		rows = append(rows, change(i, row))
	}
	return says(200, "application/json", "["+strings.Join(rows, ",")+"]")
}

func TestOneCauseIsOneFinding(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoil   func(i int, row string) string
		want    []string
		count   int
		example string
	}{
		{"a wrong type", func(_ int, row string) string { return strings.Replace(row, "2000000", `"2000000"`, 1) }, []string{"type /*/amount"}, 16, "/1/amount"},
		{"a wrong type in one row", func(i int, row string) string {
			return map[bool]string{true: strings.Replace(row, "2000000", `"2000000"`, 1), false: row}[i == 7]
		}, []string{"type /*/amount"}, 1, "/8/amount"},
		{"a field that isn't known beside it", func(_ int, row string) string {
			return strings.Replace(row, `"amount":2000000`, `"amount":"2000000","sum":1`, 1)
		}, []string{"type /*/amount", "undocumented-field /*/sum"}, 16, "/1/amount"},
		{"no reference", func(_ int, row string) string { return strings.Replace(row, `"refer"`, `"reference"`, 1) },
			[]string{"missing-field /*/refer", "undocumented-field /*/reference"}, 16, "/1/refer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := verified(t, listOf(16, c.spoil), quick, func(o *verify.Options) {
				o.Operations, o.Kinds = []string{"abs.get_all_pt_from_abs"}, []string{verify.WellFormed}
			})
			var want []string
			for _, line := range c.want {
				want = append(want, "abs.get_all_pt_from_abs "+line)
			}
			if diff := cmp.Diff(want, lines(report.Findings)); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			if f := report.Findings[0]; f.Count != c.count || f.Example != c.example {
				t.Errorf("%d places, the first at %s; want %d, %s", f.Count, f.Example, c.count, c.example)
			}
		})
	}
}

// A single page shows a count that counts less than its rows.
func TestCountBelowThePage(t *testing.T) {
	report := verified(t, says(200, "application/json", `[{"all_count":0},{"refer":"PTP1","iinbin":"111111111111","amount":1,"doc_at":"2021-05-01","ben_bin":"000000000000"}]`),
		quick, func(o *verify.Options) {
			o.Operations, o.Kinds = []string{"abs.get_all_pt_from_abs"}, []string{verify.WellFormed}
		})
	if diff := cmp.Diff([]string{"abs.get_all_pt_from_abs behaviour /*/all_count"}, lines(report.Findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// What a target sends is shown, but doesn't steer a terminal or a page.
func TestControlCharactersOfATarget(t *testing.T) {
	const evil = "\x1b[2J\x1b]0;owned\x07\u202egnp\u2028\x00\x9b31m\r\xff<script>`|"
	escaped := strings.NewReplacer("\x1b", `\u001b`, "\x07", `\u0007`, "\x00", `\u0000`, "\r", `\r`, "\xff", "\ufffd", "\x9b", `\u009b`).Replace(evil)
	bodies := map[string]string{
		"a member":  `{"error_code":0,"error_text":"","iinbin":"1","` + escaped + `":1}`,
		"a value":   `{"error_code":0,"error_text":"","iinbin":"` + escaped + `","fullname":"x","sectecon":"` + escaped + `","residfl":1}`,
		"an error":  `{"error_code":-1,"error_text":"` + escaped + `"}`,
		"raw bytes": evil,
	}
	for name, body := range bodies {
		for _, status := range []int{200, 500} {
			h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", evil)
				w.Header().Set("Sim-Finding", "no operation has this path; the nearest is "+evil)
				if name != "raw bytes" {
					w.Header().Set("Content-Type", "application/json")
					w.Header().Del("Sim-Finding")
				}
				w.WriteHeader(status)
				_, _ = w.Write([]byte(body))
			})
			var out bytes.Buffer
			terminal := report.NewTerminal(&out, false)
			found := verified(t, h, quick, informed, func(o *verify.Options) { o.Progress = terminal.Progress })
			if err := terminal.Finish(found); err != nil {
				t.Fatal(err)
			}
			isPlain(t, name+" on the terminal", out.String())
			for form, write := range map[string]func(*bytes.Buffer) error{
				"markdown": func(b *bytes.Buffer) error { return report.Markdown(b, found) },
				"html":     func(b *bytes.Buffer) error { return report.HTML(b, found) },
				"junit":    func(b *bytes.Buffer) error { return report.JUnit(b, found) },
			} {
				var b bytes.Buffer
				if err := write(&b); err != nil {
					t.Fatal(err)
				}
				isPlain(t, name+" in "+form, b.String())
				if form == "html" && strings.Contains(b.String(), "<script") {
					t.Errorf("%s: a script in the page", name)
				}
			}
		}
	}
}

func isPlain(t *testing.T, name, text string) {
	t.Helper()
	for i, r := range text {
		if r != '\n' && r != '\t' && r != 0xa0 && !unicode.IsPrint(r) {
			t.Errorf("%s: %U at %d in %q", name, r, i, text[max(0, i-60):min(len(text), i+20)])
			return
		}
	}
}
