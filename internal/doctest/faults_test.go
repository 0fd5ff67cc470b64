package doctest_test

import (
	"fmt"
	"testing"

	"github.com/kzsim/kzsim/internal/faults"
)

// TestFaultFormsWork tries every form that the page of faults shows as a step.
func TestFaultFormsWork(t *testing.T) {
	prove := newProver(t)
	for _, kind := range faults.Kinds() {
		for i, form := range kind.Examples {
			step := kind.Name
			if form != "" {
				step = fmt.Sprintf("{fault: {%s: %s}}", kind.Name, form)
			}
			text := fmt.Sprintf("version: 1\nscenario: form\nrules: [{on: kyc.address.approve, do: %s}]\n"+
				"try: [{call: kyc.address.approve, expect: %s}]\n", step, kind.Name)
			if err := prove.scenario(t, block{page: "docs/faults.md", line: i, text: text}); err != nil {
				t.Errorf("%s: %v", step, err)
			}
		}
	}
}
