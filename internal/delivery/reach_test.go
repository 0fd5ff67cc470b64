package delivery_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/simulator"
)

var (
	onLoopback = []string{"127.0.0.1:8080"}
	shared     = []string{"0.0.0.0:8080", "127.0.0.1:8081"}
)

// reaches are targets as they are given, and what is said of each; empty for one
// that is taken.
var reaches = []struct {
	name, url string
	served    []string
	allow     []string
	says      string
}{
	{"another port of this machine", "http://127.0.0.1:9000/", onLoopback, nil, ""},
	{"this machine by name", "http://localhost:9000/", onLoopback, nil, ""},
	{"a process without listeners", "http://127.0.0.1:9000/", nil, nil, ""},
	{"a host of the network", "http://10.0.0.5/", shared, nil, ""},
	{"a name", "https://bank.example/list", shared, nil, ""},
	{"loopback from a shared one", "http://127.0.0.1:9000/", shared, nil, "it is a loopback address"},
	{"loopback as IPv4 in IPv6", "http://[::ffff:127.0.0.1]:9000/", shared, nil, "it is a loopback address"},
	{"loopback over IPv6", "http://[::1]:9000/", shared, nil, "it is a loopback address"},
	{"loopback by name", "http://LOCALHOST.:9000/", shared, nil, "it is a loopback address"},
	{"loopback that is allowed", "http://127.0.0.1:9000/", shared, []string{"127.0.0.0/8"}, ""},
	{"loopback that is allowed by name", "http://localhost:9000/", shared, []string{"localhost"}, ""},
	{"itself", "http://127.0.0.1:8080/x", onLoopback, nil, "the simulator itself listens there"},
	{"itself by name", "http://localhost:8080/x", onLoopback, nil, "the simulator itself listens there"},
	{"itself on all addresses", "http://[::1]:8080/", shared, []string{"::1"}, "the simulator itself listens there"},
	{"its control API", "http://127.0.0.1:8081/", shared, []string{"127.0.0.0/8"}, "the simulator itself listens there"},
	{"itself as it is allowed", "http://127.0.0.1:8080/", onLoopback, []string{"127.0.0.1:8080"}, ""},
	{"metadata of a cloud", "http://169.254.169.254/", shared, nil, "link-local"},
	{"metadata that is allowed", "http://169.254.169.254/", onLoopback, []string{"169.254.0.0/16"}, "link-local"},
	{"metadata over NAT64", "http://[64:ff9b::a9fe:a9fe]/", shared, nil, "link-local"},
	{"metadata over IPv6", "http://[fd00:ec2::254]/", shared, nil, "cloud metadata"},
	{"link-local over IPv6", "http://[fe80::1%25eth0]/", shared, nil, "link-local"},
	{"unspecified", "http://0.0.0.0:9000/", onLoopback, nil, "unspecified"},
	{"this network", "http://0.1.2.3/", onLoopback, nil, "unspecified"},
	{"unspecified over IPv6", "http://[::]:9000/", onLoopback, nil, "unspecified"},
	{"multicast", "http://224.0.0.1/", onLoopback, nil, "multicast"},
	{"broadcast", "http://255.255.255.255/", onLoopback, nil, "broadcast"},
	{"multicast over IPv6", "http://[ff02::1]/", onLoopback, nil, "multicast"},
	{"an allowed host", "http://bank.example/", shared, []string{"Bank.example."}, ""},
	{"an allowed host's other port", "http://bank.example/", shared, []string{"bank.example:443"}, "not in --deliver-allow (bank.example:443)"},
	{"an allowed port", "https://bank.example/", shared, []string{"bank.example:443"}, ""},
	{"another host", "http://other.example/", shared, []string{"bank.example"}, "not in --deliver-allow"},
	{"a name that may be in the network", "http://other.example/", shared, []string{"10.0.0.0/8"}, ""},
	{"in the network", "http://10.1.2.3/", shared, []string{"10.0.0.0/8"}, ""},
	{"outside of the network", "http://11.1.2.3/", shared, []string{"10.0.0.0/8"}, "not in --deliver-allow"},
	{"no port", "http://bank.example:0/", shared, nil, `the port "0"`},
}

func TestWhereDeliveriesMayGo(t *testing.T) {
	for _, test := range reaches {
		t.Run(test.name, func(t *testing.T) {
			to := delivery.Targets{Endpoints: map[string]string{exclusions: test.url}}
			_, err := newOffice(t, delivery.Reach{Allow: test.allow}, test.served).Resolve(to)
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("%s: %v, want %q", test.url, err, test.says)
			}
		})
	}
}

func newOffice(t *testing.T, to delivery.Reach, served []string) *delivery.Callers {
	t.Helper()
	table, err := simulator.Table()
	if err != nil {
		t.Fatal(err)
	}
	machine, err := clock.New(clock.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	callers, err := delivery.New(delivery.Options{Table: table, Machine: machine, Reach: to})
	if err != nil {
		t.Fatal(err)
	}
	callers.ServedOn(addresses(served)...)
	return callers
}

func addresses(texts []string) (all []net.Addr) {
	for _, text := range texts {
		all = append(all, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(text)))
	}
	return all
}

