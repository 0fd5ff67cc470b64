// Package ledger is the fidelity ledger: every point in which the documents of
// the simulated services say nothing, contradict themselves or show broken text,
// each with the passage in question, the decision that the simulator took and how
// sure it is of it.
//
// Numbers never change, since code, findings and documentation cite an entry by
// its number ("ledger 42"). The entries themselves are in ledger.yaml.
package ledger

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"
)

// Confidence says what a decision is based on.
type Confidence string

// The kinds of confidence, from the surest.
const (
	Documented Confidence = "documented" // a document says or shows it
	Observed   Confidence = "observed"   // seen publicly in the real system or its clients
	Assumed    Confidence = "assumed"    // a guess
)

// Entry is one point of the ledger. Texts are English; Section, Quote and Beside
// are in the language of the document.
type Entry struct {
	Number   int    `yaml:"number" json:"number"`     // from 1, without gaps
	Service  string `yaml:"service" json:"service"`   // kyc, k2 or abs
	Document string `yaml:"document" json:"document"` // KZ Info, Address, E-Document, K2 or ABS
	Section  string `yaml:"section" json:"section"`   // the document's own heading

	// Quote is the passage in question, letter for letter. It is empty only for
	// a silence that has no passage.
	Quote string `yaml:"quote" json:"quote,omitempty"`
	// Beside is a second passage, letter for letter, mostly one that contradicts
	// the first. Finding says so if it stands in another document.
	Beside string `yaml:"beside" json:"beside,omitempty"`
	// Silence is what the documents do not say.
	Silence string `yaml:"silence" json:"silence,omitempty"`

	Finding    string     `yaml:"finding" json:"finding"`   // what is wrong or missing
	Decision   string     `yaml:"decision" json:"decision"` // what the simulator does
	Confidence Confidence `yaml:"confidence" json:"confidence"`
	Switches   []string   `yaml:"switch" json:"switch,omitempty"` // profile keys that change the decision
	Operations []string   `yaml:"operations" json:"operations"`   // ids, or patterns such as kyc.address.*
}

//go:embed ledger.yaml
var source []byte

// entries are parsed at the first use. The source is part of the program, so a
// broken one is a mistake that no test lets through, not an error of a run.
var entries = sync.OnceValue(func() []Entry {
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	decoder.KnownFields(true)
	var all []Entry
	if err := decoder.Decode(&all); err != nil {
		panic(fmt.Sprintf("ledger.yaml: %v", err))
	}
	return all
})

// Entries are all points in the order of their numbers: the entry number n is at
// index n-1. They are the caller's own copies.
func Entries() []Entry {
	all := slices.Clone(entries())
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// ByNumber is one entry, a copy; false if there is none with that number.
func ByNumber(n int) (Entry, bool) {
	all := entries()
	if n < 1 || n > len(all) {
		return Entry{}, false
	}
	return all[n-1].clone(), true
}

// clone copies what the value would share.
func (e Entry) clone() Entry {
	e.Switches = slices.Clone(e.Switches)
	e.Operations = slices.Clone(e.Operations)
	return e
}
