package delivery

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// Targets are where a sandbox's services call.
type Targets struct {
	// Endpoints are whole URLs of what is pushed, by operation.
	Endpoints map[string]string
	// Systems are names of systems that the process knows, or base URLs, by service or by
	// operation: the target of an operation goes before that of its service, and an
	// endpoint before both. A base URL is what the path of an operation follows, without
	// the service's own prefix: https://bank.example/abs.
	Systems map[string]string
}

// Over systems of a scenario, which are called where the targets name no system.
func (t Targets) Over(systems map[string]string) Targets {
	all := maps.Clone(systems)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, t.Systems)
	t.Systems = all
	return t
}

// System is another system that the process can call, under a name.
type System struct {
	URL           string      // its base
	Authorization string      // header that each call has; empty for none
	Header        http.Header // others that each call has; the journal shows their names alone
	CA            []byte      // certificates in PEM form of the authorities that its own may be of; nil for the machine's
}

// ParseEndpoints reads endpoints as commands take them: OPERATION=URL.
func ParseEndpoints(texts []string) (map[string]string, error) {
	return parsePairs("deliver", "OPERATION=URL", texts)
}

// ParseCalls reads a sandbox's targets as commands take them: SERVICE=NAME or OPERATION=NAME.
func ParseCalls(texts []string) (map[string]string, error) {
	return parsePairs("call", "SERVICE=NAME or OPERATION=NAME", texts)
}

// ParseSystems reads systems as commands take them, NAME=URL; of returns the other settings of
// a name.
func ParseSystems(texts []string, of func(name string) (System, error)) (map[string]System, error) {
	urls, err := parsePairs("target", "NAME=URL", texts)
	if err != nil {
		return nil, err
	}
	systems := map[string]System{}
	for name, at := range urls {
		system, err := of(name)
		if err != nil {
			return nil, fmt.Errorf("target %s: %w", name, err)
		}
		system.URL = at
		systems[name] = system
	}
	return systems, nil
}

func parsePairs(flag, form string, texts []string) (map[string]string, error) {
	pairs := map[string]string{}
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		switch {
		case !ok || name == "":
			return nil, fmt.Errorf("%s: %q is not %s", flag, text, form)
		case pairs[name] != "":
			return nil, fmt.Errorf("%s: %s is given twice", flag, name)
		}
		pairs[name] = value
	}
	return pairs, nil
}

// Addresses are targets that have been looked up: where each operation is called.
type Addresses map[string]address

// Operations that can be called.
func (a Addresses) Operations() map[string]bool {
	operations := map[string]bool{}
	for operation := range a {
		operations[operation] = true
	}
	return operations
}

type address struct {
	url           string
	sandbox       string // that is called within the process; empty for another system
	shown         string // without its password and keys
	authorization string
	header        http.Header  // of the system
	client        *http.Client // that knows the system's authorities; nil for that of all callers
}

// target is the scheme and host, or sandbox:ID.
func (a address) target() string {
	if a.sandbox != "" {
		return sandboxScheme + a.sandbox
	}
	at, err := url.Parse(a.url)
	if err != nil {
		return ""
	}
	return at.Scheme + "://" + at.Host
}

// withoutSecrets are the headers of a call as they may be shown.
func (a address) withoutSecrets(all http.Header) http.Header {
	if len(a.header) == 0 {
		return all
	}
	shown := all.Clone()
	for name := range a.header {
		shown.Set(name, "***")
	}
	return shown
}

// with a query beside the address's own.
func (a address) with(query string) string {
	switch {
	case query == "":
		return a.url
	case strings.Contains(a.url, "?"):
		return a.url + "&" + query
	}
	return a.url + "?" + query
}

// Misdirected is the error of targets that are wrong. It wraps a Refused where calls may not
// go to one.
type Misdirected struct {
	In  string // what gives them: deliver for endpoints, targets for systems
	Err error
}

func (m Misdirected) Error() string { return m.In + ": " + m.Err.Error() }

// Unwrap lets a Refused be found.
func (m Misdirected) Unwrap() error { return m.Err }

const (
	inEndpoints = "deliver"
	inSystems   = "targets"
)

