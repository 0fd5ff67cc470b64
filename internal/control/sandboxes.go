package control

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// DefaultSeed is the seed of a sandbox that asks for none: two runs of a test
// then see the same people, references and codes.
const DefaultSeed = 1

// sandboxSpec is the settings of a new sandbox.
type sandboxSpec struct {
	ID      string            `json:"id"`
	Owner   string            `json:"owner"`
	Seed    *uint64           `json:"seed"`
	Clock   *clock.Settings   `json:"clock"`
	Profile map[string]string `json:"profile"`
	Expires string            `json:"expires"` // a duration, or "never"
	// Targets say which systems the services call by themselves: names that the process
	// knows, or base URLs, by service or operation.
	Targets map[string]string `json:"targets"`
	// Deliver has the endpoints of single operations: whole URLs.
	Deliver map[string]string `json:"deliver"`
	// Scenario is a name of the library, of a case NAME/CASE, or a document, as JSON
	// or as a text. Its own seed, clock and profile replace those of the spec.
	Scenario json.RawMessage `json:"scenario"`
}

// sandboxInfo is what a sandbox is.
type sandboxInfo struct {
	ID      string `json:"id"`
	Owner   string `json:"owner,omitempty"`
	BaseURL string `json:"base_url"`
	KYCURL  string `json:"kyc_url"`
	K2URL   string `json:"k2_url"`
	ABSURL  string `json:"abs_url"`
	// DirectURL is BaseURL at the process that has the sandbox, where several processes share them.
	DirectURL string            `json:"direct_url,omitempty"`
	Token     string            `json:"token,omitempty"` // shown once, when the sandbox is made
	Seed      uint64            `json:"seed"`
	Clock     clock.Settings    `json:"clock"`
	Profile   map[string]string `json:"profile"`
	Created   time.Time         `json:"created"`
	Expires   string            `json:"expires"`
	Requests  int64             `json:"requests"` // since it was made
	// RequestsInRun are those since the last reset, scenario or snapshot; of a snapshot
	// those that it had, too.
	RequestsInRun uint64  `json:"requests_in_run"`
	Held          int     `json:"held"`
	Scenario      string  `json:"scenario,omitempty"` // in force
	Faults        int     `json:"faults"`             // live ones
	Chaos         float64 `json:"chaos"`              // share of requests
	Away          bool    `json:"away,omitempty"`     // it has left memory until the next request; the rest is as it was then
}

func (c *Control) describe(r *http.Request, sb *sandbox.Sandbox) sandboxInfo {
	run := sb.Run()
	in := run.Settings()
	return c.located(r, sb.Expires(), sandboxInfo{
		ID: sb.ID(), Owner: sb.Owner(), Seed: uint64(run.Seed), Clock: run.Clock.Settings(), Profile: in.Profile.Map(),
		Created: sb.Created(), Requests: sb.Requests(), RequestsInRun: run.Log.Numbered(), Held: sb.Held(),
		Scenario: in.Scenario.Name, Faults: len(in.Faults), Chaos: in.Chaos.Level(run.Clock.Now()),
	})
}

// describeAway describes a sandbox that has left memory, and leaves it there.
func (c *Control) describeAway(r *http.Request, a *sandbox.Away) sandboxInfo {
	now := c.opts.Pool.Now()
	return c.located(r, a.Expires(), sandboxInfo{
		ID: a.ID(), Owner: a.Owner(), Seed: a.Seed, Clock: a.Clock(now), Profile: a.Profile,
		Created: a.Created, Requests: a.Requests, RequestsInRun: a.RequestsInRun,
		Scenario: a.Scenario, Faults: a.Faults, Chaos: a.Chaos(now), Away: true,
	})
}

// located adds where a sandbox is, and when it expires.
func (c *Control) located(r *http.Request, expires time.Duration, info sandboxInfo) sandboxInfo {
	below := ""
	if info.ID != sandbox.DefaultID {
		below = "/s/" + info.ID
	}
	base := c.baseURL(r) + below
	info.BaseURL, info.KYCURL, info.K2URL, info.ABSURL = base, base, base, base+"/abs"
	if info.Expires = "never"; expires > 0 {
		info.Expires = expires.String()
	}
	if c.opts.Several != nil {
		info.DirectURL = "http://" + c.opts.Several.Address + below
	}
	return info
}

