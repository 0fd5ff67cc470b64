package verify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// expectation is what a request calls for.
type expectation struct {
	outcome   *contract.Outcome // nil for any that the operation has
	or        string            // the name of another that is worth a note and no more; empty for none
	assumed   bool              // that the request calls for it is a guess
	malformed bool              // the request isn't of the operation's shape, on purpose
	unknown   string            // why the request names what is certainly not there; empty if it may be
	lenient   bool              // no error is a finding
	prepared  bool              // earlier requests have seen to it
	known     string            // why only a success is right; empty if an error may be
}

// judge compares answers with the contract. An answer is judged by the status
// that it has, not by the one that was hoped for; in K2 and ABS, whose errors come
// with HTTP 200, by its error_code as well.
type judge struct {
	table   *contract.Table
	schemas *schema.Set
	quotes  *quotes
	memory  *memory
}

// verdict on one answer.
type verdict struct {
	outcome  *contract.Outcome // that the answer is; nil if it is none
	body     any               // decoded, if it is JSON
	raw      []byte            // the body as it came
	said     contract.Said     // what the body says
	success  bool              // it reports a success, though it may be wrong in its fields
	findings []Finding
}

// examination is the judging of one answer.
type examination struct {
	*judge
	op     *contract.Operation
	call   call
	answer answer
	expect expectation
	verdict
}

func (j *judge) judge(x call, a answer, e expectation) verdict {
	ex := &examination{judge: j, op: x.request.Operation, call: x, answer: a, expect: e, verdict: verdict{raw: a.body}}
	ex.run()
	if e.lenient && !ex.success && a.status != 0 {
		ex.findings = nil
	}
	if e.malformed {
		// No document says what a malformed request is answered.
		for i := range ex.findings {
			ex.findings[i].note = true
			ex.findings[i].Ledger = ex.op.Service().Dialect.Malformed.Ledger
		}
	}
	return ex.verdict
}

func (ex *examination) run() {
	if err := ex.answer.err; err != nil {
		ex.noAnswer(err)
		return
	}
	candidates := ex.withStatus()
	if len(candidates) == 0 {
		ex.unknownStatus()
		return
	}
	inJSON := withSchema(candidates)
	isFile := len(inJSON) < len(candidates) // or any text, as the scan's 404
	if isFile && !(len(inJSON) > 0 && ex.isJSON()) {
		ex.examineFile(candidates)
	} else {
		ex.examineJSON(inJSON)
	}
	if ex.outcome != nil && !fail(ex.findings) {
		ex.checkExpected()
	}
}

// withStatus are the outcomes with the answer's status. Malformed is one only of
// a request that is.
func (ex *examination) withStatus() []*contract.Outcome {
	var all []*contract.Outcome
	for i := range ex.op.Outcomes {
		o := &ex.op.Outcomes[i]
		if o.Status == ex.answer.status && (ex.expect.malformed || !ex.isMalformed(o)) {
			all = append(all, o)
		}
	}
	return all
}

func (ex *examination) isMalformed(o *contract.Outcome) bool {
	return o.Name == ex.op.Service().Dialect.Malformed.Name
}

// add a finding; what isn't said of the document is its heading.
func (ex *examination) add(f Finding) {
	f.Operation, f.Document, f.Section = ex.op.ID, ex.op.Source.Document, ex.op.Source.Section
	f.Quote = cmp.Or(f.Quote, f.Section)
	f.Path = cmp.Or(f.Path, PathBody)
	if f.outcome == "" && ex.outcome != nil {
		f.outcome = ex.outcome.Name
	}
	if f.outcome == "" && ex.expect.outcome != nil {
		f.outcome = ex.expect.outcome.Name
	}
	f = f.placed()
	same := func(have Finding) bool {
		return have.key() == f.key() && have.Expected == f.Expected && have.note == f.note
	}
	if i := slices.IndexFunc(ex.findings, same); i >= 0 {
		ex.findings[i].Count += f.Count
		return
	}
	ex.findings = append(ex.findings, f)
}

func (ex *examination) noAnswer(err error) {
	if ex.answer.status == 0 {
		ex.add(Finding{Kind: NoAnswer, Path: PathAnswer, Expected: "an answer", Seen: short(err.Error())})
		return
	}
	kind, path := WrongBody, PathBody
	if strings.Contains(err.Error(), "no whole answer") {
		kind, path = NoAnswer, PathAnswer
	}
	ex.add(Finding{
		Kind: kind, Path: path, Expected: "a whole body",
		Seen: fmt.Sprintf("status %d and %d bytes, then: %s", ex.answer.status, len(ex.answer.body), short(err.Error())),
	})
}

// Entries on the status that an error in the body comes with: observed of K2,
// assumed of ABS.
var statusLedger = map[string]int{"k2": 32, "abs": 103}

func (ex *examination) unknownStatus() {
	f := Finding{
		Kind: WrongStatus, Path: PathStatus, Expected: "one of " + ex.statuses(),
		Seen: fmt.Sprintf("%d %s", ex.answer.status, short(string(ex.answer.body))), note: ex.expect.assumed,
	}
	said := ex.read(decoded(ex.answer.body))
	if o := ex.withText(said.Text); o != nil && !ex.isCoded() {
		f.Expected, f.Quote, f.outcome = fmt.Sprintf("%d, with which the document prints this text", o.Status), errorLine(o), o.Name
	}
	if said.Code != 0 && ex.expect.known == "" && (f.note || !ex.expect.prepared || !ex.callsForSuccess()) {
		// The documents print the body of such an error and are silent on its status.
		f.note, f.Ledger = true, []int{statusLedger[ex.op.Service().Name]}
	}
	if f.Quote == "" {
		f.Quote = ex.printedStatuses()
	}
	if f.Quote == "" {
		f.Quote = ex.quotes.sampleOf(ex.op, "", "")
	}
	ex.add(f)
}

