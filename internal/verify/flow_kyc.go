package verify

import (
	"slices"

	"github.com/kzsim/kzsim/internal/verify/target"
)

// addressConsent asks a subject for the address, fetches it, and tries to fetch
// it again.
func addressConsent(p *performance) {
	asked, subject := p.askForAddress()
	if asked.is("pending") {
		asked = p.waitForConsent(asked, subject)
	}
	op, _ := p.opts.Table.Operation("kyc.address.get")
	if !asked.is("valid") {
		p.skip(op, "the subject has not approved the request")
		return
	}
	fields := map[string]any{"backend_session_id": asked.text("backend_session_id")}
	fetch := step{operation: op.ID, name: "fetch the address", subject: subject, fields: fields, want: "found"}
	if !p.take(fetch).is("found") {
		return
	}
	fetch.name, fetch.want = "fetch it again", "already-received"
	p.take(fetch)
}

// askForAddress asks the first subject of whom there is an address.
func (p *performance) askForAddress() (verdict, target.Subject) {
	var asked verdict
	var subject target.Subject
	for _, subject = range p.subjects("kyc") {
		asked = p.take(step{operation: "kyc.address.approve", name: "ask for the address", subject: subject})
		if asked.is("pending", "valid") {
			break
		}
	}
	return asked, subject
}

// waitForConsent polls as a client does, until the subject has answered.
func (p *performance) waitForConsent(asked verdict, s target.Subject) verdict {
	if err := p.person("kyc").Approve(p.ctx, s.IIN, s.Phone); err != nil {
		op, _ := p.opts.Table.Operation("kyc.address.approve")
		p.skip(op, err.Error())
		return asked
	}
	session := asked.text("backend_session_id")
	until := p.opts.Clock.Now().Add(p.opts.Target.Wait)
	for {
		asked = p.take(step{operation: "kyc.address.approve", name: "ask again", subject: s, quiet: true})
		if asked.outcome == nil || asked.text("backend_session_id") != session && session != "" {
			break
		}
		if !asked.is("pending") || p.opts.Clock.Now().After(until) {
			return asked
		}
		if p.client.pause(p.ctx, p.opts.Target.Poll) != nil {
			return asked
		}
	}
	if asked.outcome != nil {
		p.complain(complaint{
			operation: "kyc.address.approve", name: "ask again", path: "/backend_session_id", expected: "the same session, " + session,
			seen: asked.text("backend_session_id"), quote: `"backend_session_id": "f1b5887b-5f91-417a-bf04-bb45fe28cc4e"`,
			ledger: []int{75}, assumed: true,
		})
	}
	return asked
}

// electronicDocument gets a document in each form that a file may have, and
// tries to get it again.
func electronicDocument(p *performance) {
	subject := p.subjects("kyc")[0]
	op, _ := p.opts.Table.Operation("kyc.edocument.request")
	kind := op.Variants.Values[0]
	if len(subject.Documents) > 0 {
		kind = subject.Documents[0]
	}
	if !slices.Contains(op.Variants.Values, kind) {
		p.skip(op, "the subject's documents begin with "+kind+", which is no type of document")
		return
	}
	forms := []documentForm{{"pdf", true, "document-pdf"}, {"image", true, "document-image"}, {"pdf", false, "document"}}
	if !p.client.simulator["kyc"] {
		forms = forms[:1] // each costs a message and a person's time
	}
	for _, form := range forms {
		p.getDocument(kind, form)
	}
}

// documentForm is what is asked of a document.
type documentForm struct {
	fileType string
	file     bool
	want     string
}

func (p *performance) getDocument(kind string, form documentForm) {
	name := form.want + " of " + kind
	asked := p.take(step{
		operation: "kyc.edocument.request", name: "ask for a " + name, fields: map[string]any{"document_type": kind}, want: "requested",
	})
	if !asked.is("requested") {
		return
	}
	op, _ := p.opts.Table.Operation("kyc.edocument.approve")
	code, err := p.person("kyc").Code(p.ctx, p.subjects("kyc")[0].Phone)
	if err != nil {
		p.skip(op, err.Error())
		return
	}
	approve := step{operation: op.ID, name: "get a " + name, want: form.want, fields: map[string]any{
		"backend_session_id": asked.text("backend_session_id"), "code": code, "file": form.file, "file_type": form.fileType,
	}}
	got := p.take(approve)
	if !got.is(form.want) {
		return
	}
	approve.name, approve.want = "get it again", "already-received"
	p.take(approve)
}
