package commitlogtest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kzsim/kzsim/internal/commitlog"
)

// AsideConforms answers in what an empty place isn't what commitlog.Aside says, or nil.
func AsideConforms(a commitlog.Aside) error {
	large := make([]string, 40)
	for n := range large {
		large[n] = fmt.Sprintf("%0*d", 1+n*4_000, n) // 3 MB together
	}
	set := func(number uint64, texts ...string) func() error {
		return func() error { return SetAside(a, number, texts...) }
	}
	retain := func(numbers ...uint64) func() error { return func() error { return a.Retain(numbers) } }
	for _, step := range []struct {
		does func() error
		want map[uint64][]string
	}{
		{retain(), map[uint64][]string{1: nil}},
		{set(1, "a", "", "c"), map[uint64][]string{1: {"a", "", "c"}, 2: nil}},
		{set(2, "b"), map[uint64][]string{1: {"a", "", "c"}, 2: {"b"}}},
		{set(1, large...), map[uint64][]string{1: large, 2: {"b"}}},
		{set(1, "d"), map[uint64][]string{1: {"d"}, 2: {"b"}}},
		{set(3, "e"), map[uint64][]string{1: {"d"}, 2: {"b"}, 3: {"e"}}},
		{retain(3, 1, 9), map[uint64][]string{1: {"d"}, 2: nil, 3: {"e"}, 9: nil}},
		{retain(), map[uint64][]string{1: nil, 3: nil}},
		{set(1, "f", "g"), map[uint64][]string{1: {"f", "g"}}},
	} {
		if err := step.does(); err != nil {
			return err
		}
		for number, want := range step.want {
			if err := StandsAside(a, number, want...); err != nil {
				return err
			}
		}
	}
	stop := errors.New("stop")
	if err := a.TakeUp(1, func([]byte) error { return stop }); !errors.Is(err, stop) {
		return fmt.Errorf("TakeUp ends with %w, want the error of the first record", err)
	}
	return nil
}

// SetAside sets texts aside.
func SetAside(a commitlog.Aside, number uint64, texts ...string) error {
	var records [][]byte
	for _, text := range texts {
		records = append(records, []byte(text))
	}
	return a.SetAside(number, records)
}

// StandsAside answers in what what stands under a number differs from texts, or nil.
func StandsAside(a commitlog.Aside, number uint64, want ...string) error {
	var got []string
	err := a.TakeUp(number, func(record []byte) error {
		got = append(got, string(record))
		return nil
	})
	if err == nil && !slices.Equal(got, want) {
		err = fmt.Errorf("under %d stands %.100q, want %.100q", number, got, want)
	}
	return err
}
