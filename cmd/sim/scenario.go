package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/scenarios"
)

// scenarioSource is where a scenario is read from: a file, or the library. It
// notes which files were read, since a scenario may use others.
type scenarioSource struct {
	folder *notingFS
	name   string // within the folder
	of     string // a case of it; empty for none
	set    map[string]string
	shown  string          // as it was asked for
	seed   *chance.Seed    // instead of the scenario's; nil for that
	clock  *clock.Settings // likewise
	zone   string          // likewise; empty for the scenario's
}

// findScenario by a file's name or, where there is no such file, by a name in the
// library. FILE/CASE and NAME/CASE are one of its cases.
func findScenario(asked string) (*scenarioSource, error) {
	if file, of, ok := splitFile(asked); ok {
		folder := &notingFS{FS: os.DirFS(filepath.Dir(file))}
		return &scenarioSource{folder: folder, name: filepath.Base(file), of: of, shown: file}, nil
	}
	name, of, _ := strings.Cut(asked, "/")
	if file, ok := inLibrary(name); ok {
		return &scenarioSource{folder: &notingFS{FS: scenarios.FS}, name: file, of: of, shown: "library/" + file}, nil
	}
	return nil, unknownScenario(asked)
}

// scenarioFor a run: what is asked for, with the vars, the seed and the clock that were
// given for it; nil if none is asked for.
func scenarioFor(asked string, set []string, given *settings, by sandbox.Config) (*scenarioSource, error) {
	switch {
	case asked == "" && len(set) > 0:
		return nil, errors.New("--set needs a --scenario whose vars it sets")
	case asked == "":
		return nil, nil
	}
	src, err := findScenario(asked)
	if err != nil {
		return nil, err
	}
	src.outweigh(given, by)
	src.set, err = varsOf(set)
	return src, err
}

// varsOf a scenario as flags set them: NAME=VALUE.
func varsOf(texts []string) (map[string]string, error) {
	set := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return nil, fmt.Errorf("%q: expected a name and a value, such as n=10", text)
		}
		set[name] = value
	}
	return set, nil
}

// inLibrary answers the library's file of a name, with or without its ending.
func inLibrary(name string) (file string, ok bool) {
	file = strings.TrimSuffix(name, ".yaml") + ".yaml"
	_, err := fs.Stat(scenarios.FS, file)
	return file, err == nil
}

func unknownScenario(asked string) error {
	if _, err := os.Stat(asked + ".yaml"); err == nil {
		return fmt.Errorf("no file %s; did you mean %q?", asked, asked+".yaml")
	}
	return fmt.Errorf("no file %s, and no scenario of the library has that name%s",
		asked, document.DidYouMean(asked, scenario.Names(scenarios.FS)))
}

// splitFile finds the file that a name begins with; what is left names a case.
func splitFile(asked string) (file, of string, ok bool) {
	for _, file := range []string{asked, filepath.Dir(asked)} {
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file, strings.TrimPrefix(asked[len(file):], "/"), true
		}
	}
	return "", "", false
}

// outweigh the scenario by the seed and the clock that were given for this run. The
// defaults outweigh nothing.
func (src *scenarioSource) outweigh(given *settings, by sandbox.Config) {
	if given.from["seed"] != byDefault {
		src.seed = &by.Seed
	}
	if given.from["clock"] != byDefault {
		src.clock = &by.Clock
	}
	if given.from["zone"] != byDefault {
		src.zone = by.Clock.Zone
	}
}

// clockOf a scenario with what was given for this run over it; nil if neither says
// anything.
func (src *scenarioSource) clockOf(s *scenario.Scenario) *clock.Settings {
	if src.clock == nil && s.Clock == nil {
		return nil // the zone is the sandbox's own
	}
	own := *cmp.Or(src.clock, s.Clock)
	switch {
	case src.zone != "":
		own.Zone = src.zone
	case s.Clock != nil && s.Clock.Zone != "":
		own.Zone = s.Clock.Zone
	}
	return &own
}

// read the scenario as it is now. A broken one is an error that lists all that is
// wrong with it.
func (src *scenarioSource) read(table *contract.Table) (*scenario.Scenario, error) {
	src.folder.forget()
	s, findings := scenario.ParseFile(src.folder, src.name, scenario.Options{
		Table: table, Beside: src.folder, Library: scenarios.FS, Set: src.set,
	})
	if s != nil {
		one, err := s.One(src.of)
		if err != nil {
			return nil, err
		}
		own := *one
		own.Seed, own.Clock = cmp.Or(src.seed, s.Seed), src.clockOf(s)
		return &own, nil
	}
	lines := []string{"the scenario is broken:"}
	for _, f := range findings {
		f.File = filepath.Join(filepath.Dir(src.shown), f.File)
		lines = append(lines, f.String())
	}
	return nil, errors.New(strings.Join(lines, "\n"))
}

// load a scenario into the default sandbox.
func loadScenario(s *simulator.Simulator, src *scenarioSource, keepState bool) error {
	sb, err := s.Pool.Get(sandbox.DefaultID)
	if err != nil {
		return err
	}
	parsed, err := src.read(s.Table)
	if err != nil {
		return err
	}
	return s.LoadScenario(sb, parsed, keepState)
}

// watchInterval is how often a watched scenario is looked at.
const watchInterval = 300 * time.Millisecond

// watchScenario puts a scenario in force again whenever one of the files that it
// is made of changes. The state stays. A broken one leaves the old in force. Where processes share the sandboxes
// the one that has the default sandbox does it.
func watchScenario(ctx context.Context, s *simulator.Simulator, src *scenarioSource, shared bool, out output) {
	process := s.Pool.Clock()
	waiter := process.Waiter()
	defer waiter.Close()
	for waiter.Until(ctx, process.Now().Add(watchInterval), nil) == nil {
		if !src.folder.changed() {
			continue
		}
		err := loadScenario(s, src, true)
		if shared && errors.Is(err, sandbox.ErrUnknown) {
			continue
		}
		if err != nil {
			out.say("%s has changed, the old one stays in force: %v", src.shown, err)
			continue
		}
		out.say("%s has changed and is in force; the state stays", src.shown)
	}
}

// notingFS notes the files that are opened, and what they held then. It is safe
// for concurrent use.
type notingFS struct {
	fs.FS
	mu     sync.Mutex
	opened map[string]string // a file's stamp, by its name
}

// Open implements fs.FS. The stamp is taken before the file is read: what changes in
// between is seen as a change.
func (n *notingFS) Open(name string) (fs.File, error) {
	note := stamp(n.FS, name)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.opened == nil {
		n.opened = map[string]string{}
	}
	if _, noted := n.opened[name]; !noted {
		n.opened[name] = note
	}
	return n.FS.Open(name)
}

func (n *notingFS) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.opened = nil
}

// changed reports whether one of the files doesn't hold any more what it held when it
// was first opened, or wasn't there and is.
func (n *notingFS) changed() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, note := range n.opened {
		if stamp(n.FS, name) != note {
			return true
		}
	}
	return false
}

const absent = "absent"

// stamp is a text that is another one when a file's content has changed. An editor may
// leave the size as it was, and a tool the time of the last change. Of a file that is too
// large for a scenario the beginning and the size count.
func stamp(folder fs.FS, name string) string {
	f, err := folder.Open(name)
	if err != nil {
		return absent
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return absent
	}
	sum := sha256.New()
	if _, err := io.CopyN(sum, f, document.MaxSize+1); err != nil && err != io.EOF {
		return absent
	}
	return fmt.Sprintf("%d bytes, %x", info.Size(), sum.Sum(nil))
}
