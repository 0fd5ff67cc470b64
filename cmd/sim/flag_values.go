package main

import (
	"flag"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/document"
)

// textValue is a flag that holds a text: what take makes of the one that is given.
type textValue struct {
	value *string
	take  func(given string) (string, error)
}

func (t textValue) String() string {
	if t.value == nil {
		return ""
	}
	return *t.value
}

// Get implements flag.Getter.
func (t textValue) Get() any { return t.String() }

// Set implements flag.Value.
func (t textValue) Set(given string) error {
	text, err := t.take(given)
	if err == nil {
		*t.value = text
	}
	return err
}

// choice is a flag that is one of some words.
type choice struct {
	textValue
	words []string
}

func choiceOf(value *string, words ...string) choice {
	return choice{textValue{value, func(given string) (string, error) { return given, oneOf(given, words) }}, words}
}

// zoneValue is a flag that names a time zone.
func zoneValue(name *string) textValue {
	return textValue{name, func(given string) (string, error) { return given, clock.CheckZone(given) }}
}

// address is a flag that names an address to listen on or to call: host and port, or a port
// alone for one of this machine.
func address(value *string) textValue {
	return textValue{value, func(given string) (string, error) {
		text := given
		if _, err := strconv.ParseUint(text, 10, 16); err == nil {
			text = net.JoinHostPort("127.0.0.1", text)
		}
		if _, port, err := net.SplitHostPort(text); text != "" && (err != nil || port == "") {
			return "", fmt.Errorf("%q is no address such as 127.0.0.1:8080, nor a port such as 8080", given)
		}
		return text, nil
	}}
}

func oneOf(word string, words []string) error {
	if !slices.Contains(words, word) {
		return fmt.Errorf("%q is not one of %s%s", word, strings.Join(words, ", "), document.DidYouMean(word, words))
	}
	return nil
}

// list is a flag that holds texts, with commas between them. Words, if there are
// any, are all that they may be.
type list struct {
	values *[]string
	words  []string
}

func (l list) String() string {
	if l.values == nil {
		return ""
	}
	return strings.Join(*l.values, ",")
}

// Set implements flag.Value.
func (l list) Set(text string) error {
	var values []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		if l.words != nil {
			if err := oneOf(item, l.words); err != nil {
				return err
			}
		}
		values = append(values, item)
	}
	*l.values = values
	return nil
}

// secret is a flag whose value is never shown.
type secret struct{ value *string }

func (s secret) String() string {
	if s.value == nil || *s.value == "" {
		return ""
	}
	return withheld
}

// Set implements flag.Value.
func (s secret) Set(text string) error {
	*s.value = text
	return nil
}

// clockValue is a flag that says how a sandbox's time passes: real, frozen, or a
// speed such as 60x; and, after an @, the instant at which it starts.
type clockValue struct{ settings *clock.Settings }

func (c clockValue) String() string {
	if c.settings == nil {
		return ""
	}
	text := string(c.settings.Mode)
	switch c.settings.Mode {
	case "":
		text = string(clock.Real)
	case clock.Speed:
		text = strconv.FormatFloat(c.settings.Speed, 'f', -1, 64) + "x"
	}
	if start := c.settings.Start; !start.IsZero() {
		text += "@" + start.Format(time.RFC3339Nano)
	}
	return text
}

// Set implements flag.Value.
func (c clockValue) Set(text string) error {
	mode, start, dated := strings.Cut(text, "@")
	s := clock.Settings{Zone: c.settings.Zone} // which has a flag of its own
	var err error
	speed, fast := strings.CutSuffix(mode, "x")
	switch {
	case mode == string(clock.Real) || mode == string(clock.Frozen):
		s.Mode = clock.Mode(mode)
	case fast:
		s.Mode = clock.Speed
		if s.Speed, err = strconv.ParseFloat(speed, 64); err != nil {
			return fmt.Errorf("%q is no speed such as 60x", mode)
		}
	default:
		return fmt.Errorf("%q is not real, frozen or a speed such as 60x", mode)
	}
	if dated {
		if s.Start, err = clock.ParseInstant(start); err != nil {
			return fmt.Errorf("%q is no instant such as 2024-03-01T09:00:00+05:00", start)
		}
	}
	if _, err := clock.New(s); err != nil {
		return err
	}
	*c.settings = s
	return nil
}

const withheld = "***"

// shown is a flag's value as it may be shown.
func shown(f *flag.Flag, value string) string {
	if _, ok := plainValue(f).(secret); ok {
		return withheld
	}
	return value
}

// plainValue is a flag's value as the command defined it.
func plainValue(f *flag.Flag) flag.Value {
	if v, ok := f.Value.(settingValue); ok {
		return v.Value
	}
	return f.Value
}
