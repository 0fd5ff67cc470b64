package reference

import (
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/kzsim/kzsim/internal/contract"
)

// service with its operations.
type service struct {
	Title      string
	Operations []contract.OperationInfo
}

func contractPage(s source) ([]byte, error) {
	var services []service
	for _, one := range s.table.Services {
		of := service{Title: one.Title}
		for _, op := range contract.Describe(s.table) {
			if op.Service == one.Name {
				of.Operations = append(of.Operations, op)
			}
		}
		services = append(services, of)
	}
	return fill("contract.md", map[string]any{
		"Services": services, "Switches": contract.DescribeSwitches(s.table), "Machines": contract.DescribeMachines(s.table),
	}, template.FuncMap{
		"operations": operationTable, "outcomes": outcomeTable, "fields": s.fieldsOf, "success": success,
		"switches": switchTable, "transitions": transitionTable, "diagram": diagram, "ledger": ledgerLinks,
		"effect": func(e contract.Effect) string { return effects[e] },
	})
}

func operationTable(operations []contract.OperationInfo) string {
	return tableOf([]string{"operation", "path", "about"}, operations, func(op contract.OperationInfo) []string {
		return []string{link(code(op.ID), "#"+anchor(op.ID)), code(op.Method + " " + op.Path), op.Summary}
	})
}

func outcomeTable(outcomes []contract.OutcomeInfo) string {
	return tableOf([]string{"outcome", "HTTP", "says", "when", "confidence", "ledger"}, outcomes, func(o contract.OutcomeInfo) []string {
		return []string{code(o.Name), fmt.Sprint(o.Status), says(o), o.When, string(o.Confidence), ledgerLinks(o.Ledger)}
	})
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

// success is the schema of the first answer that is no error.
func success(op contract.OperationInfo) string {
	i := slices.IndexFunc(op.Outcomes, func(o contract.OutcomeInfo) bool {
		return o.Status < 400 && o.Code == 0 && o.Schema != ""
	})
	if i < 0 {
		return ""
	}
	return op.Outcomes[i].Schema
}

// shape of a body: the name of its schema and the table of its fields.
type shape struct{ Schema, Table string }

// fieldsOf a schema; nil if there is none, or it has no fields.
func (s source) fieldsOf(schema string) (*shape, error) {
	if schema == "" {
		return nil, nil
	}
	fields, err := s.fields(schema)
	if err != nil || len(fields) == 0 {
		return nil, err
	}
	return &shape{schema, tableOfFields(fields)}, nil
}

// ledgerLinks to entries.
func ledgerLinks(numbers []int) string {
	var all []string
	for _, n := range numbers {
		all = append(all, link(fmt.Sprint(n), fmt.Sprintf("ledger.md#ledger-%d", n)))
	}
	return strings.Join(all, ", ")
}

func switchTable(switches []contract.SwitchInfo) string {
	var rows [][]string
	for _, sw := range switches {
		values := codes(sw.Values)
		if len(sw.Values) == 0 {
			values = "a duration"
		}
		row := []string{code(sw.Key), sw.About, values}
		for _, preset := range contract.Presets() {
			row = append(row, code(sw.Presets[preset]))
		}
		rows = append(rows, append(row, ledgerLinks(sw.Ledger)))
	}
	return table(append(append([]string{"switch", "decides", "values"}, contract.Presets()...), "ledger"), rows)
}
