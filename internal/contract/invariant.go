package contract

// Invariant is what holds in every state of a run, after any requests.
type Invariant struct {
	Name  string // k2.paid
	About string
	// Broken lists each place where it does not hold. It changes nothing.
	Broken func(*Call) []string
}

// Invariants of all services.
func (t *Table) Invariants() []Invariant {
	var all []Invariant
	for _, s := range t.Services {
		all = append(all, s.Invariants...)
	}
	return all
}
