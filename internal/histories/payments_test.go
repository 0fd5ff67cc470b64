package histories_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// payments towards two demands, a few ids of transactions for all clients.
func payments() kind {
	const first = `
given:
  k2:
    loans:
      - {contract_number: KD0000000001, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 2000000}
      - {contract_number: KD0000000002, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 2000000}
    demands:
      - {code: PTPJ000000000001, contract_number: KD0000000001, amount: 2000000, bank: CASPKZKA}
      - {code: PTPJ000000000002, contract_number: KD0000000002, amount: 2000000, bank: CASPKZKA}
`
	const second = first + `
    payments: [{trn_id: 1, refer: PTPJ000000000001, amount: 64}]
`
	return kind{
		name: "payments",
		scenarios: [2]scenario{
			{"first", scenarioText("first", first), paymentState{}},
			{"second", scenarioText("second", second), paymentState{taken: 1 << 1, paid: [2]int{64, 0}}},
		},
		draw:     drawPayment,
		advances: []time.Duration{5 * time.Minute, demandStep},
		reads:    []request{readDemand{0}, readDemand{1}},
		outcomes: []string{"accepted", "duplicate-trn-id", "found"},
	}
}

func drawPayment(r *rand.Rand) request {
	if r.IntN(3) == 0 {
		return readDemand{r.IntN(2)}
	}
	rows := make([]payment, 1+r.IntN(2))
	for i := range rows {
		rows[i] = payment{trn: 1 + r.IntN(12), demand: r.IntN(2), amount: 1 + r.IntN(50)}
	}
	return pay{rows}
}

// paymentState is which ids are taken, a bit for each, and what is paid.
type paymentState struct {
	taken uint64
	paid  [2]int
}

func (s paymentState) String() string { return fmt.Sprintf("taken %b, paid %d", s.taken, s.paid) }

// payment is one row of a batch.
type payment struct{ trn, demand, amount int }

// pay sends a batch of payments.
type pay struct{ rows []payment }

func (o pay) String() string {
	var rows []string
	for _, p := range o.rows {
		rows = append(rows, fmt.Sprintf("trn_id %d: %d to demand %d", p.trn, p.amount, p.demand+1))
	}
	return "pay " + strings.Join(rows, ", ")
}

func (o pay) send(c *client) string {
	var rows []string
	for i, p := range o.rows {
		rows = append(rows, fmt.Sprintf(`{"request_id":%d,"trn_id":%d,"refer":"PTPJ00000000000%d","cur":"KZT","amount":%d,"incoming_amount":%d}`,
			i+1, p.trn, p.demand+1, p.amount, p.amount))
	}
	a := c.post("/restapi/services/run/k2extreq_pay_from_eko", `{"items":[`+strings.Join(rows, ",")+`]}`)
	var body struct {
		Errors []struct {
			Row int `json:"request_id"`
		} `json:"errors"`
	}
	if err := a.read(&body); err != nil || len(body.Errors) == 0 {
		return a.outcome()
	}
	var refused []int
	for _, e := range body.Errors {
		refused = append(refused, e.Row)
	}
	return fmt.Sprintf("%s, rows %d", a.outcome(), refused)
}

func (o pay) serve(w world) (world, string) {
	s := w.state.(paymentState)
	var refused []int
	for i, p := range o.rows {
		if s.taken&(1<<p.trn) != 0 {
			refused = append(refused, i+1)
			continue
		}
		s.taken |= 1 << p.trn
		s.paid[p.demand] += p.amount
	}
	w = w.become(s)
	if refused == nil {
		return w, w.outcome("accepted")
	}
	return w, fmt.Sprintf("%s, rows %d", w.outcome("duplicate-trn-id"), refused)
}

// readDemand lists the demands of a contract, which has one.
type readDemand struct{ demand int }

func (o readDemand) String() string { return fmt.Sprintf("read demand %d", o.demand+1) }

func (o readDemand) send(c *client) string {
	a, items := c.demandsOf(o.demand + 1)
	said := a.outcome()
	for _, d := range items {
		said += fmt.Sprintf(", %s paid %s", d.Status, d.Paid)
	}
	return said
}

func (o readDemand) serve(w world) (world, string) {
	status := electronic[min(int(w.now/demandStep), len(electronic)-1)]
	return w, fmt.Sprintf("%s, %s paid %d.00", w.outcome("found"), status, w.state.(paymentState).paid[o.demand])
}

// demandStep is how long an outgoing demand stays in a status.
const demandStep = 10 * time.Minute

// electronic are the statuses of a demand to a bank with an electronic channel.
var electronic = []string{"Введен", "Зарегистрирован", "Отправлен", "Принята банком", "Принята в картотеку банка"}

// demandItem is what k2extreq_by_dbz shows of a demand.
type demandItem struct {
	Code    string `json:"code"`
	Account string `json:"extacc_code"`
	Amount  string `json:"amount"`
	Paid    string `json:"paid_amount"`
	Debt    string `json:"loan_debt"`
	Status  string `json:"stat_id$"`
	Created string `json:"created_at"`
}

// demandsOf a contract, by its number.
func (sb sandbox) demandsOf(contract int) (answer, []demandItem) {
	a := sb.post("/restapi/services/run/k2extreq_by_dbz",
		fmt.Sprintf(`{"contract_number":"KD000000000%d","dbz_dt":"2014-02-08"}`, contract))
	var body struct {
		Items []demandItem `json:"items"`
	}
	if err := a.read(&body); err != nil {
		return a, nil
	}
	return a, slices.Clip(body.Items)
}
