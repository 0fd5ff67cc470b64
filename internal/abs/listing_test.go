package abs_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract/calltest"
)

// ordered is a demand's body in the sample's order of fields.
func ordered(t testing.TB, body string) string {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, name := range strings.Fields("refer accept_dt doc_num doc_at iinbin acc_fullname ben_fullname ben_bin ben_iban ben_kbe amount cur knp dbz_num dbz_dt purpose head account") {
		if raw, ok := fields[name]; ok {
			parts = append(parts, `"`+name+`":`+string(raw))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// TestListedAsRegistered has the document's sample back to the byte.
func TestListedAsRegistered(t *testing.T) {
	b := newBench(t)
	b.Ask("abs.reg_pt", sample(t, "abs.reg_pt"))
	want := strings.Replace(response(t, "abs/get_all_pt_from_abs.response.page.json"), "1000", "1", 1)
	check(t, b.Ask("abs.get_all_pt_from_abs", `{}`), "page", want)
	b.Set("abs.list", "object")
	row := strings.TrimSuffix(strings.TrimPrefix(want, `[{"all_count":1},`), "]")
	check(t, b.Ask("abs.get_all_pt_from_abs", `{}`), "page", `{"error_code":0,"error_text":"","all_count":1,"items":[`+row+`]}`)
}

// TestFieldsComeBack: the amount in the characters that were sent, dates in ISO
// form, nothing that was not sent.
func TestFieldsComeBack(t *testing.T) {
	for sent, want := range map[string]string{
		`"amount":2000000`:                           `"amount":2000000`,
		`"amount":2000000.00`:                        `"amount":2000000.00`,
		`"amount":2e6`:                               `"amount":2e6`,
		`"amount":0.10`:                              `"amount":0.10`,
		`"amount":12345678901234567890.123`:          `"amount":12345678901234567890.123`,
		`"amount":1,"accept_dt":"2021.01.05"`:        `"accept_dt":"2021-01-05","amount":1`,
		`"amount":1,"dbz_dt":"2014.02.08","knp":""`:  `"amount":1,"knp":"","dbz_dt":"2014-02-08"`,
		`"amount":1,"head":"\u0410<&>\"\\","stat":1`: `"amount":1,"head":"А<&>\"\\"`,
	} {
		b := newBench(t)
		b.Ask("abs.reg_pt", `{"iinbin":"1","refer":"PTP1",`+sent+`}`)
		before, after, _ := strings.Cut(want, `"amount"`)
		row := `{"refer":"PTP1",` + before + `"iinbin":"1","amount"` + after + `}`
		check(t, b.Ask("abs.get_all_pt_from_abs", `{}`), "page", `[{"all_count":1},`+row+`]`)
	}
}

// shelf registers demands of a few days and parties, not in the order in which
// they are listed.
func shelf(t *testing.T, profile ...string) *calltest.Bench {
	t.Helper()
	b := newBench(t, profile...)
	for _, d := range []struct{ refer, docAt, iinbin, benBIN string }{
		{"PTP5", "2021-05-03", "111111111111", "B"},
		{"PTP2", "2021-05-01", "111111111111", "A"},
		{"PTP4", "2021-05-02", "222222222222", "A"},
		{"PTP1", "2021.05.01", "222222222222", "B"},
		{"PTP3", "2021-05-02", "111111111111", "A"},
		{"PTP6", "", "222222222222", "A"},
	} {
		fields := map[string]any{"refer": d.refer, "doc_at": d.docAt, "iinbin": d.iinbin, "ben_bin": d.benBIN}
		if d.docAt == "" {
			fields["doc_at"] = nil
		}
		check(t, b.Ask("abs.reg_pt", with(t, fields)), "registered", ok)
	}
	return b
}

// listed is a page as its count and references: "6: PTP6 PTP1".
func listed(t *testing.T, a calltest.Answer) string {
	t.Helper()
	list := a.JSON(t).([]any)
	text := fmt.Sprintf("%v:", list[0].(map[string]any)["all_count"])
	for _, row := range list[1:] {
		text += " " + row.(map[string]any)["refer"].(string)
	}
	return text
}

func TestPagesAndFilters(t *testing.T) {
	b := shelf(t)
	for _, test := range []struct {
		body, want string
		about      []string
	}{
		{body: `{}`, want: "6: PTP6 PTP1 PTP2 PTP3 PTP4 PTP5"},
		{body: `{"page":1,"perpage":2}`, want: "6: PTP6 PTP1"},
		{body: `{"page ":2,"perpage":"2"}`, want: "6: PTP2 PTP3"},
		{body: `{"page":"2","perpage":4}`, want: "6: PTP4 PTP5"},
		{body: `{"page":2,"page ":1,"perpage":4}`, want: "6: PTP4 PTP5", about: []string{"/page "}},
		{body: `{"page":2,"page ":"2","perpage":4}`, want: "6: PTP4 PTP5"},
		{body: `{"page":4,"perpage":2}`, want: "6:"},
		{body: `{"page":2}`, want: "6:"},
		{body: `{"page":0,"perpage":2}`, want: "6: PTP6 PTP1", about: []string{"/page"}},
		{body: `{"page ":-3,"perpage":2}`, want: "6: PTP6 PTP1", about: []string{"/page "}},
		{body: `{"perpage":0}`, want: "6: PTP6 PTP1 PTP2 PTP3 PTP4 PTP5", about: []string{"/perpage"}},
		{body: `{"perpage":-1,"page":2}`, want: "6:", about: []string{"/perpage"}},
		{body: `{"perpage":1e3}`, want: "6: PTP6 PTP1 PTP2 PTP3 PTP4 PTP5"},
		{body: `{"perpage":1001}`, want: "6: PTP6 PTP1 PTP2 PTP3 PTP4 PTP5", about: []string{"/perpage"}},
		{body: `{"perpage":"99999999999999999999999"}`, want: "6: PTP6 PTP1 PTP2 PTP3 PTP4 PTP5", about: []string{"/perpage"}},
		{body: `{"page":"99999999999999999999999"}`, want: "6:", about: []string{"/page"}},
		{body: `{"page":-99999999999999999999999}`, want: "6: PTP6 PTP1 PTP2 PTP3 PTP4 PTP5", about: []string{"/page"}},
		{body: `{"iinbin":"111111111111"}`, want: "3: PTP2 PTP3 PTP5"},
		{body: `{"ben_bin":"A"}`, want: "4: PTP6 PTP2 PTP3 PTP4"},
		{body: `{"ben_bin":"A","iinbin":"111111111111","perpage":1,"page":2}`, want: "2: PTP3"},
		{body: `{"ben_bin":"","iinbin":""}`, want: "6: PTP6 PTP1 PTP2 PTP3 PTP4 PTP5"},
		{body: `{"doc_at1":"","doc_at2":""}`, want: "6: PTP6 PTP1 PTP2 PTP3 PTP4 PTP5"},
		{body: `{"doc_at1":"","doc_at2":"2021-05-01"}`, want: "2: PTP1 PTP2"},
		{body: `{"ben_bin":"C"}`, want: "0:"},
		{body: `{"doc_at1":"2021-05-02"}`, want: "3: PTP3 PTP4 PTP5"},
		{body: `{"doc_at2":"2021.05.02"}`, want: "4: PTP1 PTP2 PTP3 PTP4"},
		{body: `{"doc_at1":"2021-05-01","doc_at2":"2021-05-01"}`, want: "2: PTP1 PTP2"},
		{body: `{"doc_at1":"2021-05-02","doc_at2":"2021-05-01"}`, want: "0:"},
		{body: sample(t, "abs.get_all_pt_from_abs"), want: "0:"},
	} {
		t.Run(test.body, func(t *testing.T) {
			got := b.Ask("abs.get_all_pt_from_abs", test.body)
			check(t, got, "page", "", test.about...)
			if diff := cmp.Diff(test.want, listed(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAllCount(t *testing.T) {
	const filter = `{"iinbin":"111111111111","perpage":1}`
	for value, want := range map[string]string{"matching": "3: PTP2", "all": "6: PTP2"} {
		b := shelf(t, "abs.all_count", value)
		if got := listed(t, b.Ask("abs.get_all_pt_from_abs", filter)); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
	b := shelf(t, "abs.all_count", "all", "abs.list", "object")
	check(t, b.Ask("abs.get_all_pt_from_abs", `{"page":9}`), "page", `{"error_code":0,"error_text":"","all_count":6,"items":[]}`)
}

// TestEndedDemandsStayListed: a row has no state to tell them by.
func TestEndedDemandsStayListed(t *testing.T) {
	b := shelf(t)
	b.Ask("abs.refuse_pt", ending("PTP1", "01"))
	b.Ask("abs.return_pt", ending("PTP2", "01"))
	if got := listed(t, b.Ask("abs.get_all_pt_from_abs", `{"doc_at2":"2021-05-01"}`)); got != "2: PTP1 PTP2" {
		t.Error(got)
	}
}

// full is a bench with n registered demands.
func full(t testing.TB, n int) *calltest.Bench {
	b := newBench(t)
	for i := range n {
		mustGive(t, b, "abs.payment_demands", fmt.Sprintf(
			`{"refer":"PTP%08d","iinbin":"%012d","amount":%d,"doc_at":"2021-%02d-01","ben_bin":"971240001315"}`, i, i%100, i+1, 1+i%12))
	}
	return b
}

// TestEveryDemandIsOnOnePage goes through all pages of a filter.
func TestEveryDemandIsOnOnePage(t *testing.T) {
	b := full(t, 500)
	seen := map[string]int{}
	for page := 1; page <= 8; page++ {
		got := listed(t, b.Ask("abs.get_all_pt_from_abs", fmt.Sprintf(`{"page":%d,"perpage":7,"doc_at1":"2021-03-01","doc_at2":"2021-03-31"}`, page)))
		count, refers, _ := strings.Cut(got, ":")
		if count != "42" {
			t.Errorf("page %d counts %s", page, count)
		}
		for refer := range strings.FieldsSeq(refers) {
			seen[refer]++
		}
	}
	if len(seen) != 42 {
		t.Errorf("%d demands on the pages: %v", len(seen), seen)
	}
	for refer, times := range seen {
		if times != 1 {
			t.Errorf("%s is on %d pages", refer, times)
		}
	}
}

func BenchmarkPageOfTenThousand(b *testing.B) {
	bench := full(b, 10_000)
	for b.Loop() {
		bench.Ask("abs.get_all_pt_from_abs", `{"page":200,"perpage":25}`)
	}
}
