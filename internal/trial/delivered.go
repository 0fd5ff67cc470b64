package trial

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/scenario"
)

// delivered compares the calls that the services have made by now with those that a step
// expects. It answers the id of the last one that is as expected.
func (r *run) delivered(d *scenario.Delivered) (id string, err error) {
	query, err := r.wanted(d.Query)
	if err != nil {
		return "", err
	}
	body, err := r.wanted(d.Body)
	if err != nil {
		return "", err
	}
	made, like := 0, 0
	var other []string // of calls
	var nearest *journal.Exchange
	var unlike []string // in what the nearest call is another one
	exchanges, _ := r.sandbox.Journal.Exchanges()
	for _, x := range exchanges {
		switch {
		case x.Direction != journal.Out:
			continue
		case x.Operation != d.Operation.ID:
			other = append(other, x.Operation)
			continue
		}
		made++
		wrong := unlikeCall(d, query, body, x)
		if len(wrong) == 0 {
			like, id = like+1, x.ID
		} else if nearest == nil || len(wrong) <= len(unlike) {
			nearest, unlike = x, wrong
		}
	}
	if count := d.Count; count == nil && like > 0 || count != nil && count.AtLeast <= like && like <= count.AtMost {
		return id, nil
	}
	lines := []string{fmt.Sprintf("expected %s of %s, there were %d", callsInWords(d), d.Operation.ID, like)}
	switch {
	case nearest != nil && like == 0:
		lines = append(lines, fmt.Sprintf("of %d calls the nearest is %s:", made, nearest.ID))
		lines = append(lines, unlike...)
	case made == 0:
		lines = append(lines, "what was called: "+counted(other))
	}
	return id, mismatch{d.Position, strings.Join(lines, "\n")}
}

func callsInWords(d *scenario.Delivered) string {
	count := "1 or more"
	if d.Count != nil {
		count = d.Count.String()
	}
	if d.Body == nil && d.Query == nil && d.Outcome == "" {
		return count + " calls"
	}
	return count + " such calls"
}

// unlikeCall says in what a call isn't like the one that is expected.
func unlikeCall(d *scenario.Delivered, query, body any, x *journal.Exchange) (wrong []string) {
	if d.Outcome != "" && d.Outcome != x.Outcome {
		wrong = append(wrong, fmt.Sprintf("outcome: expected %s, got %s", d.Outcome, cmp.Or(x.Outcome, "none")))
	}
	if query != nil {
		want, have := alike(query, queryOf(x))
		wrong = append(wrong, differences("query", want, have)...)
	}
	if body == nil {
		return wrong
	}
	if x.Request.Digest != "" {
		return append(wrong, fmt.Sprintf("body: of its %d bytes the journal has the first %d only", x.Request.Size, len(x.Request.Body)))
	}
	sent, err := contract.ParseBody(x.Request.Body)
	if err != nil {
		return append(wrong, "body: "+err.Error())
	}
	want, have := alike(body, sent)
	return append(wrong, differences("body", want, have)...)
}

// queryOf a call: of each field the first value.
func queryOf(x *journal.Exchange) map[string]any {
	_, raw, _ := strings.Cut(x.URL, "?")
	values, _ := url.ParseQuery(raw) // as far as it can be decoded
	query := map[string]any{}
	for name := range values {
		query[name] = values.Get(name)
	}
	return query
}

// counted are words and how often each stands, in the order in which they come first.
func counted(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	times, order := map[string]int{}, []string(nil)
	for _, word := range words {
		if times[word]++; times[word] == 1 {
			order = append(order, word)
		}
	}
	for i, word := range order {
		order[i] = fmt.Sprintf("%s ×%d", word, times[word])
	}
	return strings.Join(order, ", ")
}
