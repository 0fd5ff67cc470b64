package scenario

import (
	"fmt"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/journal"
)

// Meaning says in a sentence which requests a rule meets, and what they meet.
func (r *Rule) Meaning() string {
	var b strings.Builder
	if r.Direction == journal.Out {
		b.WriteString("calls of " + r.On)
	} else {
		b.WriteString("requests to " + r.On)
	}
	for _, m := range r.For {
		fmt.Fprintf(&b, " with %s %s", m.Field, strings.Join(m.Values, " or "))
	}
	if r.Rows != nil {
		fmt.Fprintf(&b, ", of their rows those with %s,", quote(r.Rows.Text))
	}
	if r.When != nil {
		b.WriteString(" when " + quote(r.When.Text))
	}
	if r.Between != nil {
		b.WriteString(" " + r.Between.meaning())
	}
	if r.Once != nil {
		fmt.Fprintf(&b, " once there were %s", r.Once)
	}
	if r.Until != nil {
		fmt.Fprintf(&b, " until there were %s", r.Until)
	}
	return b.String() + " meet " + r.steps()
}

// steps of the rule in their order.
func (r *Rule) steps() string {
	texts := make([]string, len(r.Do))
	for i := range r.Do {
		texts[i] = r.Do[i].words()
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return strings.Join(texts, ", then ") + " from then on"
}

func (s *Step) words() string {
	if !s.chooses() {
		return s.text
	}
	weights := make([]string, len(s.Choose))
	for i, one := range s.Choose {
		weights[i] = fmt.Sprintf("%s (%d)", one.text, one.Weight)
	}
	return "by weight " + strings.Join(weights, " or ")
}

func (w *Window) meaning() string {
	if w.Relative {
		return fmt.Sprintf("from %s until %s after the start", w.FromStart, w.UntilStart)
	}
	return w.period(time.Time{}).String()
}
