package delivery

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// Post a push in place of the one before.
func Post(tx *store.Tx, operation string, body []byte) {
	if old, ok := latestOf(tx, operation); ok {
		old.end(Overtaken)
		put(tx, old)
	}
	post(tx, contract.Question{Operation: operation, Body: body}, time.Time{})
}

// Judge an address that a name has resolved to.
func Judge(o *Callers, host string, at netip.AddrPort) error { return o.reach.check(host, at) }

// Dial as deliveries do.
func Dial(ctx context.Context, o *Callers, address string) (net.Conn, error) {
	return o.reach.dial(ctx, "tcp", address)
}

// Transport of the calls.
func Transport(o *Callers) *http.Transport { return o.reach.transport() }

// MostWithin is how many calls to sandboxes are made in a second of a sandbox's clock.
const MostWithin = mostWithin

// Burst counts calls: next answers when another one may be made, zero for now.
func Burst() (next func(now time.Time) time.Time) {
	var b burst
	return b.next
}
