package scenario

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// The keys of what a step changes in the service's answer, beside its patch.
const (
	headersKey = "headers"
	padKey     = "pad"
)

// mostPad bounds how much longer a step makes an answer, in bytes.
const mostPad = 100 << 20

// changes are the keys of a step that change the service's answer.
func changes() []field {
	return []field{
		{name: headersKey, kind: changedHeaders, about: "Laid over the headers of the service's answer; `null` takes one away."},
		{name: padKey, kind: size(mostPad), about: "How much longer the body is: by spaces at its end, which are sent piece by piece and take no memory."},
	}
}

var changedHeaders = definition{name: "changed headers", kind: &named{
	what: "a mapping of header names and values, such as {X-New: \"1\", Date: null}", words: "mapping",
	key: ownHeader(), of: nullable{headerText()}, none: "at least one header",
}}

// framing are the headers that say where an answer ends: the connection's own.
var framing = []string{"Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// ownHeader is the name of a header that a scenario may set.
func ownHeader() *scalar {
	s := formed("name", "a header's name", headerName, nil)
	plain := s.parse
	s.parse = func(p *checker, n node) (any, bool) {
		switch name := http.CanonicalHeaderKey(n.Value); {
		case slices.Contains(framing, name):
			p.refuse(n, quote(n.Value), "another header: this one belongs to the connection; a fault such as truncate breaks an answer off")
			return nil, false
		case strings.HasPrefix(name, "Sim-"):
			p.refuse(n, quote(n.Value), "another header: those with Sim- say what the simulator did")
			return nil, false
		}
		return plain(p, n)
	}
	return s
}

// nullable is a scalar, or nothing.
type nullable struct{ *scalar }

func (k nullable) is() string { return k.scalar.is() + " or `null`" }

func (k nullable) schema(w *schemaWriter) object {
	return either(k.scalar.schema(w), object{"type": "null"})
}

func (k nullable) read(p *checker, n node) value {
	if n.isNull() {
		return value{node: n}
	}
	return k.scalar.read(p, n)
}

var sizeForm = regexp.MustCompile(`^([1-9][0-9]{0,8})(B|KiB|MiB)?$`)

// size is a number of bytes, up to another.
func size(most int) *scalar {
	what := fmt.Sprintf("a size such as 512KiB or 20MiB, at most %dMiB", most>>20)
	s := formed("size, such as `20MiB`", what, sizeForm, object{"type": "integer", "minimum": 1, "maximum": most})
	return s.converted(func(m []string) (any, bool) {
		n, _ := strconv.Atoi(m[1]) // nine digits at most
		n *= map[string]int{"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20}[m[2]]
		return n, n <= most
	}, nil)
}

// stepChanges reads them, and returns their texts for an explanation.
func (p *checker) stepChanges(v value, s *Step, in *scope) []string {
	var words []string
	if list := v.at(headersKey); list.there() {
		s.Headers = p.headerTexts(list, in)
		words = append(words, "headers "+strings.Join(namesOf(list), ", "))
	}
	if pad := v.at(padKey); pad.scalar != nil {
		s.Pad = as[int](pad)
		words = append(words, "pad "+pad.Value)
	}
	return words
}

func namesOf(v value) []string {
	var names []string
	for _, e := range v.entries {
		names = append(names, e.key.Value)
	}
	return names
}

// headerTexts are texts, Templates, or nil where one is taken away.
func (p *checker) headerTexts(v value, in *scope) map[string]any {
	all := map[string]any{}
	for _, e := range v.entries {
		switch {
		case e.wrong:
		case e.isNull():
			all[e.key.Value] = nil
		default:
			all[e.key.Value] = p.scalar(e.node, schema.Text(), reading{scope: in})
		}
	}
	return all
}

// headersOf a step for a request: without values one that is taken away.
func headersOf(changed map[string]any, in *Values) (http.Header, error) {
	if len(changed) == 0 {
		return nil, nil
	}
	texts, err := in.resolve(changed)
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	for name, v := range texts.(map[string]any) {
		name = http.CanonicalHeaderKey(name)
		if v == nil {
			header[name] = nil
			continue
		}
		text := AsText(v)
		if !headerValue.MatchString(text) {
			return nil, fmt.Errorf("the header %s has the value %q, which HTTP can't carry", name, cut(text))
		}
		header[name] = []string{text}
	}
	return header, nil
}

// given of a step, with the values of a request in their places.
func (s *Step) givenFor(in *Values) ([]Given, error) {
	var all []Given
	for _, g := range s.Given {
		item, err := in.resolve(g.Item)
		if err != nil {
			return nil, err
		}
		g.Item = item
		all = append(all, g)
	}
	return all, nil
}

// happen performs what the step changes in the state first: what is given, and the event of the
// people whom a request is about. If there is nothing that the event applies to, the request
// goes on.
func (s *Step) happen(given []Given, c *contract.Call) error {
	if err := apply(s.table, given, c); err != nil {
		return err
	}
	if s.Subject == "" {
		return nil
	}
	for _, iin := range c.Subjects() {
		if err := s.event.Happen(c, iin); err != nil {
			c.Find(0, "", "subject: "+s.Subject+": "+err.Error())
		}
	}
	return nil
}
