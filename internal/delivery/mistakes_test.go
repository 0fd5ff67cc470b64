package delivery_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// paper is an answer of an ABS, whole, so that a mistake can change any part of it.
type paper struct {
	status int
	header map[string]string
	body   string
}

// mistake is what one ABS does wrong: in which operation, how, and the finding that its calls have
// in the journal.
type mistake struct {
	name, operation string
	change          func(*paper)
	says            string
}

func replaced(old, with string) func(*paper) {
	return func(p *paper) { p.body = strings.Replace(p.body, old, with, 1) }
}

func whole(body string) func(*paper) { return func(p *paper) { p.body = body } }

func status(code int, body string) func(*paper) {
	return func(p *paper) { p.status, p.body = code, body }
}

func header(name, value string) func(*paper) { return func(p *paper) { p.header[name] = value } }

// rightAnswers are those of an ABS without a mistake, by operation.
var rightAnswers = map[string]string{
	"get_cli":                      `{"error_code":0,"error_text":"","iinbin":"901123300258","fullname":"ТЕСТОВ ТЕСТ","sectecon":9,"residfl":1}`,
	"get_acc":                      `{"error_code":0,"error_text":"","ibans":[{"iban":"KZ86125KZT5004100100","accountName":"ТЕСТОВ ТЕСТ","ps":"2204191","system":"way4","cur":"KZT"}]}`,
	"colvir_get_loan_debt":         `{"error_code":0,"error_text":"","debt":1500000.50}`,
	"get_pdf":                      rightScan,
	"get_acc_stmt_dt":              `{"error_code":0,"error_text":"","stmt":[{"purpose":"Предоставление кредита","amount":2000000,"cur":"KZT","DC":"D","out_bal":2000000}]}`,
	"reg_pt":                       `{"error_code":0,"error_text":""}`,
	"refuse_pt":                    `{"error_code":0,"error_text":""}`,
	"return_pt":                    `{"error_code":0,"error_text":""}`,
	"post_all_loan_exclude_to_eko": `{"error_code":0,"error_text":""}`,
}

const rightScan = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n" +
	"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n" +
	"0000000105 00000 n \ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n168\n%%EOF\n"

// mistakenABS has one mistake; everything else is right.
func mistakenABS(t *testing.T, m mistake) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		name := strings.TrimPrefix(r.URL.Path, "/abs/")
		p := paper{status: http.StatusOK, header: map[string]string{"Content-Type": "application/json"}, body: rightAnswers[name]}
		if name == "get_pdf" {
			p.header = map[string]string{"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="dbz.pdf"`}
		}
		if "abs."+name == m.operation {
			m.change(&p)
		}
		for name, value := range p.header {
			w.Header()[name] = []string{value}
		}
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.body)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/abs"
}

// faulted are the findings in the journal, one a line: the first call that has it, the outcome that
// its answer was taken for, the place in the answer and what is wrong.
func (b *bank) faulted() string {
	b.t.Helper()
	var all []string
	told := map[string]bool{}
	for _, x := range b.exchanges("direction=out") {
		for _, f := range x.Findings {
			if !told[x.Operation+f.Path+f.Text] {
				all = append(all, fmt.Sprintf("%s %s (%s) %s %s", x.ID, x.Operation, cmp.Or(x.Outcome, "no answer"), f.Path, f.Text))
			}
			told[x.Operation+f.Path+f.Text] = true
		}
	}
	return strings.Join(all, "\n")
}

// lead K2 through a loan, the withdrawal and the return of an incoming demand, and an exclusion.
func (b *bank) lead() {
	b.t.Helper()
	b.load("colvir")
	for i, end := range []string{"withdraw", "return"} {
		refer := fmt.Sprintf("PTP%d", i+1)
		b.happens(204, "", strings.Replace(arriving, "PTP1", refer, 1))
		// Refused where the ABS has not registered it.
		b.ask("POST", "/_sim/sandboxes/k2/incoming-demands/"+refer+"/"+end, `{"reason_code":"06"}`)
		b.settle()
	}
	b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_exclude_on_by_iin_dbznum", `{"iin":"901123300258","dbz_num":"KD9","return_extreq":false,"fio":"Т"}`)
	b.settle()
}

// expectInvariants to hold, whatever the ABS has answered. The name of a loaded loan is the test's.
func (b *bank) expectInvariants() {
	b.t.Helper()
	var all struct {
		Invariants []struct {
			Name   string
			Holds  bool
			Broken []string
		}
	}
	if err := json.Unmarshal([]byte(b.do(200, "GET", "/_sim/sandboxes/k2/invariants", "")), &all); err != nil {
		b.t.Fatal(err)
	}
	for _, one := range all.Invariants {
		if !one.Holds && one.Name != "k2.names" {
			b.t.Errorf("%s: %q", one.Name, one.Broken)
		}
	}
}

// TestMistakenABS: of fifty ABS, each with one mistake, the journal tells which call shows it, and
// what is wrong; of the ABS without one it tells nothing.
func TestMistakenABS(t *testing.T) {
	t.Parallel()
	if len(mistakes) != 51 {
		t.Errorf("%d ABS, want the right one and fifty", len(mistakes))
	}
	for _, test := range mistakes {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBank(t, answering(200, taken), nil)
			b.create("k2", `,"targets":`+askedAt(mistakenABS(t, test)))
			b.lead()
			if diff := gocmp.Diff(test.says, b.faulted()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			b.expectInvariants()
		})
	}
}
