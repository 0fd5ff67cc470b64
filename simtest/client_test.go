package simtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/simtest"
)

// The requests of these tests.
const (
	who          = "901123300258" // an ordinary subject
	proceedings  = "/api/v1/backend/info/kz/exec_proc_info/"
	approval     = "/api/v1/backend/address/approve/"
	addressPath  = "/api/v1/backend/address/"
	askWho       = `{"api_key":"my key","iin":"` + who + `"}`
	clientsLimit = 30 * time.Second
)

// got is what a client got.
type got struct {
	Status int
	Header http.Header
	Body   string
	Err    error // of the connection, before or within the answer
}

func ask(client *http.Client, method, url, body string) got {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return got{Err: err}
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return got{Err: err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return got{response.StatusCode, response.Header, string(text), err}
}

func post(client *http.Client, url, body string) got { return ask(client, http.MethodPost, url, body) }

// field of a JSON object.
func (g got) field(name string) string {
	var object map[string]any
	if json.Unmarshal([]byte(g.Body), &object) != nil {
		return ""
	}
	return fmt.Sprint(object[name])
}

func faulty(fault string) simtest.Option {
	return simtest.ScenarioText("{version: 1, scenario: faulty, about: One fault., rules: [{on: \"kyc.*\", do: {fault: " + fault + "}}]}")
}

// TestWhatGoesWrongOnTheWire: in the process a client meets the errors that it
// meets over a socket.
func TestWhatGoesWrongOnTheWire(t *testing.T) {
	tests := []struct {
		fault string
		want  error // nil: the answer is there
		late  time.Duration
	}{
		{fault: "reset", want: syscall.ECONNRESET},
		{fault: "close", want: io.EOF},
		{fault: "lost-reply", want: io.EOF},
		{fault: "{truncate: 50%}", want: io.ErrUnexpectedEOF},
		{fault: "{garbage: html}"},
		{fault: "{status: 502}"},
		{fault: "{delay: 20s}", late: 20 * time.Second},
		{fault: "{dribble: {chunk: 16, over: 10s}}", late: 10 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			inside, outside := simtest.New(t, faulty(test.fault)), simtest.New(t, faulty(test.fault))
			near := inside.Client()
			near.Timeout = clientsLimit
			ends := []struct {
				name string
				sim  *simtest.Sim
				got  got
			}{
				{"in the process", inside, post(near, inside.KYC()+proceedings, askWho)},
				{"over a socket", outside, post(&http.Client{}, outside.Listen()+proceedings, askWho)},
			}
			for _, end := range ends {
				if !errors.Is(end.got.Err, test.want) {
					t.Errorf("%s: the error is %v, want %v", end.name, end.got.Err, test.want)
				}
				if late := end.sim.Now().Sub(start); late.Round(time.Second) != test.late {
					t.Errorf("%s: %s have passed, want %s", end.name, late, test.late)
				}
				end.sim.Expect(simtest.Call{On: "kyc.info.exec_proc", Count: simtest.Exactly(1)})
			}
			if a, b := ends[0].got, ends[1].got; a.Status != b.Status || a.Body != b.Body {
				t.Errorf("in the process %d %q, over a socket %d %q", a.Status, a.Body, b.Status, b.Body)
			}
		})
	}
}

// start is when a sandbox's clock starts.
var start = time.Date(2024, time.March, 1, 9, 0, 0, 0, time.FixedZone("", 5*60*60))

// TestAnswersAreThoseOfASocket: status, headers and body, files among them.
func TestAnswersAreThoseOfASocket(t *testing.T) {
	file := "/restapi/getfile?code=CUST-820989b2-b545-496a-be37-5c70a7e9ec79&attachment=true"
	tests := []struct{ name, method, path, body string }{
		{"JSON", http.MethodPost, proceedings, askWho},
		{"an error", http.MethodPost, addressPath, `{"api_key":"k","iin":"1","backend_session_id":"2"}`},
		{"no JSON", http.MethodPost, proceedings, "{"},
		{"a file", http.MethodGet, file, ""},
		{"its head", http.MethodHead, file, ""},
		{"a wrong method", http.MethodGet, proceedings, ""},
		{"no such path", http.MethodPost, "/restapi/services/run/nothing", "{}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inside, outside := simtest.New(t), simtest.New(t)
			base := inside.K2()
			if strings.HasPrefix(test.path, "/api") {
				base = inside.KYC()
			}
			a := ask(inside.Client(), test.method, base+test.path, test.body)
			b := ask(&http.Client{}, test.method, outside.Listen()+test.path, test.body)
			a.Header.Del("Sim-Sandbox")
			b.Header.Del("Sim-Sandbox")
			if diff := cmp.Diff(b, a); diff != "" {
				t.Errorf("-over a socket +in the process:\n%s", diff)
			}
		})
	}
}

