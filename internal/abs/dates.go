package abs

import (
	"fmt"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
)

// day reads the date of a request's field, ГГГГ.ММ.ДД as in the text or ISO as
// in the samples, and answers ISO (ledger 52). The dotted form has a shape only:
// a day that its month doesn't have is taken for the month's last, with a
// finding.
func day(c *contract.Call, field, text string) string {
	iso := strings.ReplaceAll(text, ".", "-")
	if _, err := time.Parse(time.DateOnly, iso); err == nil {
		return iso
	}
	const yearAndMonth = "2006-01"
	month, _ := time.Parse(yearAndMonth, iso[:min(len(iso), len(yearAndMonth))]) // the schema has seen to the month
	last := isoOf(month.AddDate(0, 1, -1))
	c.Find(52, "/"+field, fmt.Sprintf("no calendar has %s; taken for %s", text, last))
	return last
}

// isoOf is a day as the samples write it; empty for the zero time.
func isoOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
