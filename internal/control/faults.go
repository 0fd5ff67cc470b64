package control

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// faultInfo is a live fault.
type faultInfo struct {
	ID     string `json:"id"`
	On     string `json:"on"`
	Faults string `json:"faults"` // its kinds
	Source string `json:"source"`
	Met    int    `json:"met"` // requests
}

func describeFault(f scenario.LiveFault, met int) faultInfo {
	return faultInfo{ID: f.ID, On: f.On, Faults: f.Kinds(), Source: string(f.Source), Met: met}
}

func (c *Control) listFaults(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	infos := []faultInfo{}
	sb.Run().Look(func(in *scenario.Settings, counters *store.Counters) {
		met := in.Met(counters)
		for i, f := range in.Faults {
			infos = append(infos, describeFault(f, met[i]))
		}
	})
	return 0, infos, nil
}

func (c *Control) addFault(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	source, err := sourceOf(r, `{"on": "kyc.*", "fault": "reset"}`)
	if err != nil {
		return 0, nil, err
	}
	f, findings := scenario.ParseFault(source, c.parsing())
	if findings.Broken() {
		return 0, nil, broken(findings)
	}
	err = change(sb, func(s *scenario.Settings) (next *scenario.Settings, _ error) {
		if next, f, err = s.WithFault(f); err != nil {
			return nil, problem.New(http.StatusConflict, "%v", err)
		}
		return next, nil
	})
	return http.StatusCreated, describeFault(f, 0), err
}

func (c *Control) removeFaults(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, nil, change(sb, func(s *scenario.Settings) (*scenario.Settings, error) { return s.WithoutFaults(), nil })
}

func (c *Control) removeFault(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	id := mux.Vars(r)["fault"]
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
	Share float64 `json:"share"` // of the requests, from 0 to 1
}

func (c *Control) getChaos(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, chaosInfo{Share: sb.Run().Settings().Chaos}, nil
}

func (c *Control) putChaos(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	info := chaosInfo{Share: sb.Run().Settings().Chaos}
	if err := read(r, &info); err != nil {
		return 0, nil, err
	}
	return 0, info, c.SetChaos(sb, info.Share)
}

// SetChaos changes the share of a sandbox's requests that end in chaos, as a PUT of it
// does.
func (c *Control) SetChaos(sb *sandbox.Sandbox, share float64) error {
	return change(sb, func(s *scenario.Settings) (*scenario.Settings, error) { return s.WithChaos(share) })
}
