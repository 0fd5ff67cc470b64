package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/scenarios"
)

// scenarioSource is where a scenario is read from: a file, or the library. It
// notes which files were read, since a scenario may use others.
type scenarioSource struct {
	folder  *notingFS
	name    string // within the folder
	shown   string // as it was asked for
	library bool
}

// findScenario by a file's name or, where there is no such file, by a name in the
// library.
func findScenario(asked string) (*scenarioSource, error) {
	if info, err := os.Stat(asked); err == nil && !info.IsDir() {
		return &scenarioSource{
			folder: &notingFS{FS: os.DirFS(filepath.Dir(asked))}, name: filepath.Base(asked), shown: asked,
		}, nil
	}
	name := strings.TrimSuffix(asked, ".yaml") + ".yaml"
	if _, err := fs.Stat(scenarios.FS, name); err == nil {
		return &scenarioSource{folder: &notingFS{FS: scenarios.FS}, name: name, shown: "library/" + name, library: true}, nil
	}
	var known []string
	for _, f := range filesIn(scenarios.FS, "") {
		known = append(known, strings.TrimSuffix(f.name, ".yaml"))
	}
	return nil, fmt.Errorf("no file %s, and no scenario of the library has that name; did you mean %q?",
		asked, contract.Nearest(asked, known))
}

// read the scenario as it is now. A broken one is an error that tells all that is
// wrong with it.
func (src *scenarioSource) read(table *contract.Table) (*scenario.Scenario, error) {
	src.folder.forget()
	s, findings := scenario.ParseFile(src.folder, src.name, scenario.Options{
		Table: table, Beside: src.folder, Library: scenarios.FS,
	})
	if s != nil {
		return s, nil
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
	_, err = scenario.Load(sb, parsed, scenario.LoadOptions{Table: s.Table, KeepState: keepState})
	return err
}

// glance is how often a watched scenario is looked at.
const glance = 300 * time.Millisecond

// watchScenario puts a scenario in force again whenever one of the files that it
// is made of changes. The state stays. A broken one leaves the old in force.
func watchScenario(ctx context.Context, s *simulator.Simulator, src *scenarioSource, process *clock.Clock, voice voice) {
	waiter := process.Waiter()
	defer waiter.Close()
	for waiter.Until(ctx, process.Now().Add(glance), nil) == nil {
		if !src.folder.changed() {
			continue
		}
		if err := loadScenario(s, src, true); err != nil {
			voice.say("%s has changed, the old one stays in force: %v", src.shown, err)
			continue
		}
		voice.say("%s has changed and is in force; the state stays", src.shown)
	}
}

// notingFS notes the files that are opened, and what they were then. It is safe
// for concurrent use.
type notingFS struct {
	fs.FS
	mu     sync.Mutex
	opened map[string]string // a file's stamp, by its name
}

// Open implements fs.FS.
func (n *notingFS) Open(name string) (fs.File, error) {
	f, err := n.FS.Open(name)
	note := absent
	if err == nil {
		note = stamp(f.Stat())
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.opened == nil {
		n.opened = map[string]string{}
	}
	if _, noted := n.opened[name]; !noted {
		n.opened[name] = note
	}
	return f, err
}

func (n *notingFS) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.opened = nil
}

// changed reports whether one of the files isn't any more what it was when it was
// first opened, or wasn't there and is.
func (n *notingFS) changed() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, note := range n.opened {
		if stamp(fs.Stat(n.FS, name)) != note {
			return true
		}
	}
	return false
}

const absent = "absent"

// stamp is a text that is another one when a file has changed.
func stamp(info fs.FileInfo, err error) string {
	if err != nil {
		return absent
	}
	return fmt.Sprintf("%d bytes of %s", info.Size(), info.ModTime())
}
