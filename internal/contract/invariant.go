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
	return ofAll(t, func(s *Service) []Invariant { return s.Invariants })
}
