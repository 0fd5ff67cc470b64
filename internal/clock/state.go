package clock

import "time"

// State is a clock as others see it: its time, and how that passes.
type State struct {
	Now   time.Time `json:"now"`
	Mode  Mode      `json:"mode"`
	Speed float64   `json:"speed,omitempty"` // with mode speed only
	Zone  string    `json:"zone"`
}

// State of the clock now.
func (c *Clock) State() State {
	s := c.Settings()
	return State{Now: s.Start, Mode: s.Mode, Speed: s.Speed, Zone: s.Zone}
}
