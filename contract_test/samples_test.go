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

// exactAnswers are those sample answers of the documents that a client gets to the byte, and the
// steps by which it does; the last asks the sample's operation.
var exactAnswers = []struct {
	answer string // the sample's file, below samples
	steps  []step
}{
	{"kyc/address_get.response.found.json", steps(of("012345678901"), validAddress, ask())},

	{"k2/k2loan_from_eko.response.accepted.json", steps(ask())},
	{"k2/k2loan_from_eko.response.bad-iin-length.json", steps(ask(twoShortIINs))},
	{"k2/k2extreq_pay_from_eko.response.accepted.json", steps(ask())},
	{"k2/k2extreq_pay_from_eko.response.duplicate-trn-id.json", steps(ask(firstPayment), wantOutcome("accepted"), ask())},
	{"k2/k2loan_sync_debt.response.accepted.json", steps(loadedLoan, ask())},
	{"k2/k2req_status_from_eko.response.accepted.json", steps(ask())},
	{"k2/k2req_return_from_eko.response.accepted.json", steps(ask())},
	{"k2/k2inforeq_rzap_by_refer.response.found.1.json", steps(ask())},
	{"k2/k2inforeq_rzap_by_refer.response.found.2.json", steps(ask(`/refer: "HSBKRX0000000002"`))},
	{"k2/k2inforeq_rzap_by_refer.response.found.3.json", steps(ask(`/refer: "HSBKRX0000000003"`))},
	{"k2/k2loan_exclude_on_by_iin_dbznum.response.accepted.json", steps(ask())},
	{"k2/k2loan_exclude_on_by_iin_dbznum.response.bad-iin-length.json", steps(ask(`/iin: "00000000000"`))},
	{"k2/k2loan_exclude_off_by_iin_dbznum.response.accepted.json", steps(
		askOf("k2.k2loan_exclude_on_by_iin_dbznum", `/dbz_num: "KD0000000000"`), ask())},
	{"k2/k2loan_exclude_off_by_iin_dbznum.response.not-found.json", steps(ask())},

	{"abs/reg_pt.response.registered.json", steps(ask())},
	{"abs/refuse_pt.response.refused.json", steps(registered, ask())},
	{"abs/return_pt.response.returned.json", steps(registered, ask())},
	{"abs/colvir_get_loan_debt.response.debt.json", steps(
		askOf("k2.k2loan_from_eko", `/0/dep_id: 2`, `/0/id: 1001`, `/0/debt: 100000`), ask())},
	{"abs/way4_get_loan_debt.response.debt.json", steps(
		askOf("k2.k2loan_from_eko", `/0/debt: 100000`), ask())},
	{"abs/get_all_pt_from_abs.response.page.json", steps(registered, ask(`: {"page ": 1, "perpage": "2"}`))},
	{"abs/post_all_loan_exclude_to_eko.response.accepted.json", steps(ask())},
}

// twoShortIINs is what the document's refusal of a load answers.
const twoShortIINs = `: [
	{"request_id": 111, "contract_number": "KD0000000001", "iinbin": "0", "debt": 1},
	{"request_id": 1112, "contract_number": "KD0000000002", "iinbin": "0", "debt": 1}]`

// firstPayment is the first of the sample's two, as its refusal presumes it.
const firstPayment = `: {"items": [{"request_id": 1111, "trn_id": 11111111, "refer": "PTPJ200000000037",
	"cur": "KZT", "amount": 2000000, "incoming_amount": 3000000}]}`

// TestDocumentedAnswers compares the answers that come by the steps of an outcome's case with the
// documents' own samples: their shape, since the samples' people and sums are not ours.
func TestDocumentedAnswers(t *testing.T) {
	for _, s := range samples() {
		if s.Kind != "response" {
			continue
		}
		t.Run(strings.TrimPrefix(s.File, "samples/"), func(t *testing.T) {
			t.Parallel()
			r := newRun(t, operationOf(s.Operation))
			r.do(causeOf(t, s.Operation, s.Outcome))
			wantOutcome(s.Outcome)(r)
			compareShape(t, withFullName(fileText(s.File)), string(r.last.body))
		})
	}
}

// TestExactAnswers compares answers with the documents' own samples, to the byte.
func TestExactAnswers(t *testing.T) {
	for _, exact := range exactAnswers {
		t.Run(exact.answer, func(t *testing.T) {
			t.Parallel()
			sample := sampleOf(t, exact.answer)
			r := newRun(t, operationOf(sample.Operation))
			r.do(exact.steps)
			wantOutcome(sample.Outcome)(r)
			compareBytes(t, fileText(sample.File), string(r.last.body), r)
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
// the placeholders replaced. One that is refused comes after what the case of its
// operation's first success does before.
func TestDocumentedRequests(t *testing.T) {
	for _, s := range samples() {
		if s.Kind != "request" || !s.Valid {
			continue
		}
		t.Run(strings.TrimPrefix(s.File, "samples/"), func(t *testing.T) {
			t.Parallel()
			op := operationOf(s.Operation)
			refused := func(before []step) (outcome string, is bool) {
				r := newRun(t, op)
				r.do(before)
				r.ask(requestOf(op, placeholders.Replace(fileText(s.File))))
				o, known := op.outcome(r.last.outcome())
				return r.last.outcome(), !known || o.isError()
			}
			if outcome, is := refused(nil); !is || outcome == documentedError[s.Operation] {
				return
			}
			if outcome, is := refused(beforeSuccess(t, op)); is {
				t.Errorf("it is refused: %q", outcome)
			}
		})
	}
}

// beforeSuccess are the steps of the case of an operation's first success, without the last, which asks it.
func beforeSuccess(t *testing.T, op operation) []step {
	t.Helper()
	for _, o := range op.Outcomes {
		if !o.isError() {
			cause := causeOf(t, op.ID, o.Name)
			return cause[:len(cause)-1]
		}
	}
	t.Fatalf("%s has no success", op.ID)
	return nil
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
