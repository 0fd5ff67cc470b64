package collector

import (
	"net/http"
	"time"
)

// Policy is what the collector does when it isn't answered at once. The functions
// decide and do nothing else; attempts and polls are counted from 1.
type Policy struct {
	// Retry says whether a request that met trouble is sent again, and after how long.
	Retry func(attempt int, met Trouble) (wait time.Duration, again bool)
	// Poll says whether a debtor who has not agreed is asked after again.
	Poll func(poll int, status string) (wait time.Duration, again bool)
	// Transaction is the number under which an attempt to pay is posted.
	Transaction func(p Payment, attempt int) int64
}

// Trouble is what a request met instead of an answer that can be read.
type Trouble struct {
	Status     int           // HTTP; 0 if none came
	RetryAfter time.Duration // as the service asks; 0 if it doesn't
	Err        error         // of the connection or of the body; nil for a status alone
}

// What Careful does, how often and how long.
const (
	attempts  = 6
	firstWait = time.Second
	longWait  = 30 * time.Second
	pollEvery = 5 * time.Second
	pollFor   = 3 * time.Minute // a minute more than KYC itself waits
)

// Careful is the policy to use.
func Careful() Policy {
	return Policy{Retry: retry, Poll: poll, Transaction: sameTransaction}
}

// retry what may go better the next time: a connection that broke, a body that
// can't be read, a service that is down or busy. Nothing else: a request that is
// wrong stays wrong. Waits double, so that a service that comes back is not met by
// everybody at once.
func retry(attempt int, met Trouble) (time.Duration, bool) {
	if attempt >= attempts || met.Err == nil && !passes(met.Status) {
		return 0, false
	}
	return max(met.RetryAfter, min(firstWait<<(attempt-1), longWait)), true
}

func passes(status int) bool {
	switch status {
	case http.StatusConflict, // KYC: the state's address service is down
		http.StatusFailedDependency, // KYC: the state's service has failed
		http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// poll while the debtor may still answer. Every other status is an end, and to go
// on would send the debtor a new message.
func poll(n int, status string) (time.Duration, bool) {
	return pollEvery, status == "PENDING" && n < int(pollFor/pollEvery)
}

// sameTransaction for every attempt: an attempt that failed may have been stored
// all the same, and only its number lets K2 tell.
func sameTransaction(p Payment, _ int) int64 { return p.Transaction }