func (c *Control) baseURL(r *http.Request) string {
	if c.opts.PublicURL != "" {
		return strings.TrimSuffix(c.opts.PublicURL, "/")
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// listSandboxes of all processes, those that have left memory among them. Those of a process that
// doesn't answer are missing, and a header says so.
func (c *Control) listSandboxes(w http.ResponseWriter, r *http.Request) error {
	var infos []sandboxInfo
	here, away := c.opts.Pool.All()
	for _, sb := range here {
		infos = append(infos, c.describe(r, sb))
	}
	for _, a := range away {
		infos = append(infos, c.describeAway(r, a))
	}
	all := c.listed(infos)
	if c.opts.Several != nil {
		lists, silent := c.opts.Several.Sandboxes(r)
		all = merged(append(lists, all...))
		if len(silent) > 0 {
			w.Header().Set("Sim-Finding", "not all sandboxes are listed: no answer from "+strings.Join(silent, ", "))
		}
	}
	writeJSON(w, http.StatusOK, all)
	return nil
}

// merged are sandboxes in the order of their ids. One that moved meanwhile is listed once, by the last.
func merged(all []json.RawMessage) []json.RawMessage {
	byID := map[string]json.RawMessage{}
	for _, raw := range all {
		var of struct{ ID string }
		if json.Unmarshal(raw, &of) == nil {
			byID[of.ID] = raw
		}
	}
	sorted := make([]json.RawMessage, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		sorted = append(sorted, byID[id])
	}
	return sorted
}

// listed encodes sandboxes one by one. One that can't be encoded is logged and listed as
// {id, error}, so that the others are listed, too.
func (c *Control) listed(infos []sandboxInfo) []json.RawMessage {
	list := make([]json.RawMessage, len(infos))
	for i, info := range infos {
		raw, err := contract.Encode(info)
		if err != nil {
			c.opts.Log.Error("a sandbox can't be listed", "sandbox", info.ID, "error", err)
			raw, _ = contract.Encode(map[string]string{"id": info.ID, "error": err.Error()}) // texts always encode
		}
		list[i] = raw
	}
	return list
}

func (c *Control) getSandbox(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return 0, c.describe(r, sb), nil
}

func (c *Control) createSandbox(r *http.Request) (int, any, error) {
	var spec sandboxSpec
	if err := read(r, &spec); err != nil {
		return 0, nil, err
	}
	return c.create(r, spec)
}

// create needs the control token: the token of a sandbox may not make sandboxes, nor
// set where deliveries go.
func (c *Control) create(r *http.Request, spec sandboxSpec) (int, any, error) {
	if !c.opts.Access.opensAll(r) {
		return 0, nil, errNoToken()
	}
	cfg, err := c.config(spec)
	if err != nil {
		return 0, nil, err
	}
	if cfg.Scenario, err = c.starting(spec.Scenario); err != nil {
		return 0, nil, err
	}
	to := delivery.Targets{Endpoints: spec.Deliver, Systems: spec.Targets}
	if cfg.Scenario != nil {
		to = to.Over(cfg.Scenario.Targets)
	}
	addresses, err := c.opts.Delivery.Resolve(to)
	if err != nil {
		return 0, nil, targetProblem(err)
	}
	cfg.Targets, cfg.Calls = addresses.Operations(), sandbox.Calls(to)
	sb, err := c.opts.Pool.Create(cfg)
	if err != nil {
		return 0, nil, scenarioProblem(err)
	}
	c.opts.Delivery.Open(sb, addresses)
	if cfg.Scenario != nil {
		tell(sb.Run())
	}
	info := c.describe(r, sb)
	info.Token = sb.Token()
	return http.StatusCreated, info, nil
}

// targetProblem is the refusal of a target.
func targetProblem(err error) error {
	status := http.StatusBadRequest
	var refused delivery.Refused
	if errors.As(err, &refused) {
		status = http.StatusForbidden
	}
	refusal := problem.New(status, "%w", err)
	var wrong delivery.Misdirected
	if errors.As(err, &wrong) {
		refusal = refusal.With("pointer", "/"+wrong.In)
	}
	return refusal
}

// putSandbox is idempotent: a sandbox that exists stays as it is.
func (c *Control) putSandbox(r *http.Request) (int, any, error) {
	var spec sandboxSpec
	if err := read(r, &spec); err != nil {
		return 0, nil, err
	}
	id := r.PathValue("sandbox")
	if spec.ID != "" && spec.ID != id {
		return 0, nil, problem.New(http.StatusBadRequest, "the body's id %q is not the path's %q", spec.ID, id)
	}
	spec.ID = id
	if !c.opts.Access.opensAll(r) {
		if len(spec.Deliver)+len(spec.Targets) > 0 {
			return 0, nil, problem.New(http.StatusForbidden, "the token of a sandbox can't say where its services call; the control token can").
				With("pointer", "/deliver")
		}
		return c.existing(r)
	}
	status, info, err := c.create(r, spec)
	if errors.Is(err, sandbox.ErrExists) {
		return c.existing(r)
	}
	return status, info, err
}

// existing describes the sandbox of the path.
func (c *Control) existing(r *http.Request) (int, any, error) {
	sb, err := c.sandboxOf(r)
	if err != nil {
		return 0, nil, err
	}
	return 0, c.describe(r, sb), nil
}

func (c *Control) config(spec sandboxSpec) (sandbox.Config, error) {
	cfg := sandbox.Config{ID: spec.ID, Owner: spec.Owner, Seed: DefaultSeed}
	if spec.Seed != nil {
		cfg.Seed = chance.Seed(*spec.Seed)
	}
	if spec.Clock != nil {
		cfg.Clock = *spec.Clock
	}
	profile, err := c.opts.Table.Profile(spec.Profile)
	if err != nil {
		return cfg, problem.New(http.StatusBadRequest, "profile: %v", err)
	}
	cfg.Profile = profile
	switch spec.Expires {
	case "":
	case "never":
		cfg.Expires = -1
	default:
		cfg.Expires, err = time.ParseDuration(spec.Expires)
		if err != nil || cfg.Expires <= 0 {
			return cfg, problem.New(http.StatusBadRequest, "expires is a duration such as 30m, or never, not %q%s", spec.Expires,
				spelt(spec.Expires, time.ParseDuration))
		}
	}
	return cfg, nil
}

// deleteSandbox deletes the sandbox that the token opens, and none that was made
// under the same id afterwards.
func (c *Control) deleteSandbox(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	if err := c.opts.Pool.Remove(sb); err != nil {
		return 0, nil, c.unknownSandbox(r, sb.ID())
	}
	return 0, nil, nil
}

func (c *Control) resetSandbox(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	run, err := sb.Reset()
	if err != nil {
		return 0, nil, snapshotProblem(http.StatusUnprocessableEntity, err)
	}
	if in := run.Settings(); in.Scenario.Name != "" || len(in.Faults) > 0 || in.Chaos.IsOn() {
		tell(run)
	}
	return 0, c.describe(r, sb), nil
}
