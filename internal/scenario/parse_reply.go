package scenario

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/schema"
)

// reply is an answer that the scenario writes itself. Unless it says that it is
// off the contract it has to be an answer that each of the operations could give.
func (p *checker) reply(n node, ops []*contract.Operation, offContract bool) *Reply {
	fields, ok := p.fields(n, "a reply: a mapping with status, headers, body", "status", "headers", "body")
	if !ok {
		return nil
	}
	r := &Reply{Status: http.StatusOK, Header: http.Header{}}
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
		for _, op := range ops {
			if !p.full() {
				p.checkReply(n, at, op, r)
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
func (p *checker) replyBody(n node, ops []*contract.Operation, r *Reply) {
	media := "text/plain; charset=utf-8"
	if n.Kind == yaml.ScalarNode && !n.isNull() {
		r.Body = []byte(n.Value)
		if _, err := contract.ParseBody(r.Body); err == nil {
			media = "application/json"
		}
	} else {
		var shapes []schema.Shape
		for _, o := range candidates(ops, r.Status) {
			shapes = append(shapes, p.shapes.Of(o.Schema))
		}
		media = "application/json"
		encoded, err := contract.Encode(p.value(n, schema.Any(shapes...), reading{}))
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
func (p *checker) checkReply(n, body node, op *contract.Operation, r *Reply) {
	class := p.table.Classify(op, contract.Answer{Status: r.Status, Body: r.Body})
	switch {
	case len(class.Outcomes) == 0:
		p.refuse(n, fmt.Sprintf("a reply with the status %d", r.Status), fmt.Sprintf("a status of %s (%s)%s", op.ID, statuses(op), orOffContract))
	case len(class.Problems) > 0:
		problem := class.Problems[0]
		found, expected := inWords(problem)
		p.refuseValue(body, contract.Problem{
			Path: problem.Path, Found: found,
			Expected: fmt.Sprintf("%s, as %s answers with the status %d%s", expected, op.ID, r.Status, orOffContract),
		})
	}
}
