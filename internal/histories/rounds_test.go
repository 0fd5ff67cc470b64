package histories_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// How many rounds the tests below play for each history that HISTORIES asks for.
const (
	readRounds     = 10
	snapshotRounds = 1
	paymentRounds  = 1
)

func rounds(t *testing.T, each int) int {
	t.Helper()
	return each * number(t, "HISTORIES", usualHistories)
}

const (
	demandPaid0 = "found [first], Введен paid 0.00"
	demandPaid7 = "found [first], Введен paid 7.00"
)

// TestResetsKeepTheFixtures: while a sandbox is reset again and again every read
// finds what its scenario gives, and so does a sandbox that goes on from a snapshot
// that was taken meanwhile.
func TestResetsKeepTheFixtures(t *testing.T) {
	sb := mustSandbox(t, manyRules(payments().scenarios[0].document))
	reads := make(chan string, rounds(t, readRounds))
	read := func() {
		for range cap(reads) / 4 {
			reads <- sb.readDemand()
		}
	}
	documents := sb.meanwhile(t, func() { atOnce(read, read, read, read) })
	expectGiven(t, "reads", reads)
	restored := make(chan string, 2*len(documents))
	for _, document := range documents {
		if a := sb.control("PUT", "/snapshot", document); a.status != http.StatusOK {
			t.Fatal(a)
		}
		restored <- sb.readDemand()
		sb.mustReset(t)
		restored <- sb.readDemand()
	}
	expectGiven(t, "reads after a snapshot was put and after its reset", restored)
}

// resetWhile resets the sandbox, at least once, until a channel is closed.
func (sb sandbox) resetWhile(t *testing.T, done <-chan struct{}) {
	for sb.mustReset(t) && isOpen(done) {
	}
}

func isOpen(done <-chan struct{}) bool {
	select {
	case <-done:
		return false
	default:
		return true
	}
}

// mostTaken bounds how many snapshots are taken.
const mostTaken = 50

// meanwhile resets the sandbox and takes snapshots while something is done.
func (sb sandbox) meanwhile(t *testing.T, do func()) (documents []string) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { sb.resetWhile(t, done) })
	wg.Go(func() {
		for isOpen(done) && len(documents) < mostTaken {
			if a := sb.control("GET", "/snapshot", ""); a.status == http.StatusOK {
				documents = append(documents, string(a.body))
			}
		}
	})
	do()
	close(done)
	wg.Wait()
	return documents
}

// expectGiven counts the reads that found anything but the given demand. A read that
// was cut off by a reset says nothing.
func expectGiven(t *testing.T, what string, reads chan string) {
	t.Helper()
	close(reads)
	answered, wrong := 0, map[string]int{}
	for said := range reads {
		if said == ended {
			continue
		}
		answered++
		if said != demandPaid0 {
			wrong[said]++
		}
	}
	t.Logf("%s: %d were answered", what, answered)
	if answered == 0 || len(wrong) > 0 {
		t.Errorf("%s: of %d these were wrong: %v", what, answered, wrong)
	}
}

// TestSnapshotsBesideResets: a snapshot that was put is what the sandbox goes on
// from, whether a reset comes before it or after it.
func TestSnapshotsBesideResets(t *testing.T) {
	document := payments().scenarios[0].document
	sb := mustSandbox(t, document)
	pay{[]payment{{trn: 5, amount: 7}}}.send(&client{sandbox: sb})
	snapshot := string(sb.control("GET", "/snapshot", "").body)
	put, gone, goneLater := 0, 0, 0
	for range rounds(t, snapshotRounds) {
		sb.control("PUT", "/scenario", document)
		var a answer
		done := make(chan struct{})
		atOnce(
			func() { defer close(done); a = sb.control("PUT", "/snapshot", snapshot) },
			func() { sb.resetWhile(t, done) },
		)
		if a.status != http.StatusOK {
			continue
		}
		put++
		if sb.readDemand() != demandPaid7 {
			gone++
		}
		sb.mustReset(t)
		if sb.readDemand() != demandPaid7 {
			goneLater++
		}
	}
	t.Logf("%d snapshots were put", put)
	if put == 0 || gone+goneLater > 0 {
		t.Errorf("of %d snapshots that were put %d were gone, and %d after the next reset", put, gone, goneLater)
	}
}

// TestPaymentsDuringResets: what is paid towards a demand is the sum of the payments
// that are kept.
func TestPaymentsDuringResets(t *testing.T) {
	const payers, each = 4, 3
	c := &client{sandbox: mustSandbox(t, manyRules(payments().scenarios[0].document))}
	one := func(i int) string { return pay{[]payment{{trn: i + 1, amount: 1 << i}}}.send(c) }
	all, wrong := rounds(t, paymentRounds), 0
	for range all {
		reset := make(chan struct{})
		work := []func(){func() { defer close(reset); c.mustReset(t) }}
		for payer := range payers {
			work = append(work, func() {
				for i := 0; isOpen(reset); i++ {
					one(payer*each + i%each)
				}
			})
		}
		atOnce(work...)
		paid, kept := c.readDemand(), 0
		for i := range payers * each {
			if one(i) != "accepted [first]" {
				kept += 1 << i // the payment was there
			}
		}
		if paid != fmt.Sprintf("found [first], Введен paid %d.00", kept) {
			if wrong++; wrong == 1 {
				t.Logf("the demand is %q, the payments that are kept come to %d.00", paid, kept)
			}
		}
	}
	t.Logf("%d rounds", all)
	if wrong > 0 {
		t.Errorf("in %d of %d rounds paid_amount was not the sum of the payments that were kept", wrong, all)
	}
}

func (sb sandbox) readDemand() string { return readDemand{0}.send(&client{sandbox: sb}) }

// mustReset resets the sandbox, and reports whether that went well.
func (sb sandbox) mustReset(t *testing.T) bool {
	a := sb.control("POST", "/reset", "")
	if a.status != http.StatusOK {
		t.Errorf("reset: %s", a)
	}
	return a.status == http.StatusOK
}

// manyRules is a scenario with rules that no request of these tests meets: they make
// a reset longer, and with it the time in which others can see half of one.
func manyRules(document string) string {
	var rules strings.Builder
	for i := range 300 {
		fmt.Fprintf(&rules, "  - {on: kyc.info.exec_proc, for: {api_key: k%d}, do: unavailable}\n", i)
	}
	return strings.Replace(document, "rules:\n", "rules:\n"+rules.String(), 1)
}
