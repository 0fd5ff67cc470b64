package control

import (
	"net/http"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// faultInfo is a live fault.
type faultInfo struct {
	ID     string    `json:"id"`
	Name   string    `json:"name,omitempty"`
	On     string    `json:"on"`
	Faults string    `json:"faults"` // its kinds
	Source string    `json:"source"`
	Met    int       `json:"met"`            // requests
	Until  time.Time `json:"until,omitzero"` // the sandbox's time at which it ends
	Ended  bool      `json:"ended,omitempty"`
}

func describeFault(f scenario.LiveFault, met int, now time.Time) faultInfo {
	return faultInfo{
		ID: f.ID, Name: f.Name, On: f.On, Faults: f.Kinds(), Source: string(f.Source), Met: met, Until: f.End, Ended: f.Ended(now),
	}
}

func (c *Control) listFaults(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	infos := []faultInfo{}
	run := sb.Run()
	now := run.Clock.Now()
	run.Look(func(in *scenario.Settings, counters *store.Counters) {
		met := in.Met(counters)
		for i, f := range in.Faults {
			infos = append(infos, describeFault(f, met[i], now))
		}
	})
	return 0, infos, nil
}

func (c *Control) addFault(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	f, err := parsed(c, r, `{"on": "kyc.*", "fault": "reset"}`, scenario.ParseFault)
	if err != nil {
		return 0, nil, err
	}
	var now time.Time
	err = change(sb, func(s *scenario.Settings) (next *scenario.Settings, _ error) {
		now = sb.Run().Clock.Now()
		if f, err = f.Begin(now); err != nil {
			return nil, problem.New(http.StatusUnprocessableEntity, "until: %v", err)
		}
		if next, f, err = s.WithoutEnded(now).WithFault(f); err != nil {
			return nil, problem.New(http.StatusConflict, "%w", err)
		}
		return next, nil
	})
	return http.StatusCreated, describeFault(f, 0, now), err
}

func (c *Control) removeFaults(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, nil, change(sb, func(s *scenario.Settings) (*scenario.Settings, error) { return s.WithoutFaults(), nil })
}

func (c *Control) removeFault(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	id := r.PathValue("fault")
	return 0, nil, change(sb, func(s *scenario.Settings) (*scenario.Settings, error) {
		next, ok := s.WithoutFault(id)
		if !ok {
			return nil, problem.New(http.StatusNotFound, "no live fault %q is on; those that are: %s", id, faultsOn(s))
		}
		return next, nil
	})
}

// faultsOn names the live faults that are on.
func faultsOn(s *scenario.Settings) string {
	var ids []string
	for _, f := range s.Faults {
		ids = append(ids, f.ID)
	}
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ", ")
}

// chaosInfo is the chaos dial.
type chaosInfo struct {
	Share  float64   `json:"share"` // of the requests, or of what per names, from 0 to 1
	Name   string    `json:"name,omitempty"`
	On     string    `json:"on,omitempty"`
	Per    string    `json:"per,omitempty"`
	Source string    `json:"source,omitempty"`
	Until  time.Time `json:"until,omitzero"` // the sandbox's time at which it ends
	Ended  bool      `json:"ended,omitempty"`
}

func describeChaos(run *sandbox.Run) chaosInfo {
	c, now := run.Settings().Chaos, run.Clock.Now()
	if !c.IsOn() {
		return chaosInfo{}
	}
	return chaosInfo{
		Share: c.Level(time.Time{}), Name: c.Name, On: c.On, Per: c.Per, Source: string(c.Source), Until: c.End, Ended: c.Ended(now),
	}
}

func (c *Control) getChaos(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, describeChaos(sb.Run()), nil
}

func (c *Control) putChaos(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	chaos, err := parsed(c, r, `{"share": 0.05}`, scenario.ParseChaos)
	if err != nil {
		return 0, nil, err
	}
	err = setChaos(sb, chaos)
	return 0, describeChaos(sb.Run()), err
}

// SetChaos gives random faults to a share of all requests of a sandbox, as a PUT of chaos does.
func (c *Control) SetChaos(sb *sandbox.Sandbox, share float64) error {
	chaos, err := scenario.ChaosOf(share, c.parsing())
	if err != nil {
		return err
	}
	return setChaos(sb, chaos)
}

func setChaos(sb *sandbox.Sandbox, chaos scenario.Chaos) error {
	return change(sb, func(s *scenario.Settings) (*scenario.Settings, error) {
		begun, err := chaos.Begin(sb.Run().Clock.Now())
		if err != nil {
			return nil, problem.New(http.StatusUnprocessableEntity, "until: %v", err)
		}
		return s.WithChaos(begun), nil
	})
}
