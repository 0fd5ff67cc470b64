package verify

import (
	"slices"

	"github.com/kzsim/kzsim/internal/verify/target"
)

// addressConsent asks a subject for the address, fetches it, and tries to fetch
// it again.
func addressConsent(p *performance) {
	asked, subject := p.askForAddress()
	fetch := step{operation: "kyc.address.get", subject: subject}
	if asked.is("pending") {
		early := fetch.of(asked)
		early.name, early.want, early.lenient = "fetch it before the consent", "already-received", true
		p.take(early)
		asked = p.waitForConsent(asked, subject)
	}
	if !asked.is("valid") {
		p.skip(fetch.operation, "the subject has not approved the request")
		return
	}
	p.take(step{operation: "kyc.address.approve", name: "ask once more", subject: subject})
	fetch = fetch.of(asked)
	if p.fetchWrongly(fetch) {
		return // it is used up
	}
	fetch.name, fetch.want = "fetch the address", "found"
	if !p.take(fetch).is("found") {
		return
	}
	fetch.name, fetch.want = "fetch it again", "already-received"
	p.take(fetch)
}

// fetchWrongly tries a session that was made up, and the IIN of another. It reports
// whether an address was had so.
func (p *performance) fetchWrongly(fetch step) bool {
	fetch.want, fetch.lenient = "already-received", true
	other := fetch
	other.name, other.subject.IIN = "fetch it for another IIN", p.invent.digits(12, "iin")
	fetch.name, fetch.fields = "fetch it with a session that was made up", map[string]any{"backend_session_id": p.invent.uuid("session")}
	return p.take(fetch).is("found") || p.take(other).is("found")
}

// of the session that an answer names.
func (s step) of(opened verdict) step {
	s.fields = map[string]any{"backend_session_id": opened.session()}
	return s
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
		p.skip("kyc.address.approve", err.Error())
		return asked
	}
	session := asked.session()
	until := p.opts.Clock.Now().Add(p.opts.Target.Wait)
	for {
		asked = p.take(step{operation: "kyc.address.approve", name: "ask again", subject: s, quiet: true})
		if asked.outcome == nil || asked.session() != session && session != "" {
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
			seen: asked.session(), quote: `"backend_session_id": "f1b5887b-5f91-417a-bf04-bb45fe28cc4e"`,
			ledger: []int{75}, assumed: true,
		})
	}
	return asked
}

// electronicDocument gets a document in each form that a file may have, and
// tries to get it again. The subject's documents take the forms in turn.
func electronicDocument(p *performance) {
	subject := p.subjects("kyc")[0]
	op, _ := p.opts.Table.Operation("kyc.edocument.request")
	kinds := subject.Documents
	if len(kinds) == 0 {
		kinds = op.Variants.Values[:1]
	}
	forms := []documentForm{{"pdf", true, "document-pdf"}, {"image", true, "document-image"}, {"pdf", false, "document"}}
	if !p.client.simulator["kyc"] {
		forms = forms[:min(len(kinds), len(forms))] // each costs a message and a person's time
	}
	if unused := p.judge.memory.unused; len(unused) > 0 {
		p.tryAWrongCode(unused[0], forms[0])
	}
	for i, form := range forms {
		kind := kinds[min(i, len(kinds)-1)]
		if !slices.Contains(op.Variants.Values, kind) {
			p.skip(op.ID, "the subject's documents have "+kind+", which is no type of document")
			return
		}
		if !p.getDocument(kind, form) {
			return
		}
	}
}

// documentForm is what is asked of a document.
type documentForm struct {
	fileType string
	file     bool
	want     string
}

// getDocument reports whether nothing was wrong.
func (p *performance) getDocument(kind string, form documentForm) bool {
	name := form.want + " of " + kind
	asked := p.take(step{
		operation: "kyc.edocument.request", name: "ask for a " + name, fields: map[string]any{"document_type": kind}, want: "requested",
	})
	if !asked.is("requested") {
		return false
	}
	const operation = "kyc.edocument.approve"
	code, err := p.person("kyc").Code(p.ctx, p.subjects("kyc")[0].Phone)
	if err != nil {
		p.skip(operation, err.Error())
		return false
	}
	// A document may have no PDF or image (ledger 21).
	approve := step{operation: operation, name: "get a " + name, want: form.want, or: "document", fields: map[string]any{
		"backend_session_id": asked.session(), "code": code, "file": form.file, "file_type": form.fileType,
	}}
	got := p.take(approve)
	if !got.is(form.want, approve.or) || len(got.findings) > 0 {
		return false
	}
	approve.name, approve.want = "get it again", "already-received"
	return len(p.take(approve).findings) == 0
}

// tryAWrongCode asks for the document of a session that was opened before, with a code
// that no phone has got.
func (p *performance) tryAWrongCode(session string, form documentForm) {
	const operation = "kyc.edocument.approve"
	got := p.take(step{operation: operation, name: "a wrong code", lenient: true, fields: map[string]any{
		"backend_session_id": session, "code": "9" + p.invent.digits(7, "code"), "file": form.file, "file_type": form.fileType,
	}})
	if got.success {
		p.complain(complaint{
			operation: operation, name: "a wrong code", path: PathStatus, expected: "an error: the phone has got another code",
			seen: named(got.outcome), quote: "code String Да Полученный OTP-код",
		})
	}
}
