package simtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/simtest"
)

// printer stands in for the *testing.T that a test has: it prints.
type printer struct {
	cleanups []func()
	failed   bool
}

func (*printer) Helper()                    {}
func (p *printer) Cleanup(fn func())        { p.cleanups = append(p.cleanups, fn) }
func (p *printer) Failed() bool             { return p.failed }
func (*printer) Logf(f string, args ...any) { fmt.Printf(f+"\n", args...) }
func (p *printer) Errorf(f string, args ...any) {
	p.failed = true
	fmt.Printf(f+"\n", args...)
}
func (p *printer) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }

// end is the end of the test.
func (p *printer) end() {
	for _, fn := range slices.Backward(p.cleanups) {
		fn()
	}
}

// call posts a JSON body and answers the decoded one.
func call(client *http.Client, url, body string) map[string]any {
	response, err := client.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	defer response.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return map[string]any{"error": err.Error()}
	}
	return answer
}

// A payment's reply is lost. The client repeats it with the same trn_id and is
// told that it is there already: that is what the scenario's `must` asks for.
func Example() {
	t := &printer{} // in a test: the *testing.T
	defer t.end()

	sim := simtest.New(t, simtest.Scenario("payment-lost-reply"))
	url := sim.K2() + "/restapi/services/run/k2extreq_pay_from_eko"
	payment := `{"items":[{"trn_id":11,"refer":"PTPJ000000000001","cur":"KZT","amount":2000}]}`

	fmt.Println(call(sim.Client(), url, payment)["error"])
	fmt.Println(call(sim.Client(), url, payment)["error_text"])
	fmt.Println(sim.Verdict())
	// Output:
	// Post "http://k2.sim/restapi/services/run/k2extreq_pay_from_eko": EOF
	// Обнаружены ошибки при приеме платежей
	// <nil>
}

// A client that gives up too early: the test fails with what is missing, and the
// journal shows what there was.
func ExampleSim_Expect() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t, simtest.Scenario("proceedings-unavailable"))
	call(sim.Client(), sim.KYC()+"/api/v1/backend/info/kz/exec_proc_info/", `{"api_key":"my key","iin":"901123300258"}`)

	sim.Expect(simtest.Call{On: "kyc.info.exec_proc", Outcome: "found"})
	// Output:
	// simtest: expected 1 or more of kyc.info.exec_proc with the outcome found; there were 0
	// nearest: req-000001 at 2024-03-01T09:00:00+05:00:
	//   outcome: expected found, found unavailable
	// (-expected +found)
	//   on:      kyc.info.exec_proc
	// - outcome: found
	// + outcome: unavailable
	// - count:   1 or more
	// + count:   0
	// simtest: the sandbox's journal, requests: 1
	// req-000001 09:00:00 POST /api/v1/backend/info/kz/exec_proc_info/: 503, unavailable (rule "rule 1")
	//     sent {"api_key":"***","iin":"901123300258"}
	//     got  {"detail":"KZ Citizen Info service is not available now"}
}

// The subject answers after half a minute, which takes no time.
func ExampleSim_Advance() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t, simtest.Scenario("address-approved"))
	url, who := sim.KYC()+"/api/v1/backend/address/approve/", `{"api_key":"my key","iin":"901123300258"}`

	fmt.Println(sim.Now().Format(time.TimeOnly), call(sim.Client(), url, who)["status"])
	sim.Advance(30 * time.Second)
	fmt.Println(sim.Now().Format(time.TimeOnly), call(sim.Client(), url, who)["status"])
	// Output:
	// 09:00:00 PENDING
	// 09:00:30 VALID
}

func ExampleSim_Approve() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t, simtest.Scenario("address-ignored")) // left alone, the subject never answers
	url, who := sim.KYC()+"/api/v1/backend/address/approve/", `{"api_key":"my key","iin":"901123300258"}`

	fmt.Println(call(sim.Client(), url, who)["status"])
	sim.Approve("901123300258")
	fmt.Println(call(sim.Client(), url, who)["status"])
	// Output:
	// PENDING
	// VALID
}

func ExampleSim_OTP() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t)
	access := sim.KYC() + "/api/v1/backend/e-document/online-access"

	session := call(sim.Client(), access+"/request/identity_card/",
		`{"api_key":"my key","iin":"901123300258","phone":"77015550001"}`)["backend_session_id"]
	document := call(sim.Client(), access+"/approve/",
		fmt.Sprintf(`{"backend_session_id":%q,"code":%q,"file":false,"file_type":"pdf"}`, session, sim.OTP("77015550001")))
	fmt.Println(document["document_type"])
	// Output:
	// identity_card
}

