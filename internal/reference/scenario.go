package reference

import (
	"cmp"
	"fmt"
	"strings"
	"text/template"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/scenario/expression"
)

func scenarioPage(s source) ([]byte, error) {
	var fixtures []contract.Fixture
	for _, service := range s.table.Services {
		fixtures = append(fixtures, service.Fixtures...)
	}
	keys := scenario.Keys(s.table)
	return fill("scenario-reference.md", map[string]any{
		"KiB": document.MaxSize >> 10, "Bounds": scenario.Bounds(), "Start": scenario.DefaultStart().Format("2006-01-02T15:04:05Z07:00"),
		"Presets": contract.Presets(), "Faults": faults.Words(), "Functions": expression.Functions(), "Fixtures": fixtures,
		"MostKeys": scenario.MostKeys, "MostMoments": scenario.MostMoments,
	}, template.FuncMap{
		"table": func(mapping string) string { return keyTable(keys[mapping]) }, "switches": s.switchValues,
		"fields": s.fieldsOf, "example": example, "bounds": bounds, "counting": counting, "views": s.views, "makers": s.makers, "outcomes": s.outcomeNames,
		"fixture": func(name string) (string, error) { return example("given-" + strings.ReplaceAll(name, ".", "-")) },
	})
}

// keyTable of a mapping, in the order of the grammar.
func keyTable(keys []scenario.Key) string {
	var rows [][]string
	for _, k := range keys {
		about := k.About
		if k.Default != "" {
			about += " Without it " + code(k.Default) + "."
		}
		rows = append(rows, []string{code(k.Name), k.Is, mark(k.Required), about})
	}
	return table([]string{"key", "is", "required", "about"}, rows)
}

func (s source) switchValues() string {
	return tableOf([]string{"switch", "is", "by the documents"}, s.table.Switches(), func(one contract.Switch) []string {
		return []string{code(one.Key), cmp.Or(codes(one.Values), "a duration"), code(one.Default)}
	})
}

// counting is what `per` may be, and what holds without it.
func counting() string {
	return table([]string{"`per`", "counts by"}, [][]string{
		{code("session"), "the session that the request names"},
		{code("subject"), "the IINs and BINs that it is about"},
		{code("api_key"), "its API key; explanations and snapshots have a digest in its place"},
		{code("row"), "the rows of a batch, as they are: the same batch again is the same"},
		{code("sandbox"), "all requests together"},
		{code("request.FIELD"), "the values of a field, wherever the request carries it"},
		{"left out", "a list: the session, else the subject, else the sandbox; " + code("times") + " and " + code("over") + ": all together"},
	})
}

// views of the state that the services show.
func (s source) views() string {
	rows := [][]string{{code(`state.count(on, outcome)`), "a number", "How many answers there were of an operation, such as `\"kyc.address.get\"`, or a pattern, with an outcome or, if that is left out, any."}}
	for _, v := range s.table.Views() {
		var fields []string
		about := v.About
		for _, f := range v.Fields {
			fields = append(fields, code(f.Name))
			if f.About != "" {
				about += " " + code(f.Name) + ": " + f.About
			}
		}
		shows := strings.Join(fields, ", ")
		if fields == nil {
			shows = "true or false"
		}
		rows = append(rows, []string{code("state." + v.Name + "(" + strings.Join(v.Takes, ", ") + ")"), shows, about})
	}
	return table([]string{"look", "is", "about"}, rows)
}

// makers are the functions that only values have.
func (s source) makers() string {
	rows := [][]string{
		{code("pad(i, 4)"), "A number with zeros before it, so many digits at least."},
		{code("date"), "The day on the sandbox's clock."},
		{code("uuid") + ", " + code("uuid(key)"), "A UUID."},
	}
	for _, m := range s.table.Makers() {
		form := code(m.Name + "(" + m.Takes + ")")
		if m.Takes == "" {
			form = code(m.Name) + ", " + code(m.Name+"(key)")
		}
		rows = append(rows, []string{form, m.About})
	}
	return table([]string{"function", "is"}, rows)
}

// bounds of an expression.
func bounds() string {
	return table([]string{"bound", "is"}, [][]string{
		{"length", fmt.Sprintf("%d characters, %d values and operators", expression.MaxSource, expression.MaxNodes)},
		{"brackets within brackets", fmt.Sprint(expression.MaxDepth)},
		{"pattern of `matches`", fmt.Sprintf("%d bytes, %d instructions: `a{100}` is a hundred", expression.MaxPattern, expression.MaxInstructions)},
		{"steps of an evaluation", fmt.Sprint(expression.MaxSteps)},
		{"texts and lists that an evaluation makes", fmt.Sprintf("%d MiB", expression.MaxBytes>>20)},
		{"steps of all evaluations that a request has", fmt.Sprint(expression.MaxRequestSteps)},
		{"texts and lists that they make", fmt.Sprintf("%d MiB", expression.MaxRequestBytes>>20)},
	})
}

// outcomeNames of all operations, to look up while writing.
func (s source) outcomeNames() string {
	return tableOf([]string{"operation", "outcomes"}, s.table.Operations(), func(op *contract.Operation) []string {
		return []string{link(code(op.ID), "contract.md#"+anchor(op.ID)), codes(op.OutcomeNames())}
	})
}
