package simulator

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/relay"
	"github.com/kzsim/kzsim/internal/shards"
)

// secureElsewhere is of requests that came to another process by TLS.
var secureElsewhere tls.ConnectionState

// hereKey is the context's key of a request that asks about this process alone.
type hereKey struct{}

func isHere(ctx context.Context) bool { return ctx.Value(hereKey{}) != nil }

// pass a request to the process that has its shard. It returns, false, only if nothing was sent to it: the connection
// is then still the server's, and the request may be served in another way.
func (sh *sharing) pass(w http.ResponseWriter, r request, to shards.Member) bool {
	if !sh.takeSlot(r.Context()) {
		return false
	}
	defer func() { <-sh.slots }()
	server := sh.links.take(r.Context(), to.Address)
	if server == nil {
		return false
	}
	controller := http.NewResponseController(w)
	client, sent, err := controller.Hijack()
	if err != nil {
		_ = server.Close()
		return false
	}
	sh.passes.Add(1)
	defer sh.passes.Done()
	x := relay.Exchange{
		Client: client, Sent: rest(client, sent.Reader), Server: server, Clock: sh.clock,
		Head: headOf(r, sh.marked(r).text(to)), Method: r.Method, Body: bodyOf(r),
	}
	if x.Pass(sh.life) {
		sh.links.put(to.Address, server)
		sh.back.Give(client, x.Sent)
	}
	panic(http.ErrAbortHandler) // the server has the connection no more
}

// takeSlot for a request that is passed. Only a request that has to wait for one looks for its client's leaving.
func (sh *sharing) takeSlot(ctx context.Context) bool {
	select {
	case sh.slots <- struct{}{}:
		return true
	default:
	}
	select {
	case sh.slots <- struct{}{}:
		return true
	case <-ctx.Done():
	case <-sh.life.Done():
	}
	return false
}

// rest of what a client sends.
func rest(client net.Conn, sent *bufio.Reader) *bufio.Reader {
	before, _ := sent.Peek(sent.Buffered()) // what is buffered has no error
	return bufio.NewReader(io.MultiReader(bytes.NewReader(bytes.Clone(before)), client))
}

// bodyOf a request: how many bytes of it are still to be passed.
func bodyOf(r request) int64 {
	if r.read != nil {
		return 0
	}
	return r.ContentLength // relay.Chunked in chunks
}

// headOf a request as it is passed, with what is read of its body. The order of the headers and the case of their
// names are no part of what a server reads.
func headOf(r request, mark string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s %s\r\n", r.Method, r.RequestURI, r.Proto)
	if r.Host != "" {
		fmt.Fprintf(&b, "Host: %s\r\n", r.Host)
	}
	fmt.Fprintf(&b, "%s: %s\r\n", markName, mark)
	header := r.Header
	if r.read != nil {
		header = header.Clone()
		header.Del("Expect") // it is there
		header.Set("Content-Length", fmt.Sprint(len(r.read)))
	}
	_ = header.Write(&b) // a buffer takes everything
	if len(r.TransferEncoding) > 0 {
		fmt.Fprintf(&b, "Transfer-Encoding: %s\r\n", strings.Join(r.TransferEncoding, ", "))
	}
	for name := range r.Trailer {
		fmt.Fprintf(&b, "Trailer: %s\r\n", name)
	}
	b.WriteString("\r\n")
	b.Write(r.read)
	return b.Bytes()
}

// drain waits a while for what is being passed, and then breaks it off.
func (sh *sharing) drain(atMost time.Duration) {
	defer sh.end()
	_ = sh.back.Close()
	passed := make(chan struct{})
	go func() { sh.passes.Wait(); close(passed) }()
	waiter := sh.clock.Waiter()
	defer waiter.Close()
	_ = waiter.Until(context.Background(), sh.clock.Now().Add(atMost), passed)
}

// call asks a sandbox for another one, of this process or another: it is how deliveries reach sandboxes.
func (sh *sharing) call(w http.ResponseWriter, r *http.Request) {
	id, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/s/"), "/")
	if !sh.reach(w, request{Request: r}, id, sh.callOther) {
		panic(http.ErrAbortHandler) // the caller sees that there is no answer
	}
}

// callOther asks another process for a sandbox.
func (sh *sharing) callOther(w http.ResponseWriter, r request, to shards.Member) bool {
	out := r.Clone(r.Context())
	out.RequestURI, out.URL.Host, out.Host = "", to.Address, r.Host
	out.Header.Set(markName, mark{hops: 1, remote: r.RemoteAddr}.text(to))
	resp, err := sh.client.Do(out)
	if err != nil {
		panic(http.ErrAbortHandler) // it may have been sent
	}
	defer resp.Body.Close()
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	if _, err := io.Copy(w, resp.Body); err != nil {
		panic(http.ErrAbortHandler)
	}
	return true
}
