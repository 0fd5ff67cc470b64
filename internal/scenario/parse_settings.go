package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
)

var clockModes = []string{string(clock.Real), string(clock.Frozen), string(clock.Speed)}

// clock answers settings whose mode is empty where the document names none.
func (p *checker) clock(n node) *clock.Settings {
	fields, ok := p.fields(n, "a mapping with start, mode, speed, zone", "start", "mode", "speed", "zone")
	if !ok {
		return nil
	}
	var s clock.Settings
	if e := fields["start"]; e.Node != nil {
		at, ok := p.instant(e.node)
		if ok && clock.CheckInstant(at) != nil {
			p.refuse(e.node, e.describe(), fmt.Sprintf("an instant from %s to %s",
				clock.Earliest.Format(time.DateOnly), clock.Latest.Format(time.DateOnly)))
		}
		s.Start = at
	}
	if e := fields["mode"]; e.Node != nil {
		mode, ok := p.text(e.node, "one of "+strings.Join(clockModes, ", "))
		if ok && !slices.Contains(clockModes, mode) {
			p.refuseWord(e.node, mode, "one of "+strings.Join(clockModes, ", "), clockModes)
		}
		s.Mode = clock.Mode(mode)
	}
	p.speed(n, fields["speed"], &s)
	if e := fields["zone"]; e.Node != nil {
		zone, ok := p.text(e.node, "a time zone such as "+clock.DefaultZone)
		if ok && (zone == "" || clock.CheckZone(zone) != nil) {
			p.refuse(e.node, quote(zone), "a zone of the tz database, such as "+clock.DefaultZone)
		}
		s.Zone = zone
	}
	return &s
}

func (p *checker) speed(n node, e entry, s *clock.Settings) {
	switch {
	case e.Node == nil && s.Mode == clock.Speed:
		p.refuse(n, "mode speed without a speed", "the key speed: how many of the sandbox's seconds pass in a real one")
	case e.Node == nil:
	case s.Mode != "" && s.Mode != clock.Speed:
		p.refuse(e.node, fmt.Sprintf("a speed with mode %s", s.Mode), "mode: speed, or no speed")
	default:
		v, err := strconv.ParseFloat(e.Value, 64)
		if err != nil || !(v > 0 && v <= clock.MaxSpeed) {
			p.refuse(e.node, e.describe(), fmt.Sprintf("a number above 0 and at most %d", clock.MaxSpeed))
			return
		}
		s.Mode, s.Speed = clock.Speed, v
	}
}

const presetKey = "preset"

func (p *checker) profile(n node) *contract.Profile {
	all, ok := p.entries(n, "a mapping such as {preset: documents, kyc.error_envelope: message}")
	if !ok {
		return nil
	}
	switches := map[string]contract.Switch{}
	keys := []string{presetKey}
	for _, s := range p.table.Switches() {
		switches[s.Key] = s
		keys = append(keys, s.Key)
	}
	words := map[string]string{}
	for _, e := range all {
		if !slices.Contains(keys, e.key.Value) {
			p.refuseWord(node{e.key, n.path}, e.key.Value, "preset or a switch", keys)
			continue
		}
		expected := expectedOf(switches[e.key.Value])
		value, ok := p.text(e.node, expected)
		if !ok {
			continue
		}
		if _, err := p.table.Profile(map[string]string{e.key.Value: value}); err != nil {
			p.refuseWord(e.node, value, expected, wordsOf(switches[e.key.Value]))
			continue
		}
		words[e.key.Value] = value
	}
	profile, err := p.table.Profile(words)
	if err != nil {
		p.refuse(n, err.Error(), "a preset and switches")
	}
	return &profile
}

// wordsOf a switch; the zero switch stands for the preset.
func wordsOf(s contract.Switch) []string {
	if s.Key == "" {
		return contract.Presets()
	}
	return s.Values
}

func expectedOf(s contract.Switch) string {
	if s.Key != "" && s.IsDuration() {
		return "a duration such as " + s.Default
	}
	return "one of " + strings.Join(wordsOf(s), ", ")
}
