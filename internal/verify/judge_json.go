package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// examineJSON judges a body that should be JSON by the outcomes that it may be.
func (ex *examination) examineJSON(candidates []*contract.Outcome) {
	if !ex.checkType() {
		return
	}
	body, err := contract.ParseBody(ex.answer.body)
	if err != nil {
		ex.notJSON(err)
		return
	}
	ex.body, ex.said = body, ex.read(body)
	narrow := ex.bySayings
	if ex.isCoded() {
		narrow = ex.byCode
	}
	candidates = narrow(candidates)
	if len(candidates) == 0 {
		return // said already
	}
	ex.success = !candidates[0].IsError()
	ex.checkSchemas(candidates)
	if fail(ex.findings) {
		return
	}
	ex.outcome = ex.classify(candidates, false)
	ex.checkRows()
	ex.checkSaying()
	ex.relate()
}

func (ex *examination) notJSON(err error) {
	f := Finding{Kind: WrongBody, Path: PathBody, Expected: "JSON", Seen: short(string(ex.answer.body))}
	var p contract.Problem
	if errors.As(err, &p) {
		f.Expected, f.Seen = p.Expected, p.Found+", in "+f.Seen
	}
	if len(ex.answer.body) == 0 {
		f.Seen = "an empty body"
	}
	ex.add(f)
}

// bySayings narrows the outcomes of KYC, whose errors are distinguished by their
// text.
func (ex *examination) bySayings(candidates []*contract.Outcome) []*contract.Outcome {
	if ex.answer.status < 400 {
		return candidates
	}
	said := ex.said.Text
	if said == "" && !ex.expect.malformed {
		ex.wrongEnvelope(candidates[0], `{"detail": "…"} or {"message": "…"}`)
		return nil
	}
	var same []*contract.Outcome
	for _, o := range candidates {
		if o.Says(said) || ex.isMalformed(o) {
			same = append(same, o)
		}
	}
	if len(same) == 0 {
		ex.unknownText(said, candidates)
	}
	return same
}

func (ex *examination) wrongEnvelope(o *contract.Outcome, expected string) {
	ex.add(Finding{
		Kind: WrongEnvelope, Path: PathBody, Expected: expected, Seen: short(string(ex.answer.body)),
		Quote: errorLine(o), Ledger: o.Ledger,
	})
}

func (ex *examination) unknownText(said string, candidates []*contract.Outcome) {
	if o := ex.withText(said); o != nil {
		ex.add(Finding{
			Kind: WrongStatus, Path: PathStatus, Seen: fmt.Sprintf("%d %s", ex.answer.status, said),
			Expected: fmt.Sprintf("%d, with which the document prints this text", o.Status), Quote: errorLine(o), outcome: o.Name,
		})
		return
	}
	at := "/message"
	if object, ok := ex.body.(map[string]any); ok && object["detail"] != nil {
		at = "/detail"
	}
	var lines []string
	for _, o := range candidates {
		lines = append(lines, errorLine(o))
	}
	ex.add(Finding{
		Kind: WrongText, Path: at, Expected: "a text of the document's table, to the letter", Seen: short(said),
		Quote: strings.Join(lines, "; "), note: ex.expect.assumed,
	})
}

// byCode narrows the outcomes of K2 and ABS by error_code. A body without one can
// only be a success; which alone can be a list.
func (ex *examination) byCode(candidates []*contract.Outcome) []*contract.Outcome {
	code := ex.said.Code
	if object, isObject := ex.body.(map[string]any); isObject && !ex.said.Coded && !ex.looksLikeSuccess(object, candidates) {
		ex.wrongEnvelope(candidates[0], `{"error_code": …, "error_text": "…"}`)
		return nil
	}
	var same, failures []*contract.Outcome
	for _, o := range candidates {
		if o.Code == code {
			same = append(same, o)
		}
		if o.Code != 0 {
			failures = append(failures, o)
		}
	}
	if len(same) == 0 {
		ex.unknownCode(code, failures)
	}
	return same
}

// looksLikeSuccess reports whether an object has a field that a success has.
func (ex *examination) looksLikeSuccess(object map[string]any, candidates []*contract.Outcome) bool {
	if _, ok := object["error_text"]; ok {
		return true
	}
	if _, ok := object["error_code"]; ok {
		return true
	}
	for _, o := range candidates {
		for _, name := range ex.schemas.Of(o.Schema).Fields() {
			if _, ok := object[name]; ok {
				return true
			}
		}
	}
	return false
}

