package trial

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/scenario"
)

// judge compares an answer with what the step expects. The error has every
// difference.
func (r *run) judge(t *scenario.Try, got answer) error {
	switch {
	case got.exchange == nil && got.err != nil:
		return fmt.Errorf("the request got nowhere: %w", got.err)
	case got.exchange == nil:
		return fmt.Errorf("the request got to no service: HTTP itself answers it by the status %d", got.status)
	}
	if t.Expect == nil {
		return nil
	}
	e := t.Expect
	var wrong []string
	add := func(text string) {
		if text != "" {
			wrong = append(wrong, text)
		}
	}
	if add(judgeAnswer(e.Answer, got)); len(wrong) > 0 && isRefusal(got) {
		return mismatch{e.Position, strings.Join(append(wrong, explanation(got)...), "\n")}
	}
	add(judgeAny(e.Any, got))
	add(judgeThat(e.That, got))
	add(judgeFindings(e.Findings, got))
	add(judgeTook(e.Took, got))
	header, err := r.judgeHeader(e, got)
	if err != nil {
		return err
	}
	add(header)
	body, err := r.judgeBody(e, got)
	if err != nil {
		return err
	}
	add(body)
	if len(wrong) == 0 {
		return nil
	}
	if !t.Fill && t.Repeat == 0 {
		add(fmt.Sprintf("the request was sent as it stands, without the required fields that it lacks: the step expects %s", e.Outcome))
	}
	return mismatch{e.Position, strings.Join(append(wrong, explanation(got)...), "\n")}
}

// judgeAnswer says in what an answer isn't the one that is expected; empty if it is.
func judgeAnswer(e scenario.Answer, got answer) string {
	wrong := []string{judgeOutcome(e, got), judgeFault(e, got), judgeStatus(e, got)}
	return strings.Join(slices.DeleteFunc(wrong, func(text string) bool { return text == "" }), "\n")
}

func judgeOutcome(e scenario.Answer, got answer) string {
	var late gaveUp
	switch {
	case e.Outcome == "":
		return ""
	case got.exchange.Outcome == e.Outcome && e.Fault == "" && errors.As(got.err, &late):
		return fmt.Sprintf("expected the outcome %s, got %v", e.Outcome, got.err)
	case got.exchange.Outcome == e.Outcome:
		return ""
	}
	return fmt.Sprintf("expected the outcome %s, got %s", e.Outcome, outcomeInWords(got))
}

func outcomeInWords(got answer) string {
	switch {
	case got.exchange.Outcome != "":
		return got.exchange.Outcome
	case got.err != nil:
		return "no answer: " + got.err.Error()
	}
	return fmt.Sprintf("the status %d", got.status)
}

func judgeFault(e scenario.Answer, got answer) string {
	met := strings.Split(got.exchange.Fault, ", ")
	switch {
	case e.Fault == "" || slices.Contains(met, e.Fault):
		return ""
	case got.exchange.Fault == "":
		return fmt.Sprintf("expected the fault %s, got none", e.Fault)
	}
	return fmt.Sprintf("expected the fault %s, got %s", e.Fault, got.exchange.Fault)
}

func judgeStatus(e scenario.Answer, got answer) string {
	switch {
	case e.Status == 0 || got.status == e.Status:
		return ""
	case got.status == 0:
		return fmt.Sprintf("expected the status %d, got no answer: %v", e.Status, got.err)
	}
	return fmt.Sprintf("expected the status %d, got %d", e.Status, got.status)
}

func (r *run) judgeHeader(e *scenario.Expect, got answer) (string, error) {
	want, have := map[string]any{}, map[string]any{}
	for name, v := range e.Header {
		text, err := r.text(v)
		if err != nil {
			return "", err
		}
		name = http.CanonicalHeaderKey(name)
		want[name] = text
		if values := got.header.Values(name); len(values) > 0 {
			have[name] = strings.Join(values, ", ")
		}
	}
	return strings.Join(differences("header", want, have), "\n"), nil
}

