package scenario

import (
	"fmt"

	"github.com/kzsim/kzsim/internal/document"
)

// The bounds of a scenario beside those of a document.
const (
	maxItems    = 500   // rules, steps, fixtures of a kind
	maxElements = 1_000 // of a list in a body or a fixture
	maxCases    = 50
	maxTags     = 20
	maxGiven    = 5_000 // fixtures of a file and its cases, those of the file counted in each
)

// Bounds of a scenario, for people.
func Bounds() string {
	return fmt.Sprintf("%d values and %d KiB of text with aliases followed, %d levels, %d items in a list of rules, steps or fixtures and %d in one of a body, "+
		"%d cases, %d fixtures in all cases together, and %d values and operators in all expressions",
		document.MaxValues, document.MaxText>>10, document.MaxDepth, maxItems, maxElements, maxCases, maxGiven, maxExpressions)
}

// form of a scenario's document.
var form = document.Form{
	Want:    "a scenario: version, scenario, rules",
	Several: "one scenario in a file; use cases: for several",
}
