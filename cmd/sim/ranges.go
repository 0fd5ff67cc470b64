package main

import (
	"flag"
	"fmt"
	"strconv"
	"time"
)

// span is what the value of a flag may be: from least to most. Durations are in
// nanoseconds.
type span struct{ least, most float64 }

func between(least, most time.Duration) span { return span{float64(least), float64(most)} }

const year = 365 * 24 * time.Hour

// ranges of all flags that are numbers or durations, by command and flag, but for seeds:
// these may be any whole number from 0.
var ranges = map[string]span{
	"serve max-body":         {1, 1 << 30},
	"serve state-interval":   between(time.Millisecond, time.Hour),
	"serve store-idle":       between(0, year),
	"serve store-journal":    between(0, year),
	"serve store-lease":      between(time.Second, time.Hour),
	"serve memory":           {1 << 20, 1 << 40},
	"serve body-memory":      {1 << 20, 1 << 40},
	"serve max-state":        {1 << 16, 1 << 40},
	"serve state-memory":     {1 << 20, 1 << 40},
	"serve max-connections":  {0, 1 << 20},
	"serve idle-timeout":     between(time.Millisecond, year),
	"serve header-timeout":   between(time.Millisecond, year),
	"serve write-timeout":    between(time.Millisecond, year),
	"serve max-held":         {1, 1 << 20},
	"serve max-rate":         {0, 1_000_000},
	"serve chaos":            {0, 1},
	"serve deliver-patience": between(time.Millisecond, time.Hour),
	"serve expires":          between(time.Second, year),
	"exec min-coverage":      {0, 100},
	"exec deliver-patience":  between(time.Millisecond, time.Hour),
	"exec timeout":           between(0, year),
	"exec grace":             between(0, time.Hour),
	"verify timeout":         between(0, time.Hour),
	"healthcheck timeout":    between(time.Millisecond, time.Hour),
}

func rangeOf(flags *flag.FlagSet, name string) (s span, ok bool) {
	s, ok = ranges[flags.Name()+" "+name]
	return s, ok
}

// tellRanges adds to the flags' usage what their values may be.
func tellRanges(flags *flag.FlagSet) {
	flags.VisitAll(func(f *flag.Flag) {
		if s, ok := rangeOf(flags, f.Name); ok {
			_, isDuration := f.Value.(flag.Getter).Get().(time.Duration)
			f.Usage += "; " + s.words(isDuration)
		}
	})
}

// check the value that a flag has now.
func (s span) check(value flag.Value) error {
	var v float64
	isDuration := false
	switch got := value.(flag.Getter).Get().(type) {
	case int:
		v = float64(got)
	case int64:
		v = float64(got)
	case float64:
		v = got
	case time.Duration:
		v, isDuration = float64(got), true
	}
	if !(v >= s.least && v <= s.most) { // NaN is not
		return fmt.Errorf("%s is not %s", value, s.words(isDuration))
	}
	return nil
}

func (s span) words(isDuration bool) string {
	if isDuration {
		return fmt.Sprintf("from %s to %s", time.Duration(s.least), time.Duration(s.most))
	}
	return "from " + plainNumber(s.least) + " to " + plainNumber(s.most)
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