// A client in another process, or in another language, needs a port.
func ExampleSim_Listen() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t)
	base := sim.Listen() // such as http://127.0.0.1:41873/s/sb-1a2b3c4d
	fmt.Println(call(http.DefaultClient, base+"/api/v1/backend/address/approve/",
		`{"api_key":"my key","iin":"901123300258"}`)["status"])
	// Output:
	// PENDING
}

// Three seconds late: the client's time-out of two seconds is over at once, on the
// sandbox's clock.
func ExampleSim_Client() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t, simtest.ScenarioText(`
version: 1
scenario: late
about: Every answer comes after three seconds.
rules:
  - {on: "*", do: {fault: {delay: 3s}}}
`))
	client := sim.Client()
	client.Timeout = 2 * time.Second
	fmt.Println(call(client, sim.KYC()+"/api/v1/backend/address/approve/", `{"api_key":"my key","iin":"901123300258"}`)["error"])
	fmt.Println(sim.Now().Round(time.Second).Format(time.TimeOnly))
	// Output:
	// Post "http://kyc.sim/api/v1/backend/address/approve/": no answer within 2s of the sandbox's time
	// 09:00:02
}

func ExampleSim_Requests() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t)
	call(sim.Client(), sim.K2()+"/restapi/services/run/k2loan_sync_debt", `[{"contract_number":"KD0000000001","debt":0}]`)
	for _, r := range sim.Requests() {
		fmt.Println(r.ID, r.Operation, r.Outcome, r.Findings)
	}
	// Output:
	// req-000001 k2.k2loan_sync_debt accepted [ledger 41: /0/contract_number: no loan of this contract was loaded]
}

// Each payment loses its first answer, and a key that asks more than once in a minute is
// told to wait: the rules of a scenario, as Go values.
func ExampleRules() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t, simtest.Rules(
		simtest.Rule{On: "k2.k2extreq_pay_from_eko", Per: "request.trn_id", Do: simtest.Do("lost-reply", "pass")},
		simtest.Rule{On: "kyc.*", Per: "api_key", Over: "1/1m", Do: simtest.Steps{
			{Reply: &simtest.Reply{Status: 429, Headers: map[string]string{"Retry-After": "60"}, Body: map[string]any{"detail": "wait"}}, OffContract: true},
		}},
	))
	pay, who := sim.K2()+"/restapi/services/run/k2extreq_pay_from_eko", `{"api_key":"my key","iin":"901123300258"}`
	payment := `{"items":[{"trn_id":11,"refer":"PTPJ000000000001","cur":"KZT","amount":2000}]}`

	fmt.Println(call(sim.Client(), pay, payment)["error"])
	fmt.Println(call(sim.Client(), pay, payment)["error_code"])
	for range 2 {
		fmt.Println(call(sim.Client(), sim.KYC()+"/api/v1/backend/address/approve/", who)["detail"])
	}
	// Output:
	// Post "http://k2.sim/restapi/services/run/k2extreq_pay_from_eko": EOF
	// 1
	// <nil>
	// wait
}

// A mistake ends the test with what the scenario's checker says.
func ExampleRules_mistake() {
	t := &printer{}
	defer t.end()
	defer func() { fmt.Println(recover()) }() // Fatalf of the printer panics

	simtest.New(t, simtest.Rules(simtest.Rule{On: "kyc.info.exec_prok", Do: simtest.Do("found")}))
	// Output:
	// simtest: the rules have mistakes:
	//   rules[0].on: found "kyc.info.exec_prok", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.info.exec_proc"?
}

// The service is down in the middle of the test.
func ExampleSim_PutFault() {
	t := &printer{}
	defer t.end()

	sim := simtest.New(t)
	ask := func() {
		answer, err := sim.Client().Post(sim.KYC()+"/api/v1/backend/info/kz/exec_proc_info/", "application/json",
			strings.NewReader(`{"api_key":"my key","iin":"901123300258"}`))
		if err == nil {
			fmt.Println(answer.StatusCode)
			answer.Body.Close()
		}
	}
	ask()
	takeOff := sim.PutFault(simtest.LiveFault{On: "kyc.*", Fault: simtest.Fault{"status": 502}})
	ask()
	takeOff()
	ask()
	// Output:
	// 200
	// 502
	// 200
}
