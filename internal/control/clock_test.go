package control_test

import (
	"encoding/json"
	"testing"

	"github.com/kzsim/kzsim/internal/control"
)

// TestClockChange: what a body leaves out stays, but a speed goes only with its
// mode. Every mode is followed by every other.
func TestClockChange(t *testing.T) {
	type state struct {
		Mode  string
		Speed float64
	}
	usual, frozen, fast, faster := state{Mode: "real"}, state{Mode: "frozen"}, state{"speed", 60}, state{"speed", 120}
	refused := state{}
	for _, from := range []struct {
		body string
		is   state
	}{{`{"mode": "real"}`, usual}, {`{"mode": "frozen"}`, frozen}, {`{"mode": "speed", "speed": 60}`, fast}} {
		asked := map[string]state{
			`{"mode": "real"}`: usual, `{"mode": "frozen"}`: frozen, `{"mode": "speed", "speed": 120}`: faster,
			`{"mode": "real", "speed": 0}`: usual, `{"mode": "frozen", "speed": 0}`: frozen,
			`{"mode": "frozen", "speed": 60}`: refused, `{"mode": "real", "speed": 60}`: refused, `{"mode": "speed", "speed": 0}`: refused,
			`{"mode": "speed"}`: refused, `{"speed": 120}`: refused,
			`{}`: from.is, ``: from.is, `{"start": "2030-01-01T00:00:00Z"}`: from.is,
		}
		if from.is == fast {
			asked[`{"mode": "speed"}`], asked[`{"speed": 120}`] = fast, faster
		}
		for body, want := range asked {
			t.Run(from.is.Mode+" to "+body, func(t *testing.T) {
				d := newDesk(t, control.Access{})
				d.in("PUT", "/clock", from.body, nil)
				w := d.do("PUT", "/_sim/sandboxes/one/clock", body)
				if want == refused {
					if want = from.is; w.Code != 400 {
						t.Errorf("%d %s, want 400", w.Code, w.Body)
					}
				} else if w.Code != 200 {
					t.Errorf("%d %s", w.Code, w.Body)
				}
				var got state
				if err := json.Unmarshal(d.do("GET", "/_sim/sandboxes/one/clock", "").Body.Bytes(), &got); err != nil {
					t.Fatal(err)
				}
				diff(t, "the clock", want, got)
			})
		}
	}
}