// TestResolvedAddressIsJudged: what a name has resolved to is judged again when it is
// connected to, in whatever way the target was given.
func TestResolvedAddressIsJudged(t *testing.T) {
	for _, test := range []struct {
		host, resolved string
		served, allow  []string
		refused        bool
	}{
		{"bank.example", "10.0.0.5:80", shared, nil, false},
		{"bank.example", "169.254.169.254:80", shared, nil, true},
		{"bank.example", "127.0.0.1:9000", shared, nil, true},
		{"bank.example", "127.0.0.1:9000", onLoopback, nil, false},
		{"bank.example", "127.0.0.1:8080", onLoopback, []string{"bank.example"}, true},
		{"bank.example", "127.0.0.1:9000", shared, []string{"bank.example"}, true}, // the name's owner decides what it resolves to
		{"bank.example", "10.0.0.5:80", shared, []string{"bank.example"}, false},
		{"other.example", "10.0.0.5:80", shared, []string{"bank.example"}, true},
		{"other.example", "10.0.0.5:80", shared, []string{"10.0.0.0/8"}, false},
		{"other.example", "11.0.0.5:80", shared, []string{"10.0.0.0/8"}, true},
	} {
		err := delivery.Judge(newOffice(t, delivery.Reach{Allow: test.allow}, test.served), test.host, netip.MustParseAddrPort(test.resolved))
		if errors.As(err, new(delivery.Refused)) != test.refused {
			t.Errorf("%s at %s with %v: %v", test.host, test.resolved, test.allow, err)
		}
	}
}

// TestRefusedAddressIsNotConnectedTo: the transport of deliveries asks before it
// connects; the endpoint hears nothing.
func TestRefusedAddressIsNotConnectedTo(t *testing.T) {
	endpoint := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the endpoint was asked") }))
	defer endpoint.Close()
	at, err := url.Parse(endpoint.URL)
	if err != nil {
		t.Fatal(err)
	}
	callers := newOffice(t, delivery.Reach{}, []string{at.Host})
	conn, err := delivery.Dial(context.Background(), callers, "localhost:"+at.Port())
	if err == nil {
		conn.Close()
	}
	if !errors.As(err, new(delivery.Refused)) {
		t.Errorf("%v, want a refusal", err)
	}
}

// TestRefusalIsInTheRecord: what is refused only when it is connected to is told by
// the delivery's attempt.
func TestRefusalIsInTheRecord(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	at, err := url.Parse(b.endpoint.URL)
	if err != nil {
		t.Fatal(err)
	}
	b.sim.Callers.ServedOn(addresses([]string{at.Host})...)
	b.exclude(citizen)
	if d := b.deliveries()[0]; d.State != delivery.Waiting || !strings.Contains(d.Attempts[0].Error, "the simulator itself listens there") {
		t.Errorf("%s: %+v", d.State, d.Attempts)
	}
}

// TestRefusedTargetIsForbidden: what is known when a target is given is told then.
func TestRefusedTargetIsForbidden(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	answer := b.do(403, "POST", "/_sim/sandboxes", `{"deliver":{"`+exclusions+`":"http://169.254.169.254/latest"}}`)
	if !strings.Contains(answer, "deliveries to 169.254.169.254:80 are refused") {
		t.Error(answer)
	}
}

// TestProxy: the environment's is not asked, the one that is named is.
func TestProxy(t *testing.T) {
	asked := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.String()
		answering(200, taken)(w, r)
	}))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	b := newBank(t, answering(200, taken), func(o *simulator.Options) { o.Reach.Proxy = proxy.URL })
	b.exclude(citizen)
	if d := b.deliveries()[0]; d.State != delivery.Delivered {
		t.Errorf("%s: %+v", d.State, d.Attempts)
	}
	if got := <-asked; got != b.endpoint.URL+"/list" {
		t.Error(got)
	}
	if transport := delivery.Transport(newOffice(t, delivery.Reach{}, nil)); transport.Proxy != nil {
		t.Error("deliveries ask the environment for a proxy")
	}
}

func TestWrongReach(t *testing.T) {
	for _, test := range []struct {
		reach delivery.Reach
		says  string
	}{
		{delivery.Reach{Allow: []string{"http://bank.example"}}, "deliver-allow"},
		{delivery.Reach{Allow: []string{"bank.example:http"}}, "the port is a number"},
		{delivery.Reach{Allow: []string{"10.0.0.0/33"}}, "deliver-allow"},
		{delivery.Reach{Proxy: "proxy:3128"}, "deliver-proxy"},
	} {
		if _, err := simulator.New(simulator.Options{Reach: test.reach}); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%+v: %v", test.reach, err)
		}
	}
}
