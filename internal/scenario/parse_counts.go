package scenario

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
)

// The keys of what is counted.
const (
	perKey   = "per"
	timesKey = "times"
	overKey  = "over"
	shareKey = "share"
)

// counted is whose requests are counted.
func counted() *scalar {
	return word("`session`, `subject`, `api_key`, `row`, `sandbox` or `request.<field>`",
		func(p *checker) []string { return p.countedBy() },
		func(p *checker, _ string) string {
			return "whose requests are counted: " + strings.Join(p.countedBy(), ", ")
		}).expecting("whose requests are counted, such as subject or request.trn_id")
}

// countedBy is what the requests for the operations under way can be counted by.
func (p *checker) countedBy() []string {
	fields, words := withSubjects(p.requestFields(p.operations)), []string(nil)
	has := func(what func(*contract.Operation) bool) bool { return slices.ContainsFunc(p.operations, what) }
	if has(func(op *contract.Operation) bool { return op.Session != "" }) {
		words = append(words, perSession)
	}
	if p.hasSubject(p.operations) {
		words = append(words, perSubject)
	}
	if slices.Contains(fields, perAPIKey) {
		words = append(words, perAPIKey)
	}
	if has(func(op *contract.Operation) bool { return op.Batch }) {
		words = append(words, perRow)
	}
	words = append(words, perSandbox)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(fields))) {
		words = append(words, perField+name)
	}
	return words
}

// The bounds of a quota: the moments of so many requests are kept for each of `per`.
const mostOfQuota = 1000

var (
	quotaForm = regexp.MustCompile(`^(1000|[1-9][0-9]{0,2})/` + `((([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`)
	shareForm = regexp.MustCompile(`^([1-9][0-9]?(\.[0-9]{1,6})?|0\.[0-9]{0,5}[1-9])%$`)
)

// quotaKind is a number of requests and a length of time.
func quotaKind() *scalar {
	what := fmt.Sprintf("a quota such as 2/1m: how many requests, from 1 to %d, in which time", mostOfQuota)
	s := formed("quota, such as `2/1m`", what, quotaForm, nil)
	return s.converted(func(m []string) (any, bool) {
		most, _ := strconv.Atoi(m[1]) // four digits at most
		length, err := time.ParseDuration(m[2])
		return Quota{most, length}, err == nil && length >= time.Microsecond
	}, nil)
}

// percentage above 0, as a share.
func percentage() *scalar {
	s := formed("share, such as `20%`", "a share above 0% and below 100%, such as 20%", shareForm, nil)
	return s.converted(func(m []string) (any, bool) {
		percent, err := strconv.ParseFloat(strings.TrimSuffix(m[0], "%"), 64)
		return percent / 100, err == nil
	}, nil)
}

// inPercent is a share as it is written.
func inPercent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1e8)/1e6, 'f', -1, 64) + "%"
}

// checkCounted refuses a `per` that counts nothing.
func (p *checker) checkCounted(v value, r *Rule) {
	per := v.at(perKey)
	if per.scalar == nil || r.counts() || r.Over != nil || r.Share < 1 || v.wrong {
		return
	}
	p.refuse(per.atKey(), "per in a rule that counts nothing", "what it counts: times, over, share, choose, or a list in do")
}

// Counting says in words whose requests a rule counts, for each thing that it counts.
func (r *Rule) Counting() []string {
	by := func(without string) string {
		switch r.Per {
		case "":
			return without
		case perSandbox:
			return "in all"
		}
		return "for each " + strings.TrimPrefix(r.Per, perField)
	}
	var all []string
	if len(r.Do) > 1 {
		all = append(all, fmt.Sprintf("the list of %d steps: %s", len(r.Do), by("for each session, else for each subject, else for the sandbox")))
	}
	if slices.ContainsFunc(r.Do, func(s Step) bool { return s.chooses() }) {
		all = append(all, "choose: "+by("each request by itself")+", by the seed")
	}
	if r.Times > 0 {
		all = append(all, fmt.Sprintf("times %d: %s", r.Times, by("in all")))
	}
	if r.Over != nil {
		all = append(all, fmt.Sprintf("over %s: %s", r.Over, by("in all")))
	}
	if r.Share < 1 {
		all = append(all, fmt.Sprintf("share %s: of each %s all requests or none, by the seed", inPercent(r.Share), strings.TrimPrefix(r.Per, perField)))
	}
	if r.Probability < 1 {
		all = append(all, fmt.Sprintf("probability %g: each request by itself, by the seed", r.Probability))
	}
	return all
}