func (ex *examination) statuses() string {
	var all []string
	for _, o := range ex.op.Outcomes {
		if s := fmt.Sprint(o.Status); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// printedStatuses are the lines of the document's table of errors; empty if it
// has none.
func (ex *examination) printedStatuses() string {
	var lines []string
	for i := range ex.op.Outcomes {
		o := &ex.op.Outcomes[i]
		if o.Confidence == contract.Documented && o.Text != "" && o.Code == 0 {
			lines = append(lines, errorLine(o))
		}
	}
	return strings.Join(lines, "; ")
}

// isCoded reports whether the service reports errors by error_code.
func (ex *examination) isCoded() bool { return ex.op.Service().Dialect.Envelope.Code != "" }

// withText is the outcome whose documented text this is.
func (ex *examination) withText(said string) *contract.Outcome {
	for i := range ex.op.Outcomes {
		if o := &ex.op.Outcomes[i]; o.Says(said) {
			return o
		}
	}
	return nil
}

// read what a decoded body says, in the service's own envelope.
func (ex *examination) read(body any) contract.Said {
	return ex.op.Service().Dialect.Envelope.Read(body)
}

// checkType judges the media type of an answer that should be JSON. It reports
// whether the body can be JSON at all.
func (ex *examination) checkType() bool {
	given := ex.answer.contentType()
	media, params, err := mime.ParseMediaType(given)
	charset := strings.ToLower(params["charset"])
	if err == nil && media == "application/json" && (charset == "" || charset == "utf-8") {
		return true
	}
	if ex.answer.status >= 400 && ex.callsForSuccess() && !json.Valid(ex.answer.body) {
		ex.notASuccess()
		return false
	}
	ex.add(Finding{
		Kind: WrongHeader, Path: pathHeader + "Content-Type", Expected: "application/json", Seen: fmt.Sprintf("%q", given),
	})
	return json.Valid(ex.answer.body)
}

// checkExpected compares the outcome with the one that the request calls for.
func (ex *examination) checkExpected() {
	hasReferences := ex.expect.known == referencesAreKnown
	if ex.expect.known != "" && ex.outcome.IsError() || hasReferences && ex.outcome.Name == "none" {
		ex.notASuccess()
		return
	}
	if ex.answersUnknown() {
		ex.add(Finding{
			Kind: WrongOutcome, Path: PathStatus, Expected: "an error: " + ex.expect.unknown,
			Seen: named(ex.outcome), Quote: ex.printedStatuses(),
		})
		return
	}
	want := ex.expect.outcome
	if want == nil || ex.outcome.Name == want.Name || ex.isRefusal(ex.outcome.IsError()) {
		return
	}
	path := PathBody
	switch {
	case want.Status != ex.outcome.Status:
		path = PathStatus
	case want.Code != ex.outcome.Code:
		path = "/error_code"
	}
	ex.add(Finding{
		Kind: WrongOutcome, Path: path, Expected: named(want), Seen: named(ex.outcome), Quote: ex.quoteOf(want),
		Ledger: want.Ledger, outcome: want.Name,
		note: ex.expect.assumed || ex.outcome.Name == ex.expect.or || want.Confidence == contract.Assumed,
	})
}

// answersUnknown reports whether something was found of what isn't there. In K2 and ABS
// that is no finding: whether they say so is open (switches k2.unknown and abs.unknown). It
// is none where a message is sent either: the answer comes before anything was found.
func (ex *examination) answersUnknown() bool {
	list, isList := ex.body.([]any)
	isEmpty := isList && len(list) == 0
	return ex.expect.unknown != "" && !ex.outcome.IsError() && !ex.isCoded() && ex.op.Effect == contract.Costs && !isEmpty
}

func (ex *examination) callsForSuccess() bool {
	want := ex.expect.outcome
	return ex.expect.known != "" || want != nil && !want.IsError()
}

// notASuccess reports an error, documented or not, where only a success is right.
func (ex *examination) notASuccess() {
	why := ex.expect.known
	if why == "" {
		why = named(ex.expect.outcome)
	}
	path := PathBody
	switch {
	case ex.answer.status >= 400:
		path = PathStatus
	case ex.said.Coded && ex.said.Code != 0:
		path = "/error_code"
	}
	f := Finding{
		Kind: WrongOutcome, Path: path, Expected: "a success: " + why,
		Seen: fmt.Sprintf("%d %s", ex.answer.status, short(string(ex.answer.body))), Quote: ex.quotes.sampleOf(ex.op, "", ""),
	}
	if o := ex.outcome; o != nil {
		f.outcome = o.Name
	}
	ex.add(f)
}

// isRefusal reports whether an error is answer enough: no document says which one
// a malformed request gets.
func (ex *examination) isRefusal(isError bool) bool {
	return isError && ex.expect.malformed && ex.call.prefer == ""
}

func (ex *examination) quoteOf(o *contract.Outcome) string {
	if line := errorLine(o); line != "" && o.Confidence == contract.Documented {
		return line
	}
	return ex.quotes.field(ex.op, o.Name, "", schema.Misfit{})
}

// named is an outcome as findings name it.
func named(o *contract.Outcome) string {
	name := fmt.Sprintf("%s, %d %s", o.Name, o.Status, http.StatusText(o.Status))
	if line := errorLine(o); line != "" {
		name = o.Name + ", " + line
	}
	return name
}