func (r *run) judgeBody(e *scenario.Expect, got answer) (string, error) {
	if !e.HasBody {
		return "", nil
	}
	if got.body == nil && got.err != nil {
		return fmt.Sprintf("expected a body, got no whole answer: %v", got.err), nil
	}
	if got.body == nil && len(got.raw) > 0 && strings.TrimSpace(string(got.raw)) != "null" {
		return fmt.Sprintf("expected a JSON body, got %.200q", got.raw), nil
	}
	want, err := r.wanted(e.Body)
	if err != nil {
		return "", err
	}
	want, have := alike(want, got.body)
	return strings.Join(differences("body", want, have), "\n"), nil
}

// alike brings both sides to a form in which they are equal if the answer meets
// what is expected: of the answer only what is asked about, and scalars that
// count as the same as the answer's.
func alike(want, have any) (any, any) {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return plain(want), plain(have)
		}
		wants, haves := map[string]any{}, map[string]any{}
		for name, v := range w {
			value, there := h[name]
			if !there {
				wants[name] = plain(v)
				continue
			}
			wants[name], haves[name] = alike(v, value)
		}
		return wants, haves
	case []any:
		h, ok := have.([]any)
		if !ok || len(w) == 0 || len(h) < len(w) {
			return plain(want), plain(have)
		}
		wants, haves := make([]any, len(w)), make([]any, len(w))
		for i := range w {
			wants[i], haves[i] = alike(w[i], h[i])
		}
		return wants, haves
	}
	if same(want, have) {
		return plain(have), plain(have)
	}
	if _, number := have.(json.Number); number && isPlainNumber(want) {
		want = json.Number(want.(scenario.Plain)) // so that the difference is in the value alone
	}
	return plain(want), plain(have)
}

func isPlainNumber(v any) bool {
	text, ok := v.(scenario.Plain)
	return ok && document.IsNumber(string(text))
}

// same reports whether a scalar is met: one without quotes by any value that reads the
// same or is the same number, another one by its equal.
func same(want, have any) bool {
	text, isPlain := want.(scenario.Plain)
	if !isPlain {
		return want == have
	}
	if have == nil {
		return false
	}
	if _, number := have.(json.Number); number {
		a, errA := strconv.ParseFloat(string(text), 64)
		b, errB := strconv.ParseFloat(scenario.AsText(have), 64)
		return errA == nil && errB == nil && a == b
	}
	return scenario.AsText(have) == string(text)
}

// plain is a value as a difference shows it.
func plain(v any) any {
	return document.Mapped(v, func(v any) any {
		switch v := v.(type) {
		case scenario.Plain:
			return string(v)
		case json.Number:
			if f, err := v.Float64(); err == nil {
				return f
			}
			return v.String()
		}
		return v
	})
}

// mostFindings is how many findings of one answer an error shows.
const mostFindings = 5

// isRefusal reports whether the simulator itself refused the request, for a reason that is
// among the findings.
func isRefusal(got answer) bool {
	return got.exchange.Outcome == "" && len(got.exchange.Findings) > 0 && got.header.Get("Content-Type") == problem.ContentType
}

// explanation is what the journal knows of an answer that wasn't expected.
func explanation(got answer) []string {
	x := got.exchange
	lines := []string{fmt.Sprintf("%s: %s %s", x.ID, x.Method, x.URL)}
	switch {
	case x.Rule != "":
		lines = append(lines, fmt.Sprintf("decided by the rule %q", x.Rule))
	case x.Decision != "":
		lines = append(lines, "decided by "+x.Decision)
	}
	for _, why := range x.Why {
		lines = append(lines, "  "+why)
	}
	for i, f := range x.Findings {
		if i == mostFindings {
			lines = append(lines, fmt.Sprintf("and %d findings more", len(x.Findings)-i))
			break
		}
		lines = append(lines, "finding: "+f.String())
	}
	switch {
	case len(got.raw) == 0, isRefusal(got):
	case !utf8.Valid(got.raw):
		lines = append(lines, fmt.Sprintf("the answer: %d bytes of %s", len(got.raw), got.header.Get("Content-Type")))
	default:
		lines = append(lines, fmt.Sprintf("the answer: %.500s", got.raw))
	}
	return lines
}
