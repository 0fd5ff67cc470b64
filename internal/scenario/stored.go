package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/document"
)

// stored are settings as data. Live faults and the scenario are kept as they were
// written, with the files that the scenario uses, and read again.
type stored struct {
	Profile   map[string]string `json:"profile"`
	Scenario  string            `json:"scenario,omitempty"` // its name; of a case with its file's: file/case
	File      string            `json:"file,omitempty"`
	Source    string            `json:"source,omitempty"` // the whole file
	Used      map[string]string `json:"used,omitempty"`   // the files that it uses, by name
	Set       map[string]string `json:"set,omitempty"`    // values of its vars
	Start     time.Time         `json:"start"`
	Faults    []storedFault     `json:"faults,omitempty"`
	LastFault int               `json:"last_fault,omitempty"`
	Chaos     *storedChaos      `json:"chaos,omitempty"`
}

type storedFault struct {
	ID     string    `json:"id"`
	Source string    `json:"source"`
	Until  time.Time `json:"until,omitzero"`
}

type storedChaos struct {
	Source string    `json:"source"`
	Until  time.Time `json:"until,omitzero"`
}

// UnmarshalJSON implements json.Unmarshaler. Earlier versions wrote the share alone.
func (s *storedChaos) UnmarshalJSON(raw []byte) error {
	var share float64
	if json.Unmarshal(raw, &share) == nil {
		s.Source = string(shareSource(share))
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	type plain storedChaos
	return dec.Decode((*plain)(s))
}

// MarshalJSON implements json.Marshaler; ReadSettings reads it.
func (s *Settings) MarshalJSON() ([]byte, error) {
	in := s.Scenario
	data := stored{
		Profile: s.Profile.Map(), Scenario: in.Name, File: in.File, Source: string(in.Source), Used: in.Used, Set: in.Set,
		Start: s.Start, LastFault: s.lastFault,
	}
	if s.Chaos.IsOn() {
		data.Chaos = &storedChaos{string(s.Chaos.Source), s.Chaos.End}
	}
	for _, f := range s.Faults {
		data.Faults = append(data.Faults, storedFault{ID: f.ID, Source: string(f.Source), Until: f.End})
	}
	return json.Marshal(data)
}

// Unreadable is the error of a scenario or live fault that can't be read again.
type Unreadable struct {
	Name     string
	Findings document.Findings
}

func (u Unreadable) Error() string {
	return "the scenario " + u.Name + " can't be read here:\n" + u.Findings.Error()
}

// ReadSettings reads what MarshalJSON wrote. The error is Unreadable if the
// scenario or a live fault can't be read here.
func (o Options) ReadSettings(raw json.RawMessage) (*Settings, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var data stored
	if err := dec.Decode(&data); err != nil {
		return nil, err
	}
	profile, err := o.Table.Profile(data.Profile)
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	in, err := data.scenario(o)
	if err != nil {
		return nil, err
	}
	s := NewSettings(profile, in, data.Start)
	if data.Chaos != nil {
		chaos, findings := ParseChaos([]byte(data.Chaos.Source), o)
		if findings.Broken() {
			return nil, Unreadable{"of chaos", findings}
		}
		chaos.End, chaos.lasts = data.Chaos.Until, 0
		s = s.WithChaos(chaos)
	}
	return s, s.restore(data, o)
}

// restore the live faults under their ids, by which their draws go. Ids only count up.
func (s *Settings) restore(data stored, o Options) error {
	if n := len(data.Faults); n > MaxFaults {
		return fmt.Errorf("%d live faults, at most %d are put on", n, MaxFaults)
	}
	for _, f := range data.Faults {
		fault, findings := ParseFault([]byte(f.Source), o)
		if findings.Broken() {
			return Unreadable{"of the live fault " + f.ID, findings}
		}
		number, err := strconv.Atoi(strings.TrimPrefix(f.ID, faultPrefix))
		if err != nil || f.ID != faultID(number) || number <= s.lastFault || number > data.LastFault {
			return fmt.Errorf("%q is no id of a live fault, or out of order", f.ID)
		}
		fault.ID, s.lastFault = f.ID, number
		fault.End, fault.lasts = f.Until, 0
		s.Faults = append(s.Faults, fault)
	}
	s.lastFault = max(0, data.LastFault)
	return nil
}

func (d stored) scenario(o Options) (*Scenario, error) {
	if d.Source == "" {
		return nil, nil
	}
	o.Beside, o.Set = Files(d.Used), d.Set
	whole, findings := Parse(d.File, []byte(d.Source), o)
	if whole == nil {
		return nil, Unreadable{d.Scenario, findings}
	}
	if _, name, isCase := strings.Cut(d.Scenario, "/"); isCase {
		return whole.One(name)
	}
	return whole, nil
}

// Files that a scenario uses, by their paths. A scenario reads them whole, after a
// look at their size.
type Files map[string]string

// Open implements fs.FS. No scenario reads a file piece by piece.
func (f Files) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile implements fs.ReadFileFS.
func (f Files) ReadFile(name string) ([]byte, error) {
	content, ok := f[name]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(content), nil
}

// Stat implements fs.StatFS.
func (f Files) Stat(name string) (fs.FileInfo, error) {
	content, ok := f[name]
	if !ok {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return fileInfo{name, int64(len(content))}, nil
}

type fileInfo struct {
	name string
	size int64
}

func (i fileInfo) Name() string     { return i.name }
func (i fileInfo) Size() int64      { return i.size }
func (fileInfo) Mode() fs.FileMode  { return 0o444 }
func (fileInfo) ModTime() time.Time { return time.Time{} }
func (fileInfo) IsDir() bool        { return false }
func (fileInfo) Sys() any           { return nil }
