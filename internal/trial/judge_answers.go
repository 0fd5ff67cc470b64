package trial

import (
	"errors"
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/scenario"
)

// judgeAny says what an answer is not, if it is unlike all of several; empty if it is like one.
func judgeAny(several []scenario.Answer, got answer) string {
	if len(several) == 0 {
		return ""
	}
	var words []string
	for _, one := range several {
		if judgeAnswer(one, got) == "" {
			return ""
		}
		words = append(words, one.String())
	}
	return fmt.Sprintf("expected one of %s, got %s", strings.Join(words, ", "), answerInWords(got))
}

// answerInWords has the fault that an answer met beside its outcome.
func answerInWords(got answer) string {
	if got.exchange.Fault == "" {
		return outcomeInWords(got)
	}
	return outcomeInWords(got) + " with the fault " + got.exchange.Fault
}

func judgeThat(that *scenario.Condition, got answer) string {
	if that == nil {
		return ""
	}
	found, ok := that.OfAnswer(scenario.Came{Status: got.status, Header: got.header, Body: got.body, Raw: got.raw})
	switch {
	case ok:
		return ""
	case found == "":
		return fmt.Sprintf("expected that %s; it is false", that.Text)
	}
	return fmt.Sprintf("expected that %s; %s", that.Text, found)
}

func judgeFindings(want *scenario.Count, got answer) string {
	n := len(got.exchange.Findings)
	if want == nil || want.AtLeast <= n && n <= want.AtMost {
		return ""
	}
	return fmt.Sprintf("expected %s findings, got %d", want, n)
}

func judgeTook(want *scenario.Length, got answer) string {
	var late gaveUp
	switch {
	case want == nil:
		return ""
	case errors.As(got.err, &late):
		return fmt.Sprintf("expected an answer that took %s, got %v", want, got.err)
	case want.Holds(got.took):
		return ""
	}
	return fmt.Sprintf("expected an answer that took %s, got one that took %s of the sandbox's time", want, got.took)
}

// judgeOne says in what the answers to several clients aren't one of a kind and others of
// another.
func judgeOne(e *scenario.Expect, all []answer) error {
	ones := 0
	for _, got := range all {
		if judgeAnswer(*e.One, got) == "" {
			ones++
			continue
		}
		if e.Rest == nil {
			continue
		}
		if wrong := judgeAnswer(*e.Rest, got); wrong != "" {
			lines := append([]string{fmt.Sprintf("expected one answer %s and the others %s: %s", e.One, e.Rest, wrong)}, explanation(got)...)
			return mismatch{e.Position, strings.Join(lines, "\n")}
		}
	}
	if ones == 1 {
		return nil
	}
	return mismatch{e.Position, fmt.Sprintf("expected exactly one of %d answers to be %s, got %d", len(all), e.One, ones)}
}
