package contract

// Maker makes values that a scenario asks for by name: ${iin}, ${otp(phone)}.
type Maker struct {
	Name string
	// Takes is what a value is made of, such as a phone, which has to be said. Empty: any
	// key, for which it is the same value each time; without a key it is another one each time.
	Takes string
	About string
	Make  func(c *Call, of string) (any, error)
}

// Makers of all services.
func (t *Table) Makers() []Maker { return ofAll(t, func(s *Service) []Maker { return s.Makers }) }

// Maker of a name.
func (t *Table) Maker(name string) (Maker, bool) {
	for _, m := range t.Makers() {
		if m.Name == name {
			return m, true
		}
	}
	return Maker{}, false
}
