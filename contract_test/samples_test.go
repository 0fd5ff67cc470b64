package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/schemas"
)

// documented is a sample answer of the documents and how a client comes by it. One that is not
// listed comes by the sample request alone, in its shape.
type documented struct {
	answer string // the sample's file, below samples
	steps  []step // the last asks the sample's operation
	// exact answers are the sample to the byte; of the others the sample shows the
	// shape, since their people and sums are not ours.
	exact bool
}

var documentedAnswers = []documented{
	{"kyc/address_approve.response.valid.json", steps(ask(), advance("5s"), ask()), false},
	{"kyc/address_approve.response.invalid.json", steps(ask(), answers("reject"), ask()), false},
	{"kyc/address_approve.response.timeout.json", steps(subject(`"answers": "ignore"`), ask(), advance("2m"), ask()), false},
	{"kyc/address_get.response.found.json", steps(validAddress, ask()), false},
	{"kyc/address_get.response.found.json", steps(of("012345678901"), validAddress, ask()), true},

	{"k2/k2loan_from_eko.response.accepted.json", steps(ask()), true},
	{"k2/k2loan_from_eko.response.bad-iin-length.json", steps(ask(twoShortIINs)), true},
	{"k2/k2extreq_pay_from_eko.response.accepted.json", steps(ask()), true},
	{"k2/k2extreq_pay_from_eko.response.duplicate-trn-id.json", steps(ask(firstPayment), wantOutcome("accepted"), ask()), true},
	{"k2/k2loan_sync_debt.response.accepted.json", steps(loadedLoan, ask()), true},
	{"k2/k2extreq_by_dbz.response.found.json", steps(
		askOf("k2.k2loan_from_eko", `/0/dbz_dt: "2021-01-01"`, `/0/debt: 86429.87`), ask()), false},
	{"k2/k2req_status_from_eko.response.accepted.json", steps(ask()), true},
	{"k2/k2req_return_from_eko.response.accepted.json", steps(ask()), true},
	{"k2/k2inforeq_rzap_by_refer.response.found.1.json", steps(ask()), true},
	{"k2/k2inforeq_rzap_by_refer.response.found.2.json", steps(ask(`/refer: "HSBKRX0000000002"`)), true},
	{"k2/k2inforeq_rzap_by_refer.response.found.3.json", steps(ask(`/refer: "HSBKRX0000000003"`)), true},
	{"k2/k2loan_exclude_on_by_iin_dbznum.response.accepted.json", steps(ask()), true},
	{"k2/k2loan_exclude_on_by_iin_dbznum.response.bad-iin-length.json", steps(ask(`/iin: "00000000000"`)), true},
	{"k2/k2loan_exclude_off_by_iin_dbznum.response.accepted.json", steps(
		askOf("k2.k2loan_exclude_on_by_iin_dbznum", `/dbz_num: "KD0000000000"`), ask()), true},
	{"k2/k2loan_exclude_off_by_iin_dbznum.response.not-found.json", steps(ask()), true},

	{"abs/reg_pt.response.registered.json", steps(ask()), true},
	{"abs/refuse_pt.response.refused.json", steps(registered, ask()), true},
	{"abs/return_pt.response.returned.json", steps(registered, ask()), true},
	{"abs/colvir_get_loan_debt.response.debt.json", steps(ask()), false},
	{"abs/colvir_get_loan_debt.response.debt.json", steps(
		askOf("k2.k2loan_from_eko", `/0/dep_id: 2`, `/0/id: 1001`, `/0/debt: 100000`), ask()), true},
	{"abs/way4_get_loan_debt.response.debt.json", steps(ask()), false},
	{"abs/way4_get_loan_debt.response.debt.json", steps(
		askOf("k2.k2loan_from_eko", `/0/debt: 100000`), ask()), true},
	{"abs/get_all_pt_from_abs.response.page.json", steps(registered, ask(`: {"page ": 1, "perpage": "2"}`)), true},
	{"abs/post_all_loan_exclude_to_eko.response.accepted.json", steps(ask()), true},
}

// twoShortIINs is what the document's refusal of a load answers.
const twoShortIINs = `: [
	{"request_id": 111, "contract_number": "KD0000000001", "iinbin": "0", "debt": 1},
	{"request_id": 1112, "contract_number": "KD0000000002", "iinbin": "0", "debt": 1}]`

// firstPayment is the first of the sample's two, as its refusal presumes it.
const firstPayment = `: {"items": [{"request_id": 1111, "trn_id": 11111111, "refer": "PTPJ200000000037",
	"cur": "KZT", "amount": 2000000, "incoming_amount": 3000000}]}`

// TestDocumentedAnswers posts the documents' requests and compares the answers
// with the documents' own.
func TestDocumentedAnswers(t *testing.T) {
	all := documentedAnswers
	for _, s := range samples() {
		answer := strings.TrimPrefix(s.File, "samples/")
		if s.Kind == "response" && !slices.ContainsFunc(documentedAnswers, func(d documented) bool { return d.answer == answer }) {
			all = append(all, documented{answer, steps(ask()), false})
		}
	}
	for _, d := range all {
		t.Run(fmt.Sprintf("%s/exact=%v", d.answer, d.exact), func(t *testing.T) {
			t.Parallel()
			sample := sampleOf(t, d.answer)
			r := newRun(t, operationOf(sample.Operation))
			r.do(d.steps)
			wantOutcome(sample.Outcome)(r)
			if d.exact {
				compareBytes(t, fileText(sample.File), string(r.last.body), r)
				return
			}
			compareShape(t, withFullName(fileText(sample.File)), string(r.last.body))
		})
	}
}

