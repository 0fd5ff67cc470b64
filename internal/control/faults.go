package control

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
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

// runtime of a sandbox. One without any gets one that does nothing yet.
func (c *Control) runtime(sb *sandbox.Sandbox) (*scenario.Runtime, error) {
	c.loading.Lock()
	defer c.loading.Unlock()
	if r, ok := sb.Script().(*scenario.Runtime); ok {
		return r, nil
	}
	return scenario.Load(sb, nil, scenario.LoadOptions{Table: c.opts.Table, KeepState: true})
}

func (c *Control) listFaults(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	infos := []faultInfo{}
	if r, ok := sb.Script().(*scenario.Runtime); ok {
		all, met := r.LiveFaults()
		for i, f := range all {
			infos = append(infos, describeFault(f, met[i]))
		}
	}
	return 0, infos, nil
}

func (c *Control) addFault(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	source, err := document(r, `{"on": "kyc.*", "fault": "reset"}`)
	if err != nil {
		return 0, nil, err
	}
	f, findings := scenario.ParseFault(source, c.parsing())
	if scenario.Broken(findings) {
		return 0, nil, broken(findings)
	}
	runtime, err := c.runtime(sb)
	if err != nil {
		return 0, nil, err
	}
	f.ID = runtime.AddFault(f)
	tell(sb, runtime)
	return http.StatusCreated, describeFault(f, 0), nil
}

func (c *Control) removeFaults(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	if r, ok := sb.Script().(*scenario.Runtime); ok {
		r.RemoveFaults()
		tell(sb, r)
	}
	return 0, nil, nil
}

func (c *Control) removeFault(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	id := mux.Vars(r)["fault"]
	runtime, ok := sb.Script().(*scenario.Runtime)
	if !ok || !runtime.RemoveFault(id) {
		return 0, nil, problem.New(http.StatusNotFound, "no live fault %q is on; those that are: %s", id, faultsOn(runtime))
	}
	tell(sb, runtime)
	return 0, nil, nil
}

// faultsOn names the live faults of a runtime, which may be nil.
func faultsOn(runtime *scenario.Runtime) string {
	var ids []string
	if runtime != nil {
		all, _ := runtime.LiveFaults()
		for _, f := range all {
			ids = append(ids, f.ID)
		}
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
	info := chaosInfo{}
	if r, ok := sb.Script().(*scenario.Runtime); ok {
		info.Share = r.Chaos()
	}
	return 0, info, nil
}

func (c *Control) putChaos(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	runtime, err := c.runtime(sb)
	if err != nil {
		return 0, nil, err
	}
	info := chaosInfo{Share: runtime.Chaos()}
	if err := read(r, &info); err != nil {
		return 0, nil, err
	}
	if err := runtime.SetChaos(info.Share); err != nil {
		return 0, nil, problem.New(http.StatusBadRequest, "%v", err)
	}
	tell(sb, runtime)
	return 0, info, nil
}
