package main

import (
	"flag"
	"io"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/gateway"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/simulator"
)

// serveConfig is the settings of `sim serve`.
type serveConfig struct {
	addr, controlAddr      string
	token, publicURL       string
	tls                    bool
	tlsAddr, tlsDir        string
	tlsHosts               []string
	log, logLevel          string
	maxBody, memory        int64
	maxState, stateMemory  int64
	bodyMemory             int64
	connections            simulator.Connections
	expires                time.Duration
	held                   int
	rate                   float64
	seed                   uint64
	clock                  clock.Settings
	noDefault, autoSandbox bool
	showPersonalData       bool
	scenario, state        string
	stateSync              string
	stateInterval          time.Duration
	set                    []string
	store                  string
	storeAddress           string
	storeWait              bool
	storeLease             time.Duration
	storeIdle              time.Duration
	storeJournal           time.Duration
	watch                  bool
	chaos                  float64
	calls                  calls
	reach                  delivery.Reach
	printConfig            bool
}

func (cfg *serveConfig) flags() *flag.FlagSet {
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	cfg.addr, cfg.tlsAddr = "127.0.0.1:8080", "127.0.0.1:8443"
	f.Var(address(&cfg.addr), "addr", "address to listen on, or a port of this machine alone; port 0 takes a free one")
	f.Var(address(&cfg.controlAddr), "control-addr", "address of a listener of its own for the control API and the console; the other addresses are then without /_sim/")
	f.Var(secret{&cfg.token}, "control-token", "token of the control API, of 16 characters or more; needed, and made if not given, on an address that isn't loopback")
	f.StringVar(&cfg.publicURL, "public-url", "", "address under which clients see the simulator, if not by the Host they send")
	f.Int64Var(&cfg.maxBody, "max-body", gateway.DefaultMaxBody, "bytes that a request's body may have")
	f.IntVar(&cfg.connections.Max, "max-connections", 0, "connections that clients may have open at once; 0 for half of the descriptors that the process may have, at most 5120")
	f.DurationVar(&cfg.connections.Idle, "idle-timeout", simulator.DefaultIdle, "time after which a connection without a request is closed")
	f.DurationVar(&cfg.connections.Header, "header-timeout", simulator.DefaultHeader, "time within which a client has to send the headers of a request")
	f.DurationVar(&cfg.connections.Write, "write-timeout", simulator.DefaultWrite, "time after which an answer that the client doesn't take is broken off; it begins anew with each 64 KiB that go out")
	f.Int64Var(&cfg.memory, "memory", sandbox.DefaultMemory, "bytes that the journals of all sandboxes may take together")
	f.Int64Var(&cfg.bodyMemory, "body-memory", gateway.DefaultBodies, "bytes that the bodies of all requests under way may take together")
	f.Int64Var(&cfg.maxState, "max-state", sandbox.DefaultState, "bytes that the state of a sandbox may take; what would add to it is then answered 507")
	f.Int64Var(&cfg.stateMemory, "state-memory", sandbox.DefaultStates, "bytes that the states of all sandboxes may take together")
	f.DurationVar(&cfg.expires, "expires", sandbox.DefaultExpires, "idle time after which a sandbox goes")
	f.IntVar(&cfg.held, "max-held", sandbox.DefaultHeld, "requests that a sandbox may hold open at once")
	f.Float64Var(&cfg.rate, "max-rate", 0, "requests a second that a sandbox may get; 0 for no limit")
	f.Uint64Var(&cfg.seed, "seed", control.DefaultSeed, "seed of the default sandbox; outweighs its scenario's if it is given")
	f.Var(clockValue{&cfg.clock}, "clock", "how time passes in the default sandbox: "+clockUsage)
	zoneFlag(f, &cfg.clock.Zone)
	f.BoolVar(&cfg.noDefault, "no-default", false, "refuse requests that name no sandbox")
	f.BoolVar(&cfg.autoSandbox, "auto-sandbox", false, "make a sandbox that a request names and that isn't there")
	f.BoolVar(&cfg.showPersonalData, "show-personal-data", false, "show people in the journal as they are, on an address that isn't loopback, too")
	f.StringVar(&cfg.scenario, "scenario", "", "scenario of the default sandbox: a file, or a name in the library")
	setFlag(f, &cfg.set)
	f.BoolVar(&cfg.watch, "watch", false, "put the scenario's file in force again when it changes; the state stays")
	f.Float64Var(&cfg.chaos, "chaos", 0, "share of the default sandbox's requests that end in a documented error or a broken connection")
	cfg.calls.flags(f)
	f.Var(list{values: &cfg.reach.Allow}, "deliver-allow", "the only hosts, host:port and networks (10.0.0.0/8) that deliveries may go to, with commas between them; empty for all but those that are always refused")
	f.Var(secret{&cfg.reach.Proxy}, "deliver-proxy", "URL of a proxy that deliveries go through; HTTP_PROXY and its like are not looked at")
	f.StringVar(&cfg.state, "state", "", "file that the sandboxes are kept in: read at the start if it is there, written as things change")
	f.DurationVar(&cfg.stateInterval, "state-interval", simulator.DefaultInterval, "how long changes are collected that are written to the file of --state together, and to the database of --store without --store-wait")
	cfg.stateSync = string(commitlog.Group)
	f.Var(choiceOf(&cfg.stateSync, string(commitlog.Always), string(commitlog.Group), string(commitlog.Never)), "state-sync", stateSyncUsage)
	cfg.storeFlags(f)
	f.BoolVar(&cfg.tls, "tls", false, "serve https as well, with certificates of an authority of the simulator's own")
	f.Var(address(&cfg.tlsAddr), "tls-addr", "address for https")
	f.StringVar(&cfg.tlsDir, "tls-dir", "", "folder of that authority, which is made there on first use; empty for one among the user's settings")
	f.Var(list{values: &cfg.tlsHosts}, "tls-hosts", "hosts for the certificate beside kyc.biometric.kz and localhost, with commas between them")
	logFlags(f, &cfg.log, &cfg.logLevel)
	addConfigFlag(f)
	f.BoolVar(&cfg.printConfig, "print-config", false, "say what is in force and where it comes from, and serve nothing")
	tellRanges(f)
	return f
}

