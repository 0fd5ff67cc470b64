package reference

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

func contractPage(s source) (*page, error) {
	p := newPage("The contract")
	p.para("Every operation, and every way in which it can answer. The set of an operation's outcomes is closed: " +
		"nothing else leaves the simulator, faults and a scenario's off-contract replies aside. " +
		"The same as data: `GET /_sim/contract`; as an OpenAPI document: [openapi.yaml](openapi.yaml).")
	p.para("An outcome is had by name (`Prefer: outcome=token-expired`, or a rule of a [scenario](scenarios.md)), by its cause, " +
		"or by a [reserved value](reserved-values.md). How sure we are of it: **documented**, a document says or shows it; " +
		"**observed**, seen publicly; **assumed**, our guess. Numbers lead to the [ledger](ledger.md).")
	infos := contract.Describe(s.table)
	for _, service := range s.table.Services {
		p.heading(2, service.Title)
		var rows [][]string
		for _, op := range infos {
			if op.Service == service.Name {
				rows = append(rows, []string{link(code(op.ID), "#"+anchor(op.ID)), code(op.Method + " " + op.Path), op.Summary})
			}
		}
		p.table([]string{"operation", "path", "about"}, rows)
		for _, op := range infos {
			if op.Service != service.Name {
				continue
			}
			if err := s.operation(p, op); err != nil {
				return nil, err
			}
		}
	}
	switchesOf(p, s.table)
	machinesOf(p, s.table)
	return p, nil
}

func (s source) operation(p *page, op contract.OperationInfo) error {
	p.heading(3, op.ID)
	p.para("`%s %s` · %s, «%s» · %s%s", op.Method, op.Path, op.Source.Document, op.Source.Section,
		effects[op.Effect], ledgerLinks(" · ledger ", op.Ledger))
	p.para("%s", op.Summary)
	if len(op.Variants) > 0 {
		p.para("The variable in the path is one of %s.", codes(op.Variants))
	}
	var rows [][]string
	for _, o := range op.Outcomes {
		rows = append(rows, []string{
			code(o.Name), fmt.Sprint(o.Status), says(o), o.When, string(o.Confidence), ledgerLinks("", o.Ledger),
		})
	}
	p.table([]string{"outcome", "HTTP", "says", "when", "confidence", "ledger"}, rows)
	if err := s.fieldsOf(p, "The request", op.Request); err != nil {
		return err
	}
	return s.fieldsOf(p, "The answer", success(op))
}

// effects in words.
var effects = map[contract.Effect]string{
	contract.Reads: "reads", contract.Costs: "reads, and costs money or a session",
	contract.Writes: "writes", contract.Messages: "sends a person a message",
}

func says(o contract.OutcomeInfo) string {
	var parts []string
	if o.Code != 0 {
		parts = append(parts, fmt.Sprintf("%d", o.Code))
	}
	if o.Text != "" {
		parts = append(parts, code(o.Text))
	}
	text := strings.Join(parts, " ")
	if o.Row != nil {
		text += fmt.Sprintf("; a row: %d %s", o.Row.Code, code(o.Row.Text))
	}
	return strings.TrimPrefix(text, "; ")
}

// success is the schema of the first answer that is none of an error.
func success(op contract.OperationInfo) string {
	i := slices.IndexFunc(op.Outcomes, func(o contract.OutcomeInfo) bool {
		return o.Status < 400 && o.Code == 0 && o.Schema != ""
	})
	if i < 0 {
		return ""
	}
	return op.Outcomes[i].Schema
}

func (s source) fieldsOf(p *page, what, schema string) error {
	if schema == "" {
		return nil
	}
	fields, err := s.fields(schema)
	if err != nil || len(fields) == 0 {
		return err
	}
	p.para("%s, `schemas/%s`:", what, schema)
	fieldTable(p, fields)
	return nil
}

// ledgerLinks to entries, after a word if there are any.
func ledgerLinks(before string, numbers []int) string {
	var all []string
	for _, n := range numbers {
		all = append(all, link(fmt.Sprint(n), fmt.Sprintf("ledger.md#ledger-%d", n)))
	}
	if len(all) == 0 {
		return ""
	}
	return before + strings.Join(all, ", ")
}

func switchesOf(p *page, table *contract.Table) {
	p.heading(2, "Switches")
	p.para("Where deployments are known or expected to differ, a profile decides: a preset, and single switches over it. " +
		"A scenario has it under `profile`, the control API under `PUT /_sim/sandboxes/{id}/profile`.")
	p.bullets(
		"`documents`, the default: what no document speaks of succeeds, with a `Sim-Finding` header",
		"`observed`: as it has been seen publicly",
		"`strict`: assumed errors and the checks of identifiers are on",
	)
	var rows [][]string
	for _, sw := range contract.DescribeSwitches(table) {
		values := codes(sw.Values)
		if len(sw.Values) == 0 {
			values = "a duration"
		}
		row := []string{code(sw.Key), sw.About, values}
		for _, preset := range contract.Presets() {
			row = append(row, code(sw.Presets[preset]))
		}
		rows = append(rows, append(row, ledgerLinks("", sw.Ledger)))
	}
	p.table(append(append([]string{"switch", "decides", "values"}, contract.Presets()...), "ledger"), rows)
}
