package scenario

import (
	"strings"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/document"
)

var clockModes = []string{string(clock.Real), string(clock.Frozen), string(clock.Speed)}

func clockKind() *mapping {
	const speed = "a number above 0 and at most 1000000"
	return &mapping{
		what: "a mapping with start, mode, speed, zone", words: "[clock](#clock)", short: clockMeant,
		fields: []field{
			{name: "start", kind: instant(""), about: "The instant at which it starts."},
			{name: "mode", kind: oneOf(clockModes...), about: "How its time passes: as the machine's, not until it is advanced, or at a speed."},
			{name: "speed", kind: above("number", speed, clock.MaxSpeed), about: "The sandbox's seconds in a real one."},
			{name: "zone", kind: text("time zone", "a time zone such as "+clock.DefaultZone), about: "Its time zone, of the tz database.", without: clock.DefaultZone},
		},
		bonds: []bond{
			{has: "mode", is: []string{string(clock.Speed)}, needs: []string{"speed"}, why: "the key speed: how many of the sandbox's seconds pass in a real one"},
			{has: "mode", is: []string{string(clock.Real), string(clock.Frozen)}, bars: "speed", why: "mode: speed, or no speed"},
		},
	}
}

// clockMeant by a text in place of a clock: its speed, its instant, or both as the flag has them.
func clockMeant(text string) string {
	mode, start, _ := strings.Cut(text, "@")
	if startMeant(text) != "" {
		mode, start = "", text
	}
	var keys []string
	speed := strings.TrimSuffix(mode, "x")
	switch {
	case mode == string(clock.Real), mode == string(clock.Frozen):
		keys = append(keys, "mode: "+mode)
	case decimal.MatchString(speed):
		keys = append(keys, "mode: speed, speed: "+speed)
	case mode != "":
		return ""
	}
	if at := startMeant(start); at != "" {
		keys = append(keys, "start: "+at)
	}
	if keys == nil {
		return ""
	}
	return "{" + strings.Join(keys, ", ") + "}"
}

// startMeant is an instant with its offset, in any spelling.
func startMeant(text string) string {
	if instantForm.MatchString(text) {
		return text
	}
	return document.Respelt(text, instantForm.MatchString)
}
