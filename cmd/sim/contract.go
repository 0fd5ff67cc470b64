package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/ledger"
	"github.com/kzsim/kzsim/internal/simulator"
)

// describeContract prints the contract as tables.
func describeContract(_ context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("contract", flag.ContinueOnError)
	format := "text"
	flags.Var(choiceOf(&format, "text", "markdown", "json"), "format", "text, markdown or json")
	var chosen []string
	flags.Var(list{&chosen, contractSections}, "sections", strings.Join(contractSections, ", ")+"; all by default")
	output := flags.String("output", "", "file to write to instead of the standard output")
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	if len(chosen) == 0 {
		chosen = contractSections
	}
	table, err := simulator.Table()
	if err == nil {
		err = emit(env, *output, func() ([]byte, error) { return writeContract(table, format, chosen) })
	}
	return ended(env, "contract", wrongUse(err))
}

var contractSections = []string{"operations", "outcomes", "reserved", "switches", "ledger"}

func writeContract(table *contract.Table, format string, chosen []string) ([]byte, error) {
	if format == "json" {
		return contractJSON(table, chosen)
	}
	var b bytes.Buffer
	for _, section := range chosen {
		t := contractTable(table, section)
		if format == "markdown" {
			t.markdown(&b)
		} else if err := t.text(&b); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// contractJSON has outcomes within their operations, as the control API has them.
func contractJSON(table *contract.Table, chosen []string) ([]byte, error) {
	all := map[string]any{}
	for _, section := range chosen {
		switch section {
		case "operations", "outcomes":
			all["operations"] = contract.Describe(table)
		case "reserved":
			all["reserved"] = table.Reserved()
		case "switches":
			all["switches"] = contract.DescribeSwitches(table)
		case "ledger":
			all["ledger"] = ledger.Entries()
		}
	}
	var b bytes.Buffer
	err := writeJSON(&b, all)
	return b.Bytes(), err
}

// writeJSON lays a value out for people.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// contractPart is one section as a table.
type contractPart struct {
	title string
	head  []string
	rows  [][]string
}

func (p *contractPart) row(cells ...any) {
	texts := make([]string, len(cells))
	for i, cell := range cells {
		texts[i] = fmt.Sprint(cell)
	}
	p.rows = append(p.rows, texts)
}

func contractTable(table *contract.Table, section string) contractPart {
	switch section {
	case "operations":
		return operationsPart(table)
	case "outcomes":
		return outcomesPart(table)
	case "reserved":
		return reservedPart(table)
	case "switches":
		return switchesPart(table)
	}
	return ledgerPart()
}

func operationsPart(table *contract.Table) contractPart {
	p := contractPart{title: "Operations", head: []string{"operation", "method and path", "effect", "document", "what it does"}}
	for _, op := range contract.Describe(table) {
		p.row(op.ID, op.Method+" "+op.Path, op.Effect, op.Source.Document, op.Summary)
	}
	return p
}

func outcomesPart(table *contract.Table) contractPart {
	p := contractPart{title: "Outcomes", head: []string{"operation", "outcome", "HTTP", "code", "text", "how sure", "when"}}
	for _, op := range contract.Describe(table) {
		for _, o := range op.Outcomes {
			code := ""
			if o.Code != 0 {
				code = fmt.Sprint(o.Code)
			}
			p.row(op.ID, o.Name, o.Status, code, o.Text, o.Confidence, o.When)
		}
	}
	return p
}

func reservedPart(table *contract.Table) contractPart {
	p := contractPart{title: "Reserved values", head: []string{"field", "value", "outcome", "of", "what it stands for"}}
	for _, r := range table.Reserved() {
		p.row(r.Field, r.Value, r.Outcome, strings.Join(r.On, ", "), r.About)
	}
	return p
}

func switchesPart(table *contract.Table) contractPart {
	p := contractPart{title: "Switches", head: []string{"switch", "question", "values", "documents", "observed", "strict", "ledger"}}
	for _, s := range contract.DescribeSwitches(table) {
		values := cmp.Or(strings.Join(s.Values, ", "), "a duration")
		p.row(s.Key, s.About, values, s.Presets[contract.PresetDocuments], s.Presets[contract.PresetObserved],
			s.Presets[contract.PresetStrict], joinNumbers(s.Ledger))
	}
	return p
}

func joinNumbers(numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = fmt.Sprint(n)
	}
	return strings.Join(texts, ", ")
}

func ledgerPart() contractPart {
	p := contractPart{title: "Fidelity ledger", head: []string{"no.", "document", "finding", "decision", "how sure", "switch"}}
	for _, e := range ledger.Entries() {
		p.row(e.Number, e.Document, e.Finding, e.Decision, e.Confidence, strings.Join(e.Switches, ", "))
	}
	return p
}

// text aligns the columns; the last is as long as it is.
func (p contractPart) text(b *bytes.Buffer) error {
	fmt.Fprintf(b, "%s\n\n", p.title)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, row := range slices.Concat([][]string{p.head}, p.rows) {
		line := strings.NewReplacer("\n", " ", "\t", " ").Replace(strings.Join(row, "\x00"))
		fmt.Fprintln(w, strings.ReplaceAll(line, "\x00", "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	b.WriteByte('\n')
	return nil
}

func (p contractPart) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "## %s\n\n", p.title)
	line := func(cells []string) {
		b.WriteByte('|')
		for _, cell := range cells {
			fmt.Fprintf(b, " %s |", strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(cell))
		}
		b.WriteByte('\n')
	}
	line(p.head)
	b.WriteString("|" + strings.Repeat("---|", len(p.head)) + "\n")
	for _, row := range p.rows {
		line(row)
	}
	b.WriteByte('\n')
}