// Resolve the address of each operation that has a target. The error is a Misdirected.
// What a host's name resolves to is judged when it is connected to.
func (o *Callers) Resolve(to Targets) (Addresses, error) {
	if err := o.checkWords(to); err != nil {
		return nil, err
	}
	addresses := Addresses{}
	for _, id := range o.asked {
		op, _ := o.table.Operation(id) // New has looked for it
		name, given := to.Systems[id]
		if !given {
			name, given = to.Systems[op.Service().Name]
		}
		if !given {
			continue
		}
		system, known := o.systems[name]
		if !known {
			system = System{URL: name}
		}
		at := system.address(op)
		at.client = o.clients[name]
		addresses[id] = at
	}
	for operation, at := range to.Endpoints {
		addresses[operation] = address{url: at, shown: withoutSecrets(at)}
		if id, is := strings.CutPrefix(at, sandboxScheme); is {
			op, _ := o.table.Operation(operation) // checkWords has looked for it
			addresses[operation] = withinProcess(id, op)
		}
	}
	for _, operation := range slices.Sorted(maps.Keys(addresses)) {
		if err := o.checkAddress(addresses[operation]); err != nil {
			in := inSystems
			if _, is := to.Endpoints[operation]; is {
				in = inEndpoints
			}
			return nil, Misdirected{in, fmt.Errorf("%s: %w", operation, err)}
		}
	}
	return addresses, nil
}

// checkWords of targets: operations, services and names of systems.
func (o *Callers) checkWords(to Targets) error {
	var pushed, services []string
	for _, p := range o.pushes {
		pushed = append(pushed, p.Operation)
	}
	for _, id := range o.asked {
		op, _ := o.table.Operation(id)
		services = append(services, op.Service().Name)
	}
	for _, operation := range slices.Sorted(maps.Keys(to.Endpoints)) {
		if err := checkWord(inEndpoints, operation, pushed); err != nil {
			return err
		}
	}
	for _, called := range slices.Sorted(maps.Keys(to.Systems)) {
		if err := checkWord(inSystems, called, slices.Concat(services, o.asked)); err != nil {
			return err
		}
		name := to.Systems[called]
		isSandbox := strings.HasPrefix(name, sandboxScheme)
		if _, known := o.systems[name]; !known && !isSandbox && !strings.Contains(name, "://") {
			return Misdirected{inSystems, fmt.Errorf("%s: the process knows no system %q: name it with --target, or give a URL or sandbox:ID", called, name)}
		}
	}
	return nil
}

func checkWord(in, word string, known []string) error {
	if slices.Contains(known, word) {
		return nil
	}
	return Misdirected{in, fmt.Errorf("nothing is sent to %q; did you mean %q?", word, document.Nearest(word, known))}
}

// address of an operation of the system.
func (s System) address(op *contract.Operation) address {
	if id, is := strings.CutPrefix(s.URL, sandboxScheme); is {
		return withinProcess(id, op)
	}
	at := strings.TrimSuffix(s.URL, "/") + "/" + strings.TrimPrefix(op.Path, op.Service().Prefix)
	return address{url: at, shown: withoutSecrets(at), authorization: s.Authorization, header: s.Header}
}

func (o *Callers) checkURL(text string) error {
	at, err := url.Parse(text)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return fmt.Errorf("%q is no http or https URL, nor sandbox:ID", text)
	}
	return o.reach.checkURL(at)
}

// checkSystems judges the systems that sandboxes may name, and makes the clients of those that
// have authorities of their own.
func (o *Callers) checkSystems() error {
	for _, name := range slices.Sorted(maps.Keys(o.systems)) {
		at := o.systems[name].URL
		if u, err := url.Parse(at); err == nil && u.User != nil {
			return fmt.Errorf("target %s: a URL has no password here: give the header in SIM_TARGET_…_AUTHORIZATION", name)
		}
		if id, is := strings.CutPrefix(at, sandboxScheme); is && sandbox.CheckID(id) == nil {
			continue
		}
		if err := o.checkURL(at); err != nil {
			return fmt.Errorf("target %s: %w", name, err)
		}
		if strings.Contains(at, "?") {
			return fmt.Errorf("target %s: a base URL has no query", name)
		}
		if pem := o.systems[name].CA; pem != nil {
			roots := x509.NewCertPool()
			if !roots.AppendCertsFromPEM(pem) {
				return fmt.Errorf("target %s: its CA holds no certificate in PEM form", name)
			}
			o.clients[name] = o.clientOf(&tls.Config{RootCAs: roots})
		}
	}
	return nil
}

// withoutSecrets is a URL as it may be shown.
func withoutSecrets(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return journal.RedactedURL(at.Redacted())
}
