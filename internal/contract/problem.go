package contract

import (
	"fmt"
	"strings"
)

// Problem is what is wrong with a request or an answer: where, what was found,
// what was expected.
type Problem struct {
	Path     string `json:"path"`              // JSON pointer into the body; empty for the body as a whole
	Field    string `json:"field,omitempty"`   // the top-level field that it concerns
	Found    string `json:"found,omitempty"`   // as far as it helps, short
	Expected string `json:"expected"`          // in words
	Nearest  string `json:"nearest,omitempty"` // what was most likely meant
	Syntax   bool   `json:"syntax,omitempty"`  // not JSON at all
	Missing  bool   `json:"missing,omitempty"` // the field is required and absent
	Keyword  string `json:"keyword,omitempty"` // of the schema that was violated
}

func (p Problem) Error() string {
	where := p.Path
	if where == "" {
		where = "/"
	}
	return where + ": " + p.String()
}

// String is the problem without its place.
func (p Problem) String() string {
	if p.Found == "" {
		return p.Expected
	}
	return fmt.Sprintf("found %s, expected %s", p.Found, p.Expected)
}

// Finding is a remark of the simulator about an exchange. It travels beside the
// answer, in the header Sim-Finding and the journal, never in the body.
type Finding struct {
	Ledger int    `json:"ledger,omitempty"` // the entry that the remark is based on
	Path   string `json:"path,omitempty"`   // JSON pointer into the request
	Text   string `json:"text"`
}

// notePrefix begins a finding about what no document decides.
const notePrefix = "note: "

// AsNote is the finding about something that no document decides.
func (f Finding) AsNote() Finding {
	f.Text = notePrefix + f.Text
	return f
}

// IsNote reports whether the finding is about something that no document decides.
func (f Finding) IsNote() bool { return strings.HasPrefix(f.Text, notePrefix) }

func (f Finding) String() string {
	var b strings.Builder
	if f.Ledger > 0 {
		fmt.Fprintf(&b, "ledger %d: ", f.Ledger)
	}
	if f.Path != "" {
		fmt.Fprintf(&b, "%s: ", f.Path)
	}
	b.WriteString(f.Text)
	return b.String()
}