// unknownCode is a note at most: the documents print codes by way of example.
// But the envelope has to be right, and a documented code is a documented code.
func (ex *examination) unknownCode(code int, failures []*contract.Outcome) {
	if ex.expect.known != "" {
		ex.notASuccess()
		return
	}
	schemas := []string{ex.op.Service().Dialect.Malformed.Schema}
	for _, o := range failures {
		schemas = append(schemas, o.Schema)
	}
	if misfits := ex.bestFit(schemas); len(misfits) > 0 {
		ex.addMisfits(misfits, &ex.op.Service().Dialect.Malformed)
		return
	}
	if ex.isRefusal(code != 0) {
		return
	}
	want := ex.expect.outcome
	f := Finding{
		Kind: WrongOutcome, Path: "/error_code", Expected: "a code that the document prints, or 0",
		Seen: fmt.Sprintf("%d, %s", code, short(string(ex.answer.body))), note: true,
	}
	if want != nil {
		f.Expected, f.Quote, f.Ledger, f.outcome = named(want), ex.quoteOf(want), want.Ledger, want.Name
		f.note = ex.expect.assumed || want.Confidence == contract.Assumed
	}
	ex.add(f)
}

// checkSchemas judges the body by the schema, among the outcomes', that it comes
// closest to.
func (ex *examination) checkSchemas(candidates []*contract.Outcome) {
	var names []string
	for _, o := range candidates {
		names = append(names, o.Schema)
	}
	if misfits := ex.bestFit(names); len(misfits) > 0 {
		ex.addMisfits(misfits, surest(candidates))
	}
}

// surest is a documented outcome, if there is one.
func surest(candidates []*contract.Outcome) *contract.Outcome {
	for _, o := range candidates {
		if o.Confidence != contract.Assumed {
			return o
		}
	}
	return candidates[0]
}

// bestFit are the misfits with the schema that has the fewest; none if one fits.
func (ex *examination) bestFit(names []string) []schema.Misfit {
	var best []schema.Misfit
	for i, name := range names {
		misfits, err := ex.schemas.Check(name, ex.body)
		if err != nil {
			misfits = []schema.Misfit{{Message: err.Error()}}
		}
		if i == 0 || len(misfits) < len(best) {
			best = misfits
		}
	}
	return best
}

// kindsOf keywords; every other is a matter of form.
var kindsOf = map[string]Kind{
	"required": MissingField, "dependentRequired": MissingField,
	"additionalProperties": UndocumentedField, "unevaluatedProperties": UndocumentedField,
	"type": WrongType,
}

func (ex *examination) addMisfits(misfits []schema.Misfit, o *contract.Outcome) {
	causes := slices.DeleteFunc(slices.Clone(misfits), func(m schema.Misfit) bool { return ex.isConsequence(m, misfits) })
	for _, m := range ex.foldObjects(causes, o) {
		kind, ok := kindsOf[m.Keyword]
		if !ok {
			kind = WrongFormat
		}
		f := Finding{
			Kind: kind, Path: m.Path, Expected: m.Want(), Seen: ex.seenAt(m), outcome: o.Name,
			Quote: ex.quotes.field(ex.op, o.Name, m.Path, m), Ledger: ex.quotes.ledger(m),
			note: o.Confidence == contract.Assumed,
		}
		if kind == UndocumentedField {
			f.Expected = "no other fields than " + strings.Join(ex.quotes.fieldsAt(m), ", ")
		}
		if kind == WrongFormat && areAssumed(f.Ledger) {
			f.note = true // the form is a guess, if the field isn't
		}
		if f.note && len(f.Ledger) == 0 {
			f.Ledger = o.Ledger
		}
		ex.add(f)
	}
}

// isConsequence reports whether a field is unknown only because a field beside it is
// wrong: the part of the schema that knows both has failed as a whole.
func (ex *examination) isConsequence(m schema.Misfit, all []schema.Misfit) bool {
	return m.Keyword == "unevaluatedProperties" && slices.Contains(ex.quotes.fieldsAt(m), path.Base(m.Path)) &&
		slices.ContainsFunc(all, func(other schema.Misfit) bool {
			return other.Keyword != m.Keyword && strings.HasPrefix(other.Path, path.Dir(m.Path))
		})
}

func (ex *examination) seenAt(m schema.Misfit) string {
	value, ok := lookup(ex.body, m.Path)
	if !ok || isAboutMember(m.Keyword) {
		return "nothing"
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return short(string(raw))
}
