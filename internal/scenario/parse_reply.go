package scenario

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario/shape"
)

// reply is an answer that the scenario writes itself. Unless it says that it is
// off the contract it has to be an answer that each of the operations could give.
func (p *checker) reply(n node, ops []*contract.Operation, offContract bool) *sandbox.Reply {
	fields, ok := p.fields(n, "a reply: a mapping with status, headers, body", "status", "headers", "body")
	if !ok {
		return nil
	}
	r := &sandbox.Reply{Status: http.StatusOK, Header: http.Header{}}
	if e := fields["status"]; e.Node != nil {
		r.Status = p.replyStatus(e.node)
	}
	if e := fields["headers"]; e.Node != nil {
		r.Header = p.headers(e.node)
	}
	body := fields["body"]
	if body.Node != nil {
		p.replyBody(body.node, ops, r)
	}
	if !offContract {
		at := n
		if body.Node != nil {
			at = body.node
		}
		written := written{Reply: r, misfits: map[string]misfit{}}
		written.value, written.err = contract.ParseBody(r.Body)
		for _, op := range ops {
			if !p.full() {
				p.checkReply(n, at, op, written)
			}
		}
	}
	return r
}

func (p *checker) replyStatus(n node) int {
	status, err := strconv.Atoi(n.Value)
	if err != nil || status < 200 || status > 599 {
		p.refuse(n, n.describe(), "an HTTP status from 200 to 599")
		return http.StatusOK
	}
	return status
}

// What HTTP takes for a header (RFC 9110, 5.1 and 5.5).
var (
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	headerValue = regexp.MustCompile(`^[^\x00-\x08\x0a-\x1f\x7f]*$`)
)

func (p *checker) headers(n node) http.Header {
	header := http.Header{}
	entries, _ := p.entries(n, "a mapping of header names and values")
	for _, e := range entries {
		value, ok := p.text(e.node, "a header's value")
		switch {
		case !ok:
		case !headerName.MatchString(e.key.Value) || !headerValue.MatchString(value):
			p.refuse(node{e.key, n.path}, quote(e.key.Value+": "+value), "a header that HTTP can carry")
		default:
			header.Set(e.key.Value, value)
		}
	}
	return header
}

// replyBody is sent as it is written if it is a text, else as JSON.
func (p *checker) replyBody(n node, ops []*contract.Operation, r *sandbox.Reply) {
	media := "text/plain; charset=utf-8"
	if n.Kind == yaml.ScalarNode && !n.isNull() {
		r.Body = []byte(n.Value)
		if _, err := contract.ParseBody(r.Body); err == nil {
			media = "application/json"
		}
	} else {
		var shapes []shape.Shape
		for _, o := range candidates(ops, r.Status) {
			shapes = append(shapes, p.shapes.Of(o.Schema))
		}
		media = "application/json"
		encoded, err := contract.Encode(p.value(n, shape.Any(shapes...), reading{}))
		if err != nil {
			p.refuse(n, err.Error(), "a body")
		}
		r.Body = encoded
	}
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", media)
	}
}

// candidates are the outcomes that have a status.
func candidates(ops []*contract.Operation, status int) []contract.Outcome {
	var all []contract.Outcome
	for _, op := range ops {
		for _, o := range op.Outcomes {
			if o.Status == status {
				all = append(all, o)
			}
		}
	}
	return all
}

const orOffContract = "; or off_contract: true beside the reply, if it is wrong on purpose"

// checkReply refuses a reply that an operation could never give.
func (p *checker) checkReply(n, body node, op *contract.Operation, r written) {
	fitting := candidates([]*contract.Operation{op}, r.Status)
	if len(fitting) == 0 {
		p.refuse(n, fmt.Sprintf("a reply with the status %d", r.Status), fmt.Sprintf("a status of %s (%s)%s", op.ID, statuses(op), orOffContract))
		return
	}
	problem, fewest := contract.Problem{}, 0
	for _, o := range fitting {
		first, count := p.misfit(o, r)
		if count == 0 {
			return
		}
		if fewest == 0 || count < fewest {
			problem, fewest = first, count
		}
	}
	found, expected := inWords(problem)
	problem = contract.Problem{
		Path: problem.Path, Found: found,
		Expected: fmt.Sprintf("%s, as %s answers with the status %d%s", expected, op.ID, r.Status, orOffContract),
	}
	p.refuseValue(body, problem)
}

// written is a reply with what its body says: it is decoded once for all outcomes.
type written struct {
	*sandbox.Reply
	value   any
	err     error
	misfits map[string]misfit // of the value, by schema
}

// misfit is the first thing that is wrong with a body, and how many there are.
type misfit struct {
	first contract.Problem
	count int
}

// misfit of a reply's body for an outcome; its count is 0 if the body fits.
func (p *checker) misfit(o contract.Outcome, r written) (contract.Problem, int) {
	switch {
	case o.Schema == "" && len(r.Body) == 0:
		return contract.Problem{}, 0
	case o.Schema == "":
		return contract.Problem{Found: "a body", Expected: "none: the answer is a file"}, 1
	case len(r.Body) == 0:
		return contract.Problem{Found: "no body", Expected: "a JSON body"}, 1
	case r.err != nil:
		return contract.Problem{Found: "a text that is not JSON", Expected: "a JSON body"}, 1
	}
	m, known := r.misfits[o.Schema]
	if !known {
		m.first, m.count = p.table.Schemas.First(o.Schema, r.value)
		r.misfits[o.Schema] = m
	}
	if problems := unsaid(o, r.value); m.count == 0 && len(problems) > 0 {
		return problems[0], len(problems)
	}
	return m.first, m.count
}

// unsaid are the code and the text of an outcome that a body doesn't carry: with
// other ones it would be another answer.
func unsaid(o contract.Outcome, value any) []contract.Problem {
	members, _ := value.(map[string]any)
	var problems []contract.Problem
	miss := func(what any) {
		problems = append(problems, contract.Problem{Expected: fmt.Sprintf("%v of the outcome %s", what, o.Name)})
	}
	says := func(wanted string) bool {
		for _, v := range members {
			if fmt.Sprint(v) == wanted {
				return true
			}
		}
		return false
	}
	if o.Code != 0 && fmt.Sprint(members["error_code"]) != fmt.Sprint(o.Code) {
		miss(fmt.Sprintf("the error_code %d", o.Code))
	}
	if o.Text != "" && !says(o.Text) {
		miss(fmt.Sprintf("the text %q", o.Text))
	}
	return problems
}