// withFullName has a name where the sample of get_cli prints an IIN (ledger 51).
func withFullName(sample string) string {
	return strings.Replace(sample, `"fullname": "850210301899"`, `"fullname": "ФИО"`, 1)
}

func sampleOf(t *testing.T, file string) schemas.Sample {
	t.Helper()
	i := slices.IndexFunc(samples(), func(s schemas.Sample) bool { return s.File == "samples/"+file })
	if i < 0 {
		t.Fatalf("no sample %s", file)
	}
	return samples()[i]
}

// compareBytes compares a body with the sample, but for the white space between
// its tokens, the host of its urls and the count of a thousand demands.
func compareBytes(t *testing.T, sample, body string, r *run) {
	t.Helper()
	var want bytes.Buffer
	if err := json.Compact(&want, []byte(sample)); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(want.String(), "http://127.0.0.1/", r.base+"/")
	text = strings.Replace(text, `"all_count":1000`, `"all_count":1`, 1)
	if diff := cmp.Diff(text, body); diff != "" {
		t.Errorf("-document +answer:\n%s", diff)
	}
}

// compareShape compares keys and the types of their values. An array's elements
// each have the shape of one of the sample's.
func compareShape(t *testing.T, sample, body string) {
	t.Helper()
	want, got := shapeOf(decoded(t, []byte(sample))), shapeOf(decoded(t, []byte(body)))
	if diff := cmp.Diff(want, got, cmp.Comparer(oneOfShapes)); diff != "" {
		t.Errorf("shape (-document +answer):\n%s", diff)
	}
}

// shapes are those of an array's elements.
type shapes []any

// oneOfShapes reports whether each of some shapes is among others; an empty array
// has none that could be compared.
func oneOfShapes(a, b shapes) bool {
	within := func(some, others shapes) bool {
		return !slices.ContainsFunc(some, func(one any) bool {
			return !slices.ContainsFunc(others, func(other any) bool { return cmp.Equal(one, other, cmp.Comparer(oneOfShapes)) })
		})
	}
	return len(a) > 0 && len(b) > 0 && (within(a, b) || within(b, a))
}

// formats are the texts whose form is a promise.
var formats = []struct{ name, pattern string }{
	{"an instant", `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`},
	{"an instant with an offset", `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$`},
	{"a date", `^\d{4}-\d\d-\d\d$`},
	{"a printed date", `^\d\d\.\d\d\.\d{4}$`},
	{"a sum", `^\d+\.\d\d$`},
	{"a sum of three decimals", `^\d+\.\d{3}$`},
	{"a uuid", `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`},
	{"an IIN", `^\d{12}$`},
	{"an account", `^KZ\d\d\d{3}[0-9A-Z]{13}$`},
	{"a number", `^\d+$`},
}

// shapeOf is a value with the name of its type, or form, in its place.
func shapeOf(v any) any {
	switch v := v.(type) {
	case map[string]any:
		shape := map[string]any{}
		for key, member := range v {
			shape[key] = shapeOf(member)
		}
		return shape
	case []any:
		shape := shapes{}
		for _, element := range v {
			shape = append(shape, shapeOf(element))
		}
		return shape
	case string:
		for _, f := range formats {
			if regexp.MustCompile(f.pattern).MatchString(v) {
				return f.name
			}
		}
		return "a text"
	}
	return fmt.Sprintf("%T", v)
}

// TestDocumentedRequests posts every sample request as it is printed, with only
// the placeholders replaced.
func TestDocumentedRequests(t *testing.T) {
	before := map[string][]step{"kyc.address.get": validAddress, "kyc.edocument.approve": otpSent}
	for _, s := range samples() {
		if s.Kind != "request" || !s.Valid {
			continue
		}
		t.Run(strings.TrimPrefix(s.File, "samples/"), func(t *testing.T) {
			t.Parallel()
			op := operationOf(s.Operation)
			r := newRun(t, op)
			r.do(before[s.Operation])
			r.ask(requestOf(op, placeholders.Replace(fileText(s.File))))
			if o, _ := op.outcome(r.last.outcome()); o.isError() {
				wantOutcome(documentedError[s.Operation])(r)
			}
		})
	}
}

// documentedError is what an error of a sample request must be: nothing has ever
// been excluded in a fresh sandbox.
var documentedError = map[string]string{"k2.k2loan_exclude_off_by_iin_dbznum": "not-found"}

// broken are the documents' request texts that are no messages as printed.
var broken = map[string]struct{ outcome, finding string }{
	"kyc/exec_proc.request.verbatim.txt":        {"malformed", "no comma before the closing bracket: remove it"},
	"kyc/address_get.request.verbatim.txt":      {"malformed", "a comma between two members: add it"},
	"k2/k2loan_from_eko.request.verbatim.txt":   {"malformed", "no comments: JSON has none, remove it"},
	"k2/k2loan_sync_debt.request.verbatim.json": {"bad-row", "/1"},
}

// TestBrokenSamples posts the documents' broken texts. They are refused, with a
// finding that names the repair.
func TestBrokenSamples(t *testing.T) {
	for _, s := range samples() {
		if s.Kind != "request" || s.Verbatim == "" {
			continue
		}
		name := strings.TrimPrefix(s.Verbatim, "samples/")
		t.Run(name, func(t *testing.T) {
			want, known := broken[name]
			if !known {
				t.Fatal("nobody says what becomes of this text")
			}
			op := operationOf(s.Operation)
			r := newRun(t, op)
			r.ask(requestOf(op, placeholders.Replace(fileText(s.Verbatim))))
			wantOutcome(want.outcome)(r)
			if !strings.Contains(r.last.findings(), want.finding) {
				t.Errorf("findings %q do not say %q", r.last.findings(), want.finding)
			}
		})
	}
}
