package kyc

import "github.com/kzsim/kzsim/internal/contract"

// Standing is the status, now, of the request that a message is about, in the words
// of its machine; empty if the request is gone. What has fallen due is reckoned and
// not stored: a look changes nothing.
func Standing(c *contract.Call, m Message) (string, error) {
	if s, ok := addressSessions.Get(c.Tx, m.Session); ok {
		err := s.settle(c)
		return s.Status, err
	}
	s, _ := documentSessions.Get(c.Tx, m.Session)
	return s.standing(c.Now), nil
}
