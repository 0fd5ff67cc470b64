package abs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
)

// demandFields are the document's fields of a demand, in the sample's order. The
// field table has accept_dt twice; the second is doc_at (ledger 59).
var demandFields = []string{
	"refer", "accept_dt", "doc_num", "doc_at", "iinbin", "acc_fullname", "ben_fullname", "ben_bin", "ben_iban", "ben_kbe",
	"amount", "cur", "knp", "dbz_num", "dbz_dt", "purpose", "head", "account",
}

var demandDates = []string{"accept_dt", "doc_at", "dbz_dt"}

// demand is a payment demand as it was registered: the documented fields that it
// came with, dates in ISO form, the amount in the very characters that were sent.
type demand map[string]json.RawMessage

// MarshalJSON writes the fields in the sample's order.
func (d demand) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for _, field := range demandFields {
		raw, ok := d[field]
		if !ok {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		if field != "amount" && !isEncoded(raw) {
			raw = encodeText(d.text(field))
		}
		b.WriteString(`"` + field + `":`)
		b.Write(raw)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// isEncoded reports whether a text is written as encodeText writes it, if it is one:
// without escapes, and without the two separators that are always escaped.
func isEncoded(raw json.RawMessage) bool {
	return len(raw) > 0 && raw[0] == '"' && utf8.Valid(raw) &&
		!bytes.ContainsRune(raw, '\\') && !bytes.ContainsAny(raw, "\u2028\u2029")
}

// text of a field, empty if the demand came without it.
func (d demand) text(field string) string {
	var s string
	_ = json.Unmarshal(d[field], &s) // an absent field, or the amount, has none
	return s
}

// readDemand keeps what the document names of a request's body. The schema has
// seen to the types.
func readDemand(c *contract.Call, body map[string]json.RawMessage) demand {
	d := demand{}
	for _, field := range demandFields {
		raw, sent := body[field]
		switch {
		case !sent:
		case field == "amount":
			d[field] = raw
		case slices.Contains(demandDates, field):
			d[field] = encodeText(day(c, field, demand(body).text(field)))
		default:
			d[field] = encodeText(demand(body).text(field))
		}
	}
	return d
}

// encodeText encodes a text as the services do. A text has no form that can't be.
func encodeText(text string) json.RawMessage {
	raw, _ := contract.Encode(text)
	return raw
}

// remark on what the ABS takes and a bank hardly would, and on fields that are
// not kept. Identifiers are not checked, the sample's own is a placeholder
// (ledger 51); strict_ids remarks on them and no more (ledger 62).
func (d demand) remark(c *contract.Call, body map[string]json.RawMessage) {
	strange := slices.DeleteFunc(slices.Sorted(maps.Keys(body)), func(field string) bool {
		return slices.Contains(demandFields, field)
	})
	if len(strange) > 0 {
		c.Find(109, "", fmt.Sprintf("%d fields that the document does not have, such as %q, are not kept", len(strange), strange[0]))
	}
	if sum, err := money.Parse(string(d["amount"])); err != nil {
		c.Find(0, "/amount", err.Error())
	} else if sum <= 0 {
		c.Find(0, "/amount", "a demand of nothing")
	}
	if !strictIDs(c) {
		return
	}
	for _, id := range []struct {
		field string
		check func(string) error
	}{
		{"iinbin", population.ValidIdentifier}, {"ben_bin", population.ValidBIN}, {"ben_iban", population.ValidIBAN},
	} {
		if _, given := d[id.field]; !given {
			continue
		}
		if err := id.check(d.text(id.field)); err != nil {
			c.Find(62, "/"+id.field, err.Error())
		}
	}
}

// same reports whether two documents say the same, with any spelling of
// their amounts.
func (d demand) same(other demand) bool {
	for _, field := range demandFields {
		_, here := d[field]
		_, there := other[field]
		if here != there || field != "amount" && d.text(field) != other.text(field) {
			return false
		}
	}
	a, err := money.Parse(string(d["amount"]))
	b, otherErr := money.Parse(string(other["amount"]))
	if err != nil || otherErr != nil { // no sums: then they are texts
		return bytes.Equal(d["amount"], other["amount"])
	}
	return a == b
}
