package verify

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// checkAddresses finds addresses that no request can be sent to.
func checkAddresses(t target.Target) error {
	var all []error
	for _, name := range slices.Sorted(maps.Keys(t.Services)) {
		s := t.Services[name]
		if s.URL != "" {
			all = append(all, checkAddress("the address of "+name, s.URL, false))
		}
		for _, id := range slices.Sorted(maps.Keys(s.Operations)) {
			all = append(all, checkAddress("the address of "+id, s.Operations[id], true))
		}
	}
	return errors.Join(all...)
}

func checkAddress(of, address string, query bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("%s: found %q, expected a URL such as https://abs.bank.kz/services", of, address)
	case u.User != nil:
		return fmt.Errorf("%s: found credentials in the URL, expected none: a target file has headers for them", of)
	case u.RawQuery != "" && !query:
		return fmt.Errorf("%s: found the query ?%s, expected none: the paths of the operations are put behind the address", of, u.RawQuery)
	case u.Fragment != "":
		return fmt.Errorf("%s: found the fragment #%s, expected none", of, u.Fragment)
	}
	return nil
}

// nearestPath is what the simulator says beside the answer to an unknown path.
const nearestPath = "no operation has this path; the nearest is "

var sandboxPath = regexp.MustCompile(`^/s/[^/]+`)

// misplacedBy says what the address of a service should be, if the simulator
// answers that it has no operation at this path; empty otherwise.
func misplacedBy(op *contract.Operation, address string, header http.Header) string {
	nearest, is := strings.CutPrefix(header.Get("Sim-Finding"), nearestPath)
	u, err := url.Parse(address)
	if !is || err != nil {
		return ""
	}
	nearest, _, _ = strings.Cut(visible(nearest), " ")
	hint := fmt.Sprintf("%s is no operation of the simulator there; the nearest is %s", u.Path, nearest)
	if base, is := strings.CutSuffix(nearest, below(op)); is {
		u.Path, u.RawPath, u.RawQuery = sandboxPath.FindString(u.Path)+base, "", ""
		hint += fmt.Sprintf(": give %s as the address of %s", u, op.Service().Name)
	}
	return hint
}

// below is what stands behind a service's address in an operation's.
func below(op *contract.Operation) string {
	if op.Service().Name == "abs" {
		return "/" + strings.TrimPrefix(op.Path, op.Service().Prefix)
	}
	return op.Path
}

// pathHint reports an address that has the beginning of the operations' paths at
// its end, where it would stand twice; empty otherwise.
func pathHint(table *contract.Table, address, service string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := strings.TrimSuffix(u.Path, "/")
	for _, op := range table.Operations() {
		if op.Service().Name != service {
			continue
		}
		for part := strings.TrimSuffix(below(op), "/"); part != ""; part = part[:strings.LastIndex(part, "/")] {
			if base, is := strings.CutSuffix(path, part); is {
				u.Path, u.RawPath = base, ""
				return fmt.Sprintf("the address ends in %s, with which the path of %s begins: give %s", part, op.ID, u)
			}
		}
	}
	return ""
}
