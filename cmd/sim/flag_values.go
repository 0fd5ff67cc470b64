package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// choice is a flag that is one of some words.
type choice struct {
	value *string
	words []string
}

func (c choice) String() string {
	if c.value == nil {
		return ""
	}
	return *c.value
}

// Set implements flag.Value.
func (c choice) Set(text string) error {
	if err := oneOf(text, c.words); err != nil {
		return err
	}
	*c.value = text
	return nil
}

func oneOf(word string, words []string) error {
	if !slices.Contains(words, word) {
		return fmt.Errorf("%q is not one of %s; did you mean %q?", word, strings.Join(words, ", "), contract.Nearest(word, words))
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
