package k2

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/world"
)

// listPage is a page of the ABS's list in either of its shapes (ledger 58).
type listPage struct {
	count int
	rows  []map[string]any
	at    string // JSON pointer of the array that has the rows
	first int    // index of the first row in it
}

// readPage of an answer; false if it is none.
func readPage(heard contract.Heard) (listPage, bool) {
	if heard.Outcome != "page" {
		return listPage{}, false
	}
	var object struct {
		AllCount int              `json:"all_count"`
		Items    []map[string]any `json:"items"`
	}
	if json.Unmarshal(heard.Body, &object) == nil {
		return listPage{count: object.AllCount, rows: object.Items, at: "/items"}, true
	}
	var array []map[string]any
	if json.Unmarshal(heard.Body, &array) != nil || len(array) == 0 {
		return listPage{}, false
	}
	count, _ := array[0]["all_count"].(float64)
	return listPage{count: int(count), rows: array[1:], first: 1}, true
}

// compareRow with the demand that K2 has under its reference: what differs is a finding.
func compareRow(c *contract.Call, r reconciliation, at string, row map[string]any) {
	reference, _ := row["refer"].(string)
	_, known := world.Of(c).Incoming(reference)
	one, registers := registrations.Get(c.Tx, reference)
	switch {
	case !known:
		c.Find(130, at+"/refer", fmt.Sprintf("the ABS has demand %q, and K2 has it not", reference))
		return
	case !registers:
		return // K2 has no document of the demand
	case one.Listed.Equal(r.Began):
		c.Find(130, at+"/refer", fmt.Sprintf("the ABS's list has demand %q a second time", reference))
		return
	}
	one.Listed = r.Began
	registrations.Put(c.Tx, reference, one)
	var document map[string]any
	_ = json.Unmarshal(one.Document, &document) // it was read when the demand arrived
	for _, field := range slices.Sorted(maps.Keys(document)) {
		ours, theirs := plain(document[field]), plain(row[field])
		switch {
		case ours == theirs:
		case slices.Contains(namesAndTexts, field):
			c.Find(130, at+"/"+field, fmt.Sprintf("the ABS has another %s of demand %q than K2", field, reference))
		default:
			c.Find(130, at+"/"+field, fmt.Sprintf("of demand %q the ABS has %s, and K2 has %s", reference, shownValue(theirs), shownValue(ours)))
		}
	}
}

// namesAndTexts are fields whose values findings do not show: they name people.
var namesAndTexts = []string{"acc_fullname", "ben_fullname", "head", "account", "purpose"}

// plain is a value in the form in which both sides have it: amounts as money, dates with
// hyphens (ledger 52), other texts without spaces around them.
func plain(value any) string {
	text := strings.TrimSpace(fmt.Sprint(value))
	switch v := value.(type) {
	case nil:
		return ""
	case float64:
		raw, _ := json.Marshal(v) // a number always encodes
		if amount, err := money.Parse(string(raw)); err == nil {
			return amount.String()
		}
	case string:
		if date := strings.ReplaceAll(text, ".", "-"); len(date) == len("2006-01-02") && !dateOf(date).IsZero() {
			return date
		}
	}
	return text
}

func shownValue(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}
