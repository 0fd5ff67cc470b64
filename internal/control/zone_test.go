package control_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestHoursAreOfTheZone: `now` in an expression is in the sandbox's zone, however the
// instant was written, over snapshots, too.
func TestHoursAreOfTheZone(t *testing.T) {
	atThree := func(clock string) string {
		return "version: 1\nscenario: hours\nclock: {mode: frozen, " + clock +
			"}\nrules: [{on: kyc.info.exec_proc, when: now.Hour() == 3, do: 503}]\n"
	}
	for clock, three := range map[string]bool{
		`start: "2024-03-01T03:30:00+05:00"`:                              true,
		`start: "2024-02-29T22:30:00Z"`:                                   true,
		`start: "2024-03-01T03:30:00Z"`:                                   false,
		`start: "2024-03-01T03:30:00Z", zone: UTC`:                        true,
		`start: "2024-03-01T03:30:00+05:00", zone: UTC`:                   false,
		`start: "2024-03-01T08:30:00Z", zone: America/New_York`:           true,
		`start: "2024-03-01T03:30:00-05:00", zone: Asia/Almaty`:           false,
		`start: "2024-07-01T07:30:00.000000001Z", zone: America/New_York`: true,
	} {
		r := newRig(t, nil)
		r.control("PUT", "/scenario", atThree(clock), nil)
		check := func(when string) {
			t.Helper()
			if w := r.do("POST", execProc, of("901123300258")); (w.Code == http.StatusServiceUnavailable) != three {
				t.Errorf("%s, %s: %d", clock, when, w.Code)
			}
		}
		check("at once")
		snapshot := r.do("GET", "/_sim/sandboxes/default/snapshot", "").Body.String()
		r = newRig(t, nil)
		r.control("PUT", "/snapshot", snapshot, nil)
		check("from a snapshot")
		r.control("PUT", "/clock", `{"mode": "frozen"}`, nil)
		check("with the clock put again")
	}
}

func TestZoneOfAClock(t *testing.T) {
	r := newRig(t, nil)
	r.control("PUT", "/clock", `{"zone": "UTC"}`, nil)
	if w := r.do("GET", "/_sim/sandboxes/default/clock", ""); !strings.Contains(w.Body.String(), `"now": "2024-03-01T04:00:00Z"`) {
		t.Errorf("%s", w.Body)
	}
	for _, zone := range []string{"Local", "Asia/Alma-Ata-2", "../zone"} {
		if w := r.do("PUT", "/_sim/sandboxes/default/clock", `{"zone": "`+zone+`"}`); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "Asia/Almaty") {
			t.Errorf("%s: %d %s", zone, w.Code, w.Body)
		}
		if w := r.do("PUT", "/_sim/sandboxes/default/scenario", "version: 1\nscenario: q\nclock: {zone: "+zone+"}\n"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s in a scenario: %d %s", zone, w.Code, w.Body)
		}
	}
}
