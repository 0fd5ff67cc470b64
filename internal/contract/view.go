package contract

// View is what a service shows of its state to the expressions of scenarios:
// state.loan("KD1"). It is read-only: what a look changes on the way is taken back.
type View struct {
	Name   string   // as an expression writes it: person, loan
	Takes  []string // what it is asked with, a word for each
	Fields []ViewField
	About  string
	// Look answers an object with the fields or, if there are none, a truth value; nil if
	// there is no such thing. With has a text for each of Takes.
	Look func(c *Call, with []string) any
}

// ViewField is a field of what a View shows.
type ViewField struct{ Name, About string }

// Views of all services.
func (t *Table) Views() []View { return ofAll(t, func(s *Service) []View { return s.Views }) }
