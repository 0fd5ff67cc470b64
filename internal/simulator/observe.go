package simulator

import (
	"time"

	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/store"
)

// notable reports changes of the state that are events of their own: a message appears
// on a phone when it is sent, not when the request that caused it is answered.
func notable(change store.Change, zone *time.Location) (kind string, data any, ok bool) {
	m, ok := change.After.(kyc.Message)
	if !ok {
		return "", nil, false
	}
	m.At = m.At.In(zone)
	return journal.Text, m, true
}

// observers are called one after the other; nil ones are left out.
func observers(all ...func(*journal.Exchange)) func(*journal.Exchange) {
	return func(e *journal.Exchange) {
		for _, observe := range all {
			if observe != nil {
				observe(e)
			}
		}
	}
}
