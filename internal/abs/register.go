package abs

import (
	"cmp"
	"encoding/json"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// entry is what the list of demands looks at, so that a page of ten thousand
// demands opens only those that it shows.
type entry struct {
	Refer  string `json:"refer"`
	DocAt  string `json:"doc_at"` // ISO; empty for a demand without a date
	IINBIN string `json:"iinbin"`
	BenBIN string `json:"ben_bin"`
}

// entries hold one for each demand, in the order in which they are
// listed: by document date, then by reference. The order of arrival doesn't
// count, so concurrent registrations give one list.
var entries = store.IndexedBy(store.IndexedBy(store.Define[entry]("abs.registered"),
	byClient, func(e entry) string { return e.IINBIN }),
	byBeneficiary, func(e entry) string { return e.BenBIN })

const (
	byClient      = "iinbin"
	byBeneficiary = "ben_bin"
)

func (e entry) key() string { return e.DocAt + "/" + e.Refer }

func entryOf(d demand) entry {
	return entry{Refer: d.text("refer"), DocAt: d.text("doc_at"), IINBIN: d.text("iinbin"), BenBIN: d.text("ben_bin")}
}

// registerDemand keeps a demand once: the document again is no news, another one
// with its reference is refused (ledger 60). K2 knows the demand from then on.
func registerDemand(c *contract.Call, body map[string]json.RawMessage) (contract.Reply, error) {
	d := readDemand(c, body)
	d.remark(c, body)
	known, ok := registeredDemand(c, d.text("refer"))
	switch {
	case ok && !d.same(known.Document):
		return contract.Reply{}, contract.Fail(duplicate)
	case ok:
		c.Find(60, "/refer", "the same document was registered before; the demand stays "+known.ABS)
	default:
		putDemand(c, d)
	}
	return c.Answer(registeredName, result{}), nil
}

// registeredDemand by its reference; ok is false too for one that only K2 knows.
func registeredDemand(c *contract.Call, refer string) (i world.Incoming, ok bool) {
	i, ok = world.Of(c).Incoming(refer)
	return i, ok && i.Document != nil
}

// documentOf a registered demand, which is not to be changed.
func documentOf(c *contract.Call, refer string) demand {
	i, _ := world.Of(c).LookAtIncoming(refer)
	return i.Document
}

// putDemand registers a demand whose reference is free. A state that K2 has of
// it already stays.
func putDemand(c *contract.Call, d demand) world.Incoming {
	w := world.Of(c)
	i, _ := w.Incoming(d.text("refer"))
	i.Reference, i.Document, i.ABS, i.At = d.text("refer"), d, stateRegistered, c.Now
	i.K2 = cmp.Or(i.K2, k2Entered)
	w.PutIncoming(i)
	entries.Put(c.Tx, entryOf(d).key(), entryOf(d))
	return i
}

// forget a registered demand; K2 keeps what it knows of it.
func forget(c *contract.Call, i world.Incoming) {
	entries.Delete(c.Tx, entryOf(i.Document).key())
	i.Document, i.ABS = nil, ""
	world.Of(c).PutIncoming(i)
}

// freeReference makes way for a demand whose reference another document has.
func freeReference(c *contract.Call, body *map[string]json.RawMessage) error {
	d := readDemand(c, *body)
	if known, ok := registeredDemand(c, d.text("refer")); ok && !d.same(known.Document) {
		c.Find(60, "/refer", "another document had this reference and was forgotten")
		forget(c, known)
	}
	return nil
}
