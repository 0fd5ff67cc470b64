// Package simtest puts a simulator of the KYC, K2 and ABS services into a Go test.
//
//	func TestCollect(t *testing.T) {
//		sim := simtest.New(t, simtest.Scenario("payment-lost-reply"))
//		c := collector.New(sim.KYC(), sim.K2(), sim.Client())
//		...
//	}
//
// Each Sim is a sandbox of its own: its state, clock, people, scenario and journal
// are shared with no other test, so tests may run in parallel. All sandboxes are
// in one simulator in the test's process; there is nothing to start and no port is
// opened, unless Listen is asked for one.
//
// When the test ends, what the scenario says that the client must do is checked,
// and if the test has failed, for any reason, the sandbox's journal is
// printed: every request with what it met and why.
//
// # Time
//
// The sandbox's clock stands still, by default at nine in the morning of the first
// of March 2024 in Astana. It moves by Advance, and while a client waits for an
// answer that is late, as far as that answer needs it: a test of a slow service
// takes no time. A client gets a time-out when its own limit (http.Client.Timeout,
// or the deadline of the request's context) is over on the sandbox's clock. See
// Clock for the other ways in which time can pass.
//
// # Rules and faults
//
// Rules says in Go what a scenario's rules say in YAML, and PutFault puts a fault on while the
// test runs. Both are checked as a scenario is, and a mistake has the same message.
//
// # People
//
// You need no fixtures: any IIN has a name, an address, a phone, a loan. Unless a
// scenario says otherwise a subject approves an address request after five
// seconds. Approve and Reject answer sooner, OTP reads a code from a phone.
package simtest
