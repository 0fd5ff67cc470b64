package histories_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// exclusions of four loans.
func exclusions() kind {
	const first = `
given:
  k2:
    exclusions: [{iin: "901123300258", dbz_num: KD0, title: reason 1, fio: "Тест"}]
`
	const second = `
given:
  k2:
    exclusions:
      - {iin: "901123300258", dbz_num: KD0, title: reason 2, fio: "Тест", active: false}
      - {iin: "901123300258", dbz_num: KD3, title: reason 3, fio: "Тест"}
`
	return kind{
		name: "exclusions",
		scenarios: [2]scenario{
			{"first", scenarioText("first", first), exclusionList{0: {active, 1}}},
			{"second", scenarioText("second", second), exclusionList{0: {inactive, 2}, 3: {active, 3}}},
		},
		draw:     drawExclusion,
		advances: []time.Duration{time.Hour},
		reads:    []request{listExclusions{}},
		outcomes: []string{"accepted", "not-found"},
	}
}

func drawExclusion(r *rand.Rand) request {
	switch r.IntN(5) {
	case 0, 1:
		return exclude{r.IntN(len(exclusionList{})), r.IntN(4)}
	case 2, 3:
		return include{r.IntN(len(exclusionList{}))}
	}
	return listExclusions{}
}

type standing string

const (
	unknown  standing = ""
	active   standing = "active"
	inactive standing = "inactive"
)

type exclusion struct {
	standing standing
	reason   int
}

// exclusionList is by the number of the loan.
type exclusionList [4]exclusion

func (s exclusionList) String() string {
	var all []string
	for loan, e := range s {
		if e.standing != unknown {
			all = append(all, fmt.Sprintf("loan %d %s reason %d", loan, e.standing, e.reason))
		}
	}
	return "list: " + strings.Join(all, ", ")
}

// exclude puts a loan on the list, for a reason.
type exclude struct{ loan, reason int }

func (o exclude) String() string { return fmt.Sprintf("exclude loan %d, reason %d", o.loan, o.reason) }

func (o exclude) send(c *client) string {
	return c.post("/restapi/services/run/k2loan_exclude_on_by_iin_dbznum", fmt.Sprintf(
		`{"iin":"901123300258","dbz_num":"KD%d","return_extreq":false,"fio":"Тест","title":"reason %d"}`, o.loan, o.reason)).outcome()
}

func (o exclude) serve(w world) (world, string) {
	s := w.state.(exclusionList)
	s[o.loan] = exclusion{active, o.reason}
	return w.become(s), w.outcome("accepted")
}

// include takes a loan off the list.
type include struct{ loan int }

func (o include) String() string { return fmt.Sprintf("include loan %d", o.loan) }

func (o include) send(c *client) string {
	return c.post("/restapi/services/run/k2loan_exclude_off_by_iin_dbznum",
		fmt.Sprintf(`{"iin":"901123300258","dbz_num":"KD%d"}`, o.loan)).outcome()
}

func (o include) serve(w world) (world, string) {
	s := w.state.(exclusionList)
	if s[o.loan].standing != active {
		return w, w.outcome("not-found")
	}
	s[o.loan].standing = inactive
	return w.become(s), w.outcome("accepted")
}

// listExclusions reads the list. No service shows it, the control API does.
type listExclusions struct{}

func (listExclusions) String() string { return "list the exclusions" }

func (listExclusions) send(c *client) string {
	a := c.control("GET", "/state/k2.exclusions", "")
	var rows map[string]struct {
		Active bool   `json:"active"`
		Title  string `json:"title"`
	}
	if err := a.read(&rows); err != nil || a.status != 200 {
		return a.String()
	}
	var s exclusionList
	for key, row := range rows {
		var loan int
		if _, err := fmt.Sscanf(key, "901123300258/KD%d", &loan); err != nil || loan >= len(s) {
			return "another key: " + key
		}
		s[loan].standing = inactive
		if row.Active {
			s[loan].standing = active
		}
		_, _ = fmt.Sscanf(row.Title, "reason %d", &s[loan].reason) // another title shows as reason 0
	}
	return s.String()
}

func (listExclusions) serve(w world) (world, string) { return w, w.state.String() }
