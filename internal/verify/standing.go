package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// Standing is what a run has shown of an operation.
type Standing string

// The standings. Only Verified says that the operation works.
const (
	Verified         Standing = "verified"          // it was seen in success
	ErrorsOnly       Standing = "errors-only"       // it was answered with errors alone, to values that are known there
	Wrong            Standing = "wrong"             // it was answered, but never as the contract has it
	NotReached       Standing = "not-reached"       // it was asked, and there was no answer
	NotAllowed       Standing = "not-allowed"       // it doesn't just read, and the target file doesn't name it under allow
	WithoutReference Standing = "without-reference" // the target file names no values that are known there, and the sample's are not
	NotChosen        Standing = "not-chosen"        // the run's settings leave it out
)

// standings in the order in which reports list them, with what changes each.
var standings = []struct {
	standing Standing
	remedy   string
}{
	{NotReached, "check the address, and that the service runs"},
	{ErrorsOnly, "see the findings"},
	{Wrong, "see the findings"},
	{NotAllowed, "name them under allow in a target file"},
	{WithoutReference, "name what is known there in a target file: api_key, subjects, references"},
	{NotChosen, "leave out --only and --cases"},
}

// need is what a request has to name so that only a success is right.
type need int

const (
	needReferences need = iota // the references of the operation, in the target file
	needSubject                // a subject of the target file
	needSession                // a session that another operation has opened
	needNothing
)

// needs of the operations; needReferences of those that aren't listed.
var needs = map[string]need{
	"kyc.info.exec_proc":               needSubject,
	"kyc.address.approve":              needSubject,
	"kyc.address.get":                  needSession,
	"kyc.edocument.request":            needSubject,
	"kyc.edocument.approve":            needSession,
	"abs.get_cli":                      needSubject,
	"abs.get_acc":                      needSubject,
	"abs.get_all_pt_from_abs":          needNothing,
	"abs.post_all_loan_exclude_to_eko": needNothing,
}

const referencesAreKnown = "the target file's references are known there"

// known is what makes an operation's request one that only a success is the right
// answer to; empty if an error may be right.
func (d deriver) known(op *contract.Operation) string {
	switch {
	case len(d.target.References[op.ID]) > 0:
		return referencesAreKnown
	case d.simulator:
		return "" // what is true in a sandbox is its scenario's business
	case needs[op.ID] == needSubject && len(d.target.Subjects) > 0:
		return "the target file's first subject is known there"
	case needs[op.ID] == needNothing:
		return "the request names nothing that has to be known there"
	}
	return ""
}

// sight is what a run has seen of an operation.
type sight struct {
	asked, succeeded, refused, unanswered int
	known                                 bool     // an error was no right answer
	skipped                               Standing // why nothing was asked
	why                                   string   // in words
}

// sightOf an operation, to be changed.
func (r *run) sightOf(op *contract.Operation) *sight {
	if r.seen[op.ID] == nil {
		r.seen[op.ID] = &sight{}
	}
	return r.seen[op.ID]
}

// see counts an answer. What a malformed request is answered shows nothing of
// whether the operation works.
func (s *sight) see(a answer, v verdict, e expectation) {
	s.asked++
	s.known = s.known || e.known != ""
	switch {
	case a.status == 0:
		s.unanswered++
		s.why = short(a.err.Error())
	case e.malformed:
	case v.success || v.outcome != nil && !v.outcome.IsError():
		s.succeeded++
	case v.outcome != nil || v.said.Coded && v.said.Code != 0:
		s.refused++
	}
}

// skip notes why a case can't be asked.
func (s *sight) skip(as Standing, why string) {
	if s.asked == 0 && s.skipped == "" {
		s.skipped, s.why = as, why
	}
}

func (s *sight) standing() Standing {
	switch {
	case s.succeeded > 0:
		return Verified
	case s.asked == 0:
		return cmp.Or(s.skipped, NotChosen)
	case s.unanswered == s.asked:
		return NotReached
	case s.refused > 0 && s.known:
		return ErrorsOnly
	case s.refused > 0:
		return WithoutReference
	}
	return Wrong
}

// explain why an operation is not verified; empty if it is.
func (s *sight) explain(op *contract.Operation) string {
	switch standing := s.standing(); {
	case standing == Verified:
		return ""
	case standing == NotChosen:
		return "the chosen kinds of cases don't ask it"
	case standing == ErrorsOnly:
		return "it was answered with errors alone, where only a success is right"
	case standing == Wrong:
		return "no answer was one of the operation's"
	case standing == WithoutReference && s.asked > 0 && needs[op.ID] == needSession:
		return "it was answered with errors alone: no other operation has opened a session for it"
	case standing == WithoutReference && s.asked > 0:
		return "it was answered with errors alone: the target file names nothing that is known there"
	}
	return s.why
}

// Unverified are the operations that were not seen in success, but for those that
// the run's settings leave out.
func (r *Report) Unverified() []OperationReport {
	return slices.DeleteFunc(slices.Clone(r.Operations), func(op OperationReport) bool {
		return op.Standing == Verified || op.Standing == NotChosen
	})
}

// verifiedServices counts the verified operations of each service, and says of a
// service without any what would change that.
func (r *run) verifiedServices(report *Report) {
	for i := range report.Services {
		s := &report.Services[i]
		by := map[Standing][]string{}
		for _, op := range report.Operations {
			if op.Service == s.Name {
				by[op.Standing] = append(by[op.Standing], op.ID)
			}
		}
		s.Verified = len(by[Verified])
		if s.Verified == 0 && r.wantsAny(s.Name) {
			s.Unverified = r.remedies(s.Name, by)
		}
	}
}

// wantsAny reports whether an operation of a service is to be verified.
func (r *run) wantsAny(service string) bool {
	return slices.ContainsFunc(r.opts.Table.Operations(), func(op *contract.Operation) bool {
		return op.Service().Name == service && r.wanted(op)
	})
}

// remedies say what would let a service be verified.
func (r *run) remedies(service string, by map[Standing][]string) []string {
	if hint := r.client.misplaced[service]; hint != "" {
		return []string{hint}
	}
	if r.recording != nil {
		return []string{"the recording has no success of it"}
	}
	var all []string
	if err := r.client.unreached[service]; err != nil {
		all = append(all, fmt.Sprintf("no answer: %s", short(err.Error())))
	}
	for _, s := range standings {
		if ids := by[s.standing]; len(ids) > 0 {
			all = append(all, fmt.Sprintf("%s: %s; %s", strings.ReplaceAll(string(s.standing), "-", " "), strings.Join(ids, ", "), s.remedy))
		}
	}
	if hint := pathHint(r.opts.Table, r.opts.Target.Services[service].URL, service); hint != "" {
		all = append(all, hint)
	}
	return all
}