// TestLinksLeadBack: an address that a service answers with is one for the client.
func TestLinksLeadBack(t *testing.T) {
	sim := simtest.New(t)
	listed := post(sim.Client(), sim.K2()+"/restapi/services/run/k2inforeq_rzap_by_refer", `{"refer":"HSBKRX0000000001"}`)
	var registry struct {
		Items []struct{ URL string }
	}
	if err := json.Unmarshal([]byte(listed.Body), &registry); err != nil || len(registry.Items) != 1 {
		t.Fatalf("%v: %s", err, listed.Body)
	}
	file := ask(sim.Client(), http.MethodGet, registry.Items[0].URL, "")
	if !strings.HasPrefix(file.Body, "%PDF") {
		t.Errorf("%s: %d, %v, %.40q", registry.Items[0].URL, file.Status, file.Err, file.Body)
	}
}

func TestRequestsThatLeaveTheTest(t *testing.T) {
	sim := simtest.New(t)
	tests := []struct{ url, want string }{
		{"http://example.com" + proceedings, "not one of the hosts"},
		{sim.K2() + proceedings, "is a path of kyc and was asked of k2.sim"},
	}
	for _, test := range tests {
		if err := post(sim.Client(), test.url, askWho).Err; err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want an error with %q", test.url, err, test.want)
		}
	}
	sim.Expect(simtest.Call{On: "*", Count: simtest.Exactly(0)})
}

func TestTimeOutsAreTheSandboxes(t *testing.T) {
	sim := simtest.New(t, faulty("hang"))
	client := sim.Client()
	client.Timeout = clientsLimit
	err := post(client, sim.KYC()+proceedings, askWho).Err
	var timeout interface{ Timeout() bool }
	if !errors.As(err, &timeout) || !timeout.Timeout() || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error %v is no time-out", err)
	}
	if waited := sim.Now().Sub(start); waited.Round(time.Second) != clientsLimit {
		t.Errorf("the client waited %s, want %s", waited, clientsLimit)
	}
}

func TestAClientWithoutATimeOut(t *testing.T) {
	sim := simtest.New(t, faulty("hang"))
	err := post(sim.Client(), sim.KYC()+proceedings, askWho).Err
	if err == nil || !strings.Contains(err.Error(), "sets no time-out") {
		t.Errorf("the error is %v, want one that says that there is no time-out", err)
	}
}

func TestAClientThatLeaves(t *testing.T) {
	sim := simtest.New(t, faulty("hang"), simtest.Clock(simtest.ByAdvance, time.Time{}))
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, sim.KYC()+proceedings, strings.NewReader(askWho))
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() {
		_, err := sim.Client().Do(request)
		failed <- err
	}()
	leave()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// TestManyClients: one client's hanging request is nothing to the others, and
// answers that are late are there.
func TestManyClients(t *testing.T) {
	sim := simtest.New(t, simtest.ScenarioText(`
version: 1
scenario: mixed
about: One subject's requests hang, another's are late.
rules:
  - {on: kyc.info.exec_proc, for: {iin: 901123300258}, do: hang}
  - {on: kyc.info.exec_proc, for: {iin: 791028302728}, do: {fault: {delay: 3s}}}
`))
	var all sync.WaitGroup
	for n := range 30 {
		iin := []string{who, "791028302728", "031231500126"}[n%3]
		all.Go(func() {
			client := sim.Client()
			client.Timeout = clientsLimit
			got := post(client, sim.KYC()+proceedings, `{"api_key":"k","iin":"`+iin+`"}`)
			if hung := got.Err != nil; hung != (iin == who) {
				t.Errorf("%s: %d, %v", iin, got.Status, got.Err)
			}
		})
	}
	all.Wait()
	sim.Expect(simtest.Call{On: "kyc.info.exec_proc", Count: simtest.Exactly(30)})
}

// TestAnAnswerThatIsNotReadToItsEnd is in the journal all the same.
func TestAnAnswerThatIsNotReadToItsEnd(t *testing.T) {
	sim := simtest.New(t, faulty("{dribble: {chunk: 1, over: 10s}}"))
	response, err := sim.Client().Post(sim.KYC()+proceedings, "application/json", strings.NewReader(askWho))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := response.Body.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if _, err := response.Body.Read(make([]byte, 1)); err == nil {
		t.Error("a closed body can be read")
	}
	sim.Expect(simtest.Call{On: "kyc.info.exec_proc", Count: simtest.Exactly(1)})
}

// TestListenEndsWithTheTest: a request that hangs ends with it.
func TestListenEndsWithTheTest(t *testing.T) {
	over := make(chan got, 1)
	went := record(func(tb simtest.TB) {
		sim := simtest.New(tb, faulty("hang"), simtest.Clock(simtest.ByAdvance, time.Time{}))
		url := sim.Listen() + proceedings
		go func() { over <- post(&http.Client{}, url, askWho) }()
		sim.Await(simtest.Call{On: "kyc.info.exec_proc"}, time.Minute)
	})
	if got := <-over; got.Err == nil || went.Failed() {
		t.Errorf("the client got %d; the test said: %s", got.Status, went.said())
	}
}
