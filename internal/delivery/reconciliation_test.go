package delivery_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const listPath = "/abs/get_all_pt_from_abs"

// listOf rows as the ABS has it.
func listOf(count int, rows ...string) string {
	return fmt.Sprintf(`[{"all_count":%d}%s]`, count, strings.Join(append([]string{""}, rows...), ","))
}

// strangers are a full page of demands that K2 has not.
func strangers(from, n int) (rows []string) {
	for i := range n {
		rows = append(rows, fmt.Sprintf(`{"refer":"X%d","iinbin":"901123300258","amount":1}`, from+i))
	}
	return rows
}

// differences that the calls of the last night have found.
func (b *bank) differences() (all []string) {
	b.t.Helper()
	for _, x := range b.exchanges("operation=abs.get_all_pt_from_abs") {
		for _, f := range x.Findings {
			all = append(all, strings.TrimSpace(f.Path+" "+f.Text))
		}
	}
	return all
}

// TestReconciliation: each night K2 compares its incoming demands with the ABS's list, and what
// differs is a finding of the call, with both sides.
func TestReconciliation(t *testing.T) {
	for _, test := range []struct {
		name, list string
		want       []string
	}{
		{"the same", listOf(1, arriving), nil},
		{"the same, otherwise written", listOf(1, strings.NewReplacer(`2000000`, `2000000.00`, `"16"`, `" 16 "`).Replace(arriving)), nil},
		{"dates as in the document's text", listOf(1, strings.Replace(arriving, "2024-02-28", "2024.02.28", 1)), nil},
		{"another date", listOf(1, strings.Replace(arriving, "2024-02-28", "2024.02.29", 1)), []string{`/1/doc_at of demand "PTP1" the ABS has 2024-02-29, and K2 has 2024-02-28`}},
		{"an object", `{"error_code":0,"error_text":"","all_count":1,"items":[` + arriving + `]}`, nil},
		{"an empty list", listOf(0), []string{"K2 has demand PTP1, which the ABS has registered and which is Введен; the ABS's list has it not"}},
		{"another amount", listOf(1, strings.Replace(arriving, "2000000", "2000", 1)), []string{`/1/amount of demand "PTP1" the ABS has 2000.00, and K2 has 2000000.00`}},
		{"another name", listOf(1, strings.Replace(arriving, "Тестов", "Иванов", 1)), []string{`/1/acc_fullname the ABS has another acc_fullname of demand "PTP1" than K2`}},
		{"a field less", listOf(1, strings.Replace(arriving, `,"knp":"423"`, "", 1)), []string{`/1/knp of demand "PTP1" the ABS has nothing, and K2 has 423`}},
		{"a demand more", listOf(2, append(strangers(1, 1), arriving)...), []string{`/1/refer the ABS has demand "X1", and K2 has it not`}},
		{"a demand twice", listOf(2, arriving, arriving), []string{`/*/refer behaviour: expected each of them once, found "PTP1"`, `/2/refer the ABS's list has demand "PTP1" a second time`}},
		{"another count", listOf(7, arriving), []string{"all_count is 7, and the pages have 1 demands"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			of := registeringABS(t)
			of.answers[listPath] = test.list
			b := askingBank(t, of)
			b.happens(204, "", arriving)
			of.take()
			b.later("16h59m")
			if asked := of.take(); len(asked) > 0 {
				t.Errorf("asked before 02:00: %q", asked)
			}
			b.later("1m")
			if diff := cmp.Diff([]string{`POST ` + listPath + ` application/json {"page ":1,"perpage":"25"}`}, of.take()); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want, b.differences()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			b.later("24h")
			if asked := of.take(); !slices.ContainsFunc(asked, func(one string) bool { return strings.Contains(one, listPath) }) {
				t.Errorf("in the next night it is asked %q", asked)
			}
		})
	}
}

// TestReconciliationPageByPage: a full page is followed by the next one. A night without an answer
// is over, and a snapshot in its midst goes on with the same page.
func TestReconciliationPageByPage(t *testing.T) {
	of := registeringABS(t)
	of.answers[listPath] = listOf(26, append(strangers(1, 24), arriving)...)
	b := askingBank(t, of)
	b.happens(204, "", arriving)
	of.take()
	of.turn(listPath, listOf(26, strangers(25, 1)...))
	b.later("17h")
	want := []string{`{"page ":1,"perpage":"25"}`, `{"page ":2,"perpage":"25"}`}
	if diff := cmp.Diff(want, bodies(of.take())); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if n := len(b.differences()); n != 25 {
		t.Errorf("%d differences, want the 25 demands that K2 has not: %q", n, b.differences())
	}
	b.do(200, "POST", "/_sim/sandboxes/k2/expectations", `{"on":"abs.get_all_pt_from_abs","direction":"out","outcome":"page","finding":"any","count":2}`)
	of.silence(listPath)
	b.later("24h")
	midst := b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", "")
	of.silence("")
	var runs [2][]string
	for i := range runs {
		b.do(200, "PUT", "/_sim/sandboxes/k2/snapshot", midst)
		of.take()
		b.later("1s")
		runs[i] = bodies(of.take())
	}
	if diff := cmp.Diff([2][]string{want[:1], want[:1]}, runs); diff != "" {
		t.Errorf("asked after the snapshot (-want +got):\n%s", diff)
	}
}

// bodies of what was asked.
func bodies(asked []string) (all []string) {
	for _, one := range asked {
		_, body, _ := strings.Cut(one, "application/json ")
		all = append(all, body)
	}
	return all
}

// TestNoReconciliation: without an incoming demand, and in nights in which the switch is off, there is none.
func TestNoReconciliation(t *testing.T) {
	of := registeringABS(t)
	of.answers[listPath] = listOf(1, arriving)
	b := askingBank(t, of)
	b.load("colvir")
	b.later("48h")
	off, on := `{"k2.reconciliation":"off"}`, `{}`
	asked := 0
	for i, night := range []struct {
		profile string
		asks    int
	}{{off, 0}, {off, 0}, {on, 1}, {off, 0}, {on, 1}, {on, 1}} {
		b.do(200, "PUT", "/_sim/sandboxes/k2/profile", night.profile)
		if i == 0 {
			b.happens(204, "", arriving)
		}
		b.later("24h")
		if asked += night.asks; len(b.exchanges("operation=abs.get_all_pt_from_abs")) != asked {
			t.Errorf("night %d, %s: asked for the list %d times, want %d", i, night.profile, len(b.exchanges("operation=abs.get_all_pt_from_abs")), asked)
		}
	}
}
