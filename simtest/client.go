package simtest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// The three hosts. They are known to Client alone; no other client can leave the
// test by them.
const (
	kycHost = "kyc.sim"
	k2Host  = "k2.sim"
	absHost = "abs.sim"
)

// services by their hosts.
var services = map[string]string{kycHost: "kyc", k2Host: "k2", absHost: "abs"}

// KYC is the base URL of the KYC services, without a slash at its end:
// /api/v1/backend/… follows.
func (s *Sim) KYC() string { return "http://" + kycHost }

// K2 is the base URL of K2: /restapi/services/run/… and /restapi/getfile follow.
func (s *Sim) K2() string { return "http://" + k2Host }

// ABS is the base URL of the bank's services: /get_cli, /reg_pt and so on follow.
func (s *Sim) ABS() string { return "http://" + absHost + "/abs" }

// Client sends requests to the three base URLs, and nowhere else: another host, or
// a request of one service to the host of another, is an error of the transport.
// A fault of the connection is an error, too, as with a real connection:
// ECONNRESET, EOF, an unexpected EOF in the body, a time-out.
//
// Timeout may be set on it; the time-out is then reckoned on the sandbox's clock,
// unless that is Real or moves ByAdvance.
func (s *Sim) Client() *http.Client { return &http.Client{Transport: transport{s}} }

// sandboxHeader names a request's sandbox to the simulator.
const sandboxHeader = "Sim-Sandbox"

// transport answers in the process.
type transport struct{ sim *Sim }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		defer request.Body.Close()
	}
	if err := t.admit(request.URL); err != nil {
		return nil, err
	}
	ctx, leave := context.WithCancel(context.WithoutCancel(request.Context())) // whether the client leaves is for its patience to say
	x := newExchange(t.sim.patience(request.Context()), leave)
	go x.serve(t.sim.process.Handler(), t.served(request, ctx))
	if err := x.wait(x.answered); err != nil {
		return nil, err
	}
	return x.response(request)
}

// admit refuses what would not get to a service in the real world.
func (t transport) admit(at *url.URL) error {
	service, ok := services[at.Host]
	if !ok {
		return fmt.Errorf("simtest: %q is not one of the hosts %s, %s and %s: outside of the test this request would leave for it",
			at.Host, kycHost, k2Host, absHost)
	}
	if of, known := t.sim.process.Table.ServiceOf(at.Path); known && of.Name != service {
		return fmt.Errorf("simtest: %s is a path of %s and was asked of %s", at.Path, of.Name, at.Host)
	}
	return nil
}

// served is a client's request as a server has it.
func (t transport) served(request *http.Request, ctx context.Context) *http.Request {
	r := request.Clone(ctx)
	r.RequestURI = request.URL.RequestURI()
	r.URL = &url.URL{Path: request.URL.Path, RawPath: request.URL.RawPath, RawQuery: request.URL.RawQuery}
	r.Host = cmp.Or(r.Host, request.URL.Host)
	r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
	r.RemoteAddr = "simtest"
	r.Header.Set(sandboxHeader, t.sim.sandbox.ID())
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.Body = io.NopCloser(r.Body) // the client's, who closes it
	return r
}
