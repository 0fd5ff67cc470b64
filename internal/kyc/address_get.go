package kyc

import (
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

type addressRequest struct {
	Session string `json:"backend_session_id"`
	IIN     string `json:"iin"`
	APIKey  apiKey `json:"api_key"` // a string, though the document types it Boolean (ledger 11)
}

// registeredAddress is the answer to a fetch, its keys in the sample's order.
type registeredAddress struct {
	IIN     string    `json:"iin"`
	Address residence `json:"address"`
}

type residence struct {
	Country  place  `json:"country"`
	Region   place  `json:"region"`
	City     string `json:"city"`
	Street   string `json:"street"`
	Building string `json:"building"`
	Flat     string `json:"flat,omitempty"` // a house has none
}

type place struct {
	Code       string `json:"code"`
	NameRu     string `json:"nameRu"`
	NameKz     string `json:"nameKz"`
	ChangeDate string `json:"changeDate"`
}

// getAddress answers the address of a confirmed session once.
func getAddress(c *contract.Call, in addressRequest) (contract.Reply, error) {
	if err := checkSubscription(c, address, in.APIKey.digest); err != nil {
		return contract.Reply{}, err
	}
	if err := checkFailure(c, in.IIN); err != nil {
		return contract.Reply{}, err
	}
	s, ok := addressSessionOf(c, in)
	if !ok {
		return contract.Reply{}, contract.Fail(alreadyReceived)
	}
	if err := s.settle(c); err != nil {
		return contract.Reply{}, err
	}
	switch s.Status {
	case statusExpired:
		return contract.Reply{}, contract.Fail(tokenExpired)
	case statusValid:
	default:
		c.Find(15, "/backend_session_id", "the session is "+s.Status+", not VALID")
		return contract.Reply{}, contract.Fail(alreadyReceived)
	}
	if err := s.fire(c, eventFetch, c.Now); err != nil {
		return contract.Reply{}, err
	}
	addressSessions.Put(c.Tx, s.ID, s)
	return c.Answer(found, registeredAddress{IIN: s.IIN, Address: residenceOf(world.Of(c).Population().Address(s.IIN))}), nil
}

// addressSessionOf is the request's session, if it is one of the request's key
// and subject. To a stranger it says no more than of a session that isn't there
// (ledger 15).
func addressSessionOf(c *contract.Call, in addressRequest) (addressSession, bool) {
	s, ok := addressSessions.Get(c.Tx, in.Session)
	switch {
	case !ok:
		c.Find(15, "/backend_session_id", "there is no such session")
	case s.IIN != in.IIN:
		c.Find(15, "/iin", "the session is of another IIN")
	case s.Key != in.APIKey.digest:
		c.Find(15, "/api_key", "the session is of another API key")
	default:
		return s, true
	}
	return addressSession{}, false
}

func residenceOf(a population.Address) residence {
	return residence{
		Country: placeOf(a.Country), Region: placeOf(a.Region),
		City: a.City, Street: a.Street, Building: a.Building, Flat: a.Flat,
	}
}

func placeOf(a population.AddressArea) place {
	return place{Code: a.Code, NameRu: a.NameRu, NameKz: a.NameKz, ChangeDate: a.ChangeDate.Format(time.RFC3339)}
}

// arrangeFetch leaves a session that can be fetched, else puts a confirmed one of
// the same key and subject in its place: the waiting one, or a new one. A session
// that is unknown, fetched or a stranger's stays what it is.
func arrangeFetch(c *contract.Call, in *addressRequest) error {
	permit(c, address, in.APIKey.digest, in.IIN)
	s, ok := addressSessions.Get(c.Tx, in.Session)
	if ok && s.IIN == in.IIN && s.Key == in.APIKey.digest && s.canBeFetched(c.Now) {
		return nil
	}
	in.Session = confirmedAddress(c, in.APIKey.digest, in.IIN).ID
	return nil
}