const clockUsage = "real, frozen or a speed such as 60x, then @ and the instant to start at, if not now; outweighs the scenario's if it is given"

const stateSyncUsage = "when the file of --state is on the disk: always (an answer waits for what it changed), group (after --state-interval), never (when the system sees fit)"

func setFlag(f *flag.FlagSet, set *[]string) {
	f.Var(list{values: set}, "set", "NAME=VALUE: a var of the scenario in place of its own, such as n=10, with commas between several")
}

func zoneFlag(f *flag.FlagSet, zone *string) {
	*zone = clock.DefaultZone
	f.Var(zoneValue(zone), "zone", "time zone of the sandbox's clock; outweighs the scenario's if it is given")
}

func logFlags(f *flag.FlagSet, form, level *string) {
	*form, *level = "text", "warn"
	f.Var(choiceOf(form, logForms...), "log", "form of the log on standard error: "+strings.Join(logForms, " or "))
	f.Var(choiceOf(level, logLevels...), "log-level", "least weight of what is logged: "+strings.Join(logLevels, ", "))
}

// unsettled flags have no place in a file of settings.
var unsettled = map[string]bool{"config": true, "print-config": true}

const printedHead = `What is in force for sim serve. Of several sources the last wins:
the default, the file of settings, the environment, the flag.`

// print what is in force, as a file of settings with the sources as remarks.
// Secrets are left out.
func (s *settings) print(w io.Writer) error {
	section := &yaml.Node{Kind: yaml.MappingNode}
	section.FootComment = s.secrets()
	s.flags.VisitAll(func(f *flag.Flag) {
		if _, hidden := plainValue(f).(secret); hidden || unsettled[f.Name] {
			return
		}
		key, value := word(settingName(f)), valueNode(f)
		value.LineComment = s.origin(f)
		section.Content = append(section.Content, key, value)
	})
	version := word("version")
	version.HeadComment = printedHead
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	return enc.Encode(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
		version, {Kind: yaml.ScalarNode, Tag: "!!int", Value: "1"}, word(s.flags.Name()), section,
	}})
}

func word(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

// settingName is a flag's name in a file of settings.
func settingName(f *flag.Flag) string { return strings.ReplaceAll(f.Name, "-", "_") }

func valueNode(f *flag.Flag) *yaml.Node {
	n := &yaml.Node{}
	switch v := plainValue(f).(type) {
	case list:
		n.Kind, n.Style = yaml.SequenceNode, yaml.FlowStyle
		for _, item := range *v.values {
			n.Content = append(n.Content, word(item))
		}
	case flag.Getter:
		switch got := v.Get().(type) {
		case time.Duration:
			return word(got.String())
		default:
			_ = n.Encode(got) // a number, a truth value or a text
		}
	default:
		return word(v.String())
	}
	return n
}

// origin of a setting, in words.
func (s *settings) origin(f *flag.Flag) string {
	if s.from[f.Name] == byDefault {
		return "default"
	}
	return s.where[f.Name]
}

// secrets that are set, in words.
func (s *settings) secrets() string {
	var lines []string
	s.flags.VisitAll(func(f *flag.Flag) {
		if v, ok := plainValue(f).(secret); ok && *v.value != "" {
			lines = append(lines, settingName(f)+" is set, by "+s.origin(f)+", and not shown")
		}
	})
	return strings.Join(lines, "\n")
}
