package simulator

import (
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/store"
)

// notable reports changes of the state that are events of their own: a message appears
// on a phone when it is sent, not when the request that caused it is answered.
func notable(change store.Change) (kind string, data any, ok bool) {
	if _, ok = change.After.(kyc.Message); !ok {
		return "", nil, false
	}
	return journal.Text, change.After, true
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
