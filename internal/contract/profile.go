package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Switch is one point in which real deployments are known or expected to differ.
// Its values are the words that a profile may use.
type Switch struct {
	Key      string   // kyc.error_envelope
	About    string   // the question that it answers, in a sentence
	Values   []string // allowed words; empty for a duration
	Default  string   // under the preset documents
	Observed string   // under the preset observed, if it differs
	Strict   string   // under the preset strict, if it differs
	Ledger   []int
}

// The presets.
const (
	PresetDocuments = "documents" // what no document mentions succeeds, with a finding
	PresetObserved  = "observed"  // as seen publicly
	PresetStrict    = "strict"    // assumed errors and identifier checks are on
)

// Presets in the order in which they are explained.
func Presets() []string { return []string{PresetDocuments, PresetObserved, PresetStrict} }

// StrictIDs turns control digits on everywhere.
var StrictIDs = Switch{
	Key: "strict_ids", About: "Are the control digits of IIN, BIN and IBAN checked, beside their length?",
	Values: []string{"off", "on"}, Default: "off", Strict: "on", Ledger: []int{26, 62},
}

// IsDuration reports whether the switch holds a duration instead of a word.
func (s Switch) IsDuration() bool { return len(s.Values) == 0 }

func (s *Switch) under(preset string) string {
	switch {
	case preset == PresetObserved && s.Observed != "":
		return s.Observed
	case preset == PresetStrict && s.Strict != "":
		return s.Strict
	}
	return s.Default
}

// check answers what is wrong with a value.
func (s Switch) check(value string) error {
	if s.IsDuration() {
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return fmt.Errorf("%s is a duration such as %s, not %q", s.Key, s.Default, value)
		}
		return nil
	}
	if !slices.Contains(s.Values, value) {
		return fmt.Errorf("%s is one of %s, not %q", s.Key, strings.Join(s.Values, ", "), value)
	}
	return nil
}

// Profile is a preset with single switches set over it. The zero value is the
// preset documents. It is a value: nothing changes it.
type Profile struct {
	preset string
	set    map[string]string
}

// Preset that the profile starts from.
func (p Profile) Preset() string {
	if p.preset == "" {
		return PresetDocuments
	}
	return p.preset
}

// Value of a switch.
func (p Profile) Value(s Switch) string {
	if len(p.set) > 0 {
		if v, ok := p.set[s.Key]; ok {
			return v
		}
	}
	return s.under(p.preset)
}

// Is reports whether a switch has a value.
func (p Profile) Is(s Switch, value string) bool { return p.Value(s) == value }

// Duration of a switch that holds one; a Profile never holds one that doesn't
// parse.
func (p Profile) Duration(s Switch) time.Duration {
	value := p.Value(s)
	if d, ok := wholeUnits(value); ok {
		return d
	}
	d, err := time.ParseDuration(value)
	if err != nil {
		return 0
	}
	return d
}

// wholeUnits is time.ParseDuration for what most durations are: a few digits and a unit.
func wholeUnits(text string) (d time.Duration, ok bool) {
	const few = 5
	last := len(text) - 1
	if last < 1 || last > few {
		return 0, false
	}
	for _, c := range []byte(text[:last]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		d = d*10 + time.Duration(c-'0')
	}
	switch text[last] {
	case 'h':
		return d * time.Hour, true
	case 'm':
		return d * time.Minute, true
	case 's':
		return d * time.Second, true
	}
	return 0, false
}

// Map is the profile as a scenario writes it.
func (p Profile) Map() map[string]string {
	m := map[string]string{"preset": p.Preset()}
	maps.Copy(m, p.set)
	return m
}
