package histories_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
)

// incoming is another bank's demand.
type incoming struct {
	document int    // the amount that was registered; 0 for none
	abs, k2  string // its states there
}

func drawIncoming(r *rand.Rand) request {
	demand := r.IntN(2)
	switch r.IntN(8) {
	case 0, 1:
		return register{demand, 100 * (1 + r.IntN(2))}
	case 2:
		return endDemand{demand, []string{"refuse", "return"}[r.IntN(2)]}
	case 3, 4:
		return tellStatus{demand, []string{"PC1", "PC3", "EXECUTED"}[r.IntN(3)]}
	case 5, 6:
		return listIncoming{}
	}
	return listRegistered{}
}

func referOf(demand int) string { return fmt.Sprintf("PTP%d", demand+1) }

// register a demand in the ABS.
type register struct{ demand, amount int }

func (o register) String() string {
	return fmt.Sprintf("register demand %s of %d", referOf(o.demand), o.amount)
}

func (o register) send(c *client) string {
	return c.post("/abs/reg_pt", fmt.Sprintf(
		`{"refer":%q,"iinbin":%q,"doc_at":"2021-01-04","amount":%d}`, referOf(o.demand), silent, o.amount)).outcome()
}

func (o register) serve(w world) (world, string) {
	switch w.state.(demandState).in[o.demand].document {
	case o.amount:
		return w, w.outcome("registered")
	case 0:
		return w.change(func(s *demandState) { s.in[o.demand] = incoming{o.amount, "registered", "Введен"} }), w.outcome("registered")
	}
	return w, w.outcome("duplicate-refer")
}

// endDemand withdraws a demand, or returns it.
type endDemand struct {
	demand int
	how    string // refuse or return
}

func (o endDemand) String() string { return o.how + " demand " + referOf(o.demand) }

func (o endDemand) send(c *client) string {
	return c.post("/abs/"+o.how+"_pt", fmt.Sprintf(`{"refer":%q,"reason_code":"01"}`, referOf(o.demand))).outcome()
}

func (o endDemand) serve(w world) (world, string) {
	d := w.state.(demandState).in[o.demand]
	switch {
	case d.document == 0:
		return w, w.outcome("unknown-refer")
	case d.abs != "registered" || d.k2 == "Исполнено":
		return w, w.outcome("wrong-state")
	}
	d.abs, d.k2 = "refused", "Отозвано"
	if o.how == "return" {
		d.abs, d.k2 = "returned", "Возвращено банком"
	}
	return w.change(func(s *demandState) { s.in[o.demand] = d }), w.outcome(d.abs)
}

// tellStatus tells K2 what the bank did with a demand.
type tellStatus struct {
	demand int
	code   string
}

func (o tellStatus) String() string { return "tell " + o.code + " of demand " + referOf(o.demand) }

func (o tellStatus) send(c *client) string {
	return c.post(k2Path+"k2req_status_from_eko",
		fmt.Sprintf(`{"reference":%q,"status_code":%q}`, referOf(o.demand), o.code)).outcome()
}

// leads is where a status leads, and from which states. From others it changes nothing.
var leads = map[string]struct {
	to   string
	from []string
}{
	"PC1":      {"Принято к исполнению", []string{"Введен", "Принято к исполнению"}},
	"PC3":      {"Принята картотека", []string{"Введен", "Принято к исполнению", "Принята картотека"}},
	"EXECUTED": {"Исполнено", []string{"Введен", "Принято к исполнению", "Принята картотека", "Исполнено"}},
}

func (o tellStatus) serve(w world) (world, string) {
	d := w.state.(demandState).in[o.demand]
	if d.document == 0 {
		return w, w.outcome("unknown-reference")
	}
	if way := leads[o.code]; slices.Contains(way.from, d.k2) {
		d.k2 = way.to
	}
	return w.change(func(s *demandState) { s.in[o.demand] = d }), w.outcome("accepted")
}

// listRegistered asks the ABS for the documents.
type listRegistered struct{}

func (listRegistered) String() string { return "list the registered demands" }

func (listRegistered) send(c *client) string {
	a := c.post("/abs/get_all_pt_from_abs", `{}`)
	var rows []struct {
		Count  int         `json:"all_count"`
		Refer  string      `json:"refer"`
		Amount json.Number `json:"amount"`
	}
	if err := a.read(&rows); err != nil || len(rows) == 0 {
		return a.outcome()
	}
	said := []string{fmt.Sprintf("%s %d", a.outcome(), rows[0].Count)}
	for _, row := range rows[1:] {
		said = append(said, row.Refer+" of "+row.Amount.String())
	}
	return strings.Join(said, ", ")
}

func (listRegistered) serve(w world) (world, string) {
	var rows []string
	for i, d := range w.state.(demandState).in {
		if d.document != 0 {
			rows = append(rows, fmt.Sprintf("%s of %d", referOf(i), d.document))
		}
	}
	return w, strings.Join(append([]string{fmt.Sprintf("%s %d", w.outcome("page"), len(rows))}, rows...), ", ")
}

// listIncoming reads the states of the demands. No service shows them, the control
// API does.
type listIncoming struct{}

func (listIncoming) String() string { return "list the states of incoming demands" }

func (listIncoming) send(c *client) string {
	a := c.control("GET", "/state/incoming-demands", "")
	var rows map[string]struct {
		ABS string `json:"abs"`
		K2  string `json:"k2"`
	}
	if err := a.read(&rows); err != nil || a.status != http.StatusOK {
		return a.String()
	}
	var in [2]incoming
	for i := range in {
		row := rows[referOf(i)]
		in[i].abs, in[i].k2 = row.ABS, row.K2
	}
	return statesOf(in)
}

func (listIncoming) serve(w world) (world, string) { return w, statesOf(w.state.(demandState).in) }

func statesOf(in [2]incoming) string {
	var said []string
	for i, d := range in {
		said = append(said, fmt.Sprintf("%s %s/%s", referOf(i), d.abs, d.k2))
	}
	return strings.Join(said, ", ")
}
