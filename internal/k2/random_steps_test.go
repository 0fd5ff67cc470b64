package k2

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/world"
)

// keptSeeds are those that have found a mistake, and are taken each time.
var keptSeeds = []chance.Seed{1006, 1010, 1059}

// TestRandomSteps takes random steps (operations, time, the bank's answers) and looks after
// each whether every invariant holds, and whether each transition is one that specification
// has. K2_STEPS=10000 takes so many by hand.
func TestRandomSteps(t *testing.T) {
	const stepsOfARun = 200
	steps := 800
	if asked, err := strconv.Atoi(os.Getenv("K2_STEPS")); err == nil {
		steps = asked
	}
	seeds := slices.Clone(keptSeeds)
	for seed := chance.Seed(1000); len(seeds) < steps/stepsOfARun; seed++ {
		seeds = append(seeds, seed)
	}
	for _, seed := range seeds {
		if wrong, log := walk(t, seed, stepsOfARun); wrong != "" {
			t.Errorf("seed %d: %s\nafter\n%s", seed, wrong, strings.Join(log, "\n"))
		}
	}
}

// walker takes the steps of one seed.
type walker struct {
	*calltest.Bench
	t         testing.TB
	seed      chance.Seed
	drawn     int
	log       []string
	asked     []contract.Question // that wait for an answer
	wrong     string              // the first thing that is
	processes []contract.Process
}

// walk so many steps; what is wrong, and the steps until then.
func walk(t testing.TB, seed chance.Seed, steps int) (wrong string, log []string) {
	service := Service()
	w := &walker{Bench: calltest.New(t, service), t: t, seed: seed, processes: service.Processes}
	w.Set("k2.withdrawal", []string{"document", "at-once"}[w.draw(4)/3], "k2.payment_debt", []string{"keeps", "lowers"}[w.draw(2)])
	if w.draw(3) > 0 {
		w.Targets = map[string]bool{}
		for _, p := range w.processes {
			for _, operation := range p.Asks {
				w.Targets[operation] = true
			}
		}
	}
	if w.draw(3) == 0 {
		until := []string{"2024-03-02", "2034-03-02"}[seed%2]
		w.update(func(c *contract.Call) {
			_ = giveExclusion(c, givenExclusion{IIN: people[0], ForRefuse: true, FinishDt: until}) // it is right
		})
	}
	for n := 0; n < steps && w.wrong == ""; n++ {
		w.step()
		w.look()
	}
	return w.wrong, w.log
}

func (w *walker) draw(n int) int {
	w.drawn++
	return w.seed.Intn(n, "random-steps", "", w.drawn)
}

func (w *walker) note(format string, args ...any) {
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

func (w *walker) fail(format string, args ...any) {
	if w.wrong == "" {
		w.wrong = fmt.Sprintf(format, args...)
	}
}

// people of the loans.
var people = []string{"830717350867", "901123300258", "791028302728"}

// step is one of those that there are.
func (w *walker) step() {
	n := w.draw(3)
	number := fmt.Sprint("KD", n)
	switch w.draw(24) {
	case 0, 1:
		debt, date := w.draw(4), []string{`,"dbz_dt":"2020-02-08"`, `,"dbz_dt":"2020-02-08"`, ""}[w.draw(3)]
		w.ask("k2.k2loan_from_eko", fmt.Sprintf(`[{"contract_number":%q,"iinbin":%q,"debt":%d,"dep_id":1,"id":%d,"system":%q%s}]`,
			number, people[(n+w.draw(8)/7)%3], debt, n+1, []string{"colvir", "way4"}[n%2], date))
	case 2:
		w.ask("k2.k2loan_sync_debt", fmt.Sprintf(`[{"contract_number":%q,"debt":%d}]`, number, w.draw(3)))
	case 3:
		if code := w.someDemand(); code != "" {
			w.ask("k2.k2extreq_pay_from_eko", fmt.Sprintf(`{"items":[{"trn_id":%d,"refer":%q,"amount":%d,"cur":"KZT"}]}`, w.draw(50), code, w.draw(3)))
		}
	case 4:
		w.ask("k2.k2loan_exclude_on_by_iin_dbznum", fmt.Sprintf(`{"iin":%q,"dbz_num":%q,"return_extreq":%t,"fio":"Т"}`, people[n], number, w.draw(2) == 0))
	case 5:
		w.ask("k2.k2loan_exclude_off_by_iin_dbznum", fmt.Sprintf(`{"iin":%q,"dbz_num":%q}`, people[n], number))
	case 6:
		code := []string{"PC1", "PC3", "EXECUTED", "return"}[w.draw(4)]
		w.tell(w.someReference("bank-silent"), code)
	case 7, 8:
		by := []time.Duration{time.Minute, 10 * time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour, 400 * 24 * time.Hour}[w.draw(6)]
		w.note("%s later", by)
		w.Now = w.Now.Add(by)
	case 9:
		w.note("restored from a snapshot")
		w.Again()
	case 10, 11:
		w.incoming()
	case 12:
		if w.draw(2) == 0 {
			mode := []string{"document", "at-once"}[w.draw(2)]
			w.note("k2.withdrawal=%s", mode)
			w.Set("k2.withdrawal", mode)
		}
	default:
		for range 1 + w.draw(4) {
			w.answer()
		}
	}
}

// tell what the bank does with an incoming demand: the specification says where that leads.
func (w *walker) tell(reference, event string) {
	before, registration := w.stateOf(reference), w.registrationOf(reference)
	if event == "return" {
		w.ask("k2.k2req_return_from_eko", fmt.Sprintf(`{"reference":%q,"reason_code":"01"}`, reference))
	} else {
		w.ask("k2.k2req_status_from_eko", fmt.Sprintf(`{"reference":%q,"status_code":%q}`, reference, event))
	}
	want := before
	for _, line := range specification["k2.incoming-demand"] {
		if to, leads := strings.CutPrefix(line, before+"|"+event+"|"); leads {
			want = to
		}
	}
	if after := w.stateOf(reference); after != want {
		w.fail("%s is told of %s, which was %q: it is %q and not %q", event, reference, before, after, want)
	}
	if now := w.registrationOf(reference); registration == "bank-silent" && event != "return" && now != "registered" {
		w.fail("%s is told of %s, of which the bank was silent: its registration is %q", event, reference, now)
	}
}

func (w *walker) stateOf(reference string) (state string) {
	w.Update(func(c *contract.Call) error {
		i, _ := world.Of(c).Incoming(reference)
		state = i.K2
		return nil
	})
	return state
}

// incoming demand that arrives, is withdrawn or returned; what can't be changes nothing.
func (w *walker) incoming() {
	reference := w.someReference([]string{"registered", ""}[w.draw(2)])
	name, knp := []string{"", "Тестов Тест", "Иванов Иван"}[w.draw(3)], []string{"423", "423", "423", ""}[w.draw(4)]
	act, reason := w.draw(4), []string{"06", "99"}[w.draw(2)]
	w.note("incoming demand %s, %q %q, %d", reference, name, knp, act)
	knows := slices.Contains([]string{"registered", "bank-silent"}, w.registrationOf(reference)) && w.Targets != nil
	want := ""
	w.update(func(c *contract.Call) {
		switch {
		case act == 0 && TakeBack(c, reference, reason) == nil && knows:
			want = "withdrawing"
		case act == 1 && GiveBack(c, reference, reason) == nil && knows:
			want = "returning"
		case act > 1:
			_ = Arrive(c, fmt.Appendf(nil, `{"refer":%q,"iinbin":"901123300258","acc_fullname":%q,"amount":1,"knp":%q}`, reference, name, knp))
		}
	})
	if now := w.registrationOf(reference); want != "" && now != want {
		w.fail("demand %s ends, which the bank has registered: its registration is %q and not %q", reference, now, want)
	}
}

// ask an operation; its transitions are judged.
func (w *walker) ask(operation, body string) {
	w.note("%s %s", operation, body)
	w.judge(w.Ask(operation, body).Taken)
}

// update changes the state otherwise; its transitions are judged.
func (w *walker) update(fn func(*contract.Call)) {
	var taken []contract.Taken
	w.Update(func(c *contract.Call) error {
		fn(c)
		taken = c.Taken()
		return nil
	})
	w.judge(taken)
}

func (w *walker) someDemand() (code string) {
	w.Update(func(c *contract.Call) error {
		var codes []string
		for one := range demands.All(c.Tx) {
			codes = append(codes, one)
		}
		if len(codes) > 0 {
			code = codes[w.draw(len(codes))]
		}
		return nil
	})
	return code
}

// answer one of the bank's questions in one of the ways in which a bank does.
func (w *walker) answer() {
	if len(w.asked) == 0 {
		return
	}
	n := w.draw(len(w.asked))
	q := w.asked[n]
	w.asked = slices.Delete(w.asked, n, n+1)
	heard := contract.Heard{Outcome: "found", Body: []byte(`{"fullname":"ТЕСТОВ ТЕСТ"}`)}
	switch {
	case w.draw(6) == 0:
		heard = contract.Heard{}
	case strings.HasSuffix(q.Operation, "_get_loan_debt"):
		heard = contract.Heard{Outcome: "debt", Body: fmt.Appendf(nil, `{"debt":%d}`, w.draw(4))}
	case q.Operation == "abs.get_all_pt_from_abs":
		w.answerPage(q)
		return
	case w.draw(4) == 0:
		heard.Outcome = "not-found"
	case successes[q.Operation] != "":
		heard.Outcome = successes[q.Operation]
	}
	w.note("%s about %s: %s %s", q.Operation, q.About, heard.Outcome, heard.Body)
	i := slices.IndexFunc(w.processes, func(p contract.Process) bool { return p.Name == q.Process })
	var before Withdrawal
	w.update(func(c *contract.Call) {
		before, _ = withdrawals.Get(c.Tx, q.About)
		w.processes[i].Hear(c, q, heard)
	})
	if q.Process == withdrawalName && before.State == "asking-debt" && before.Cause == "repaid" {
		w.afterAnswer(q, heard)
	}
}

// successes of operations that do not answer found.
var successes = map[string]string{"abs.reg_pt": "registered", "abs.refuse_pt": "refused", "abs.return_pt": "returned", "abs.get_pdf": "scan"}

// afterAnswer to what is asked before the withdrawal of a demand without a debt: the told debt
// decides.
func (w *walker) afterAnswer(q contract.Question, heard contract.Heard) {
	var told struct{ Debt *int64 }
	_ = json.Unmarshal(heard.Body, &told) // silence has none
	if told.Debt == nil {
		return
	}
	w.Update(func(c *contract.Call) error {
		if now, _ := withdrawals.Get(c.Tx, q.About); (*told.Debt == 0) != (now.State == withdrawalEntered) {
			w.fail("debt %d is told, and the withdrawal of %s is %s", *told.Debt, q.About, now.State)
		}
		return nil
	})
}

// look at the state after a step: what is due happens, and then every invariant holds and
// nothing is overdue.
func (w *walker) look() {
	w.update(func(c *contract.Call) {
		for _, n := range []string{"KD0", "KD1", "KD2"} {
			demandsOf(c, n)
		}
		if c.Targets == nil {
			return
		}
		for _, p := range w.processes {
			for {
				due, _ := p.Next(c, 100)
				w.asked = append(w.asked, due...)
				if len(due) == 0 {
					break
				}
			}
		}
	})
	w.Update(func(c *contract.Call) error {
		for _, i := range w.Table.Invariants() {
			if broken := i.Broken(c); len(broken) > 0 {
				w.fail("%s: %s", i.Name, broken[0])
			}
		}
		w.lookForOverdue(c)
		return nil
	})
}

// lookForOverdue things, which the time should have brought.
func (w *walker) lookForOverdue(c *contract.Call) {
	const step, refresh = 10 * time.Minute, 24 * time.Hour
	asked := func(about string) bool {
		return slices.ContainsFunc(w.asked, func(q contract.Question) bool { return q.About == about })
	}
	for code, d := range demands.All(c.Tx) {
		late := !c.Now.Before(d.Since.Add(step))
		if late && slices.Contains([]string{"Введен", "Зарегистрирован", "Отправлен", "Принята банком"}, d.Status) {
			w.fail("demand %s is %s since %s", code, d.Status, d.Since)
		}
		wd, known := withdrawals.Get(c.Tx, code)
		ready := d.Status == "Принята в картотеку банка" || d.Status == "Сформирован на бумажном носителе"
		switch {
		case !known:
		case !c.Now.Before(wd.Since.Add(step)) && slices.Contains([]string{"Введен", "Зарегистрирован", "Отправлен"}, wd.State):
			w.fail("withdrawal %s is %s since %s", wd.Code, wd.State, wd.Since)
		case wd.State == "wanted" && ready && !banOf(c, d).forbidden(c.Now) && (c.Targets == nil || !wd.Due.After(c.Now)):
			w.fail("the withdrawal of %s, which is %s, is still wanted", code, d.Status)
		case wd.State == "asking-debt" && !asked(code):
			w.fail("nothing is asked before the withdrawal of %s", code)
		case wd.State == "wanted" && wd.Cause == "repaid" && w.debtOf(c, d.Contract) > 0:
			w.fail("the withdrawal of %s is wanted, and there is a debt", code)
		case slices.Contains([]string{"wanted", "asking-debt", "Введен", "Зарегистрирован", "Отправлен"}, wd.State) && d.Status == "Отозван":
			w.fail("the withdrawal of %s, which is withdrawn, is %s", code, wd.State)
		}
	}
	w.lookAtRegistrations(c, asked)
	w.lookAtReconciliation(c)
	for number, i := range inquiries.All(c.Tx) {
		waits := i.Due.After(c.Now) && !i.Due.After(c.Now.Add(refresh))
		if rests := i.State == "known" || i.State == "client-unknown"; i.State != "paid" && !waits && (rests || !asked(number)) {
			w.fail("nothing is asked about %s, which is %s", number, i.State)
		}
		loan, _ := world.Of(c).StoredLoan(number)
		if i.State == "known" && loan.Debt > 0 && len(w.missing(c, loan)) > 0 && i.Since.Equal(c.Now) {
			w.fail("loan %s is known, and has no demand to %v", number, w.missing(c, loan))
		}
	}
}

func (w *walker) debtOf(c *contract.Call, number string) int64 {
	loan, _ := world.Of(c).StoredLoan(number)
	return loan.Debt
}

// lookAtRegistrations: what the bank is asked, and where the demand stands.
func (w *walker) lookAtRegistrations(c *contract.Call, asked func(string) bool) {
	ends := map[string][]string{
		"withdrawn": {"Отозвано"}, "returned": {"Возвращено банком"},
		"failed":      {"Возвращено банком", "На доработке", "На ручной обработке", "Отозвано", "Принято к исполнению", "Принята картотека", "Исполнено"},
		"bank-silent": {"Введен"},
	}
	for reference, r := range registrations.All(c.Tx) {
		i, _ := world.Of(c).Incoming(reference)
		states, ends := ends[r.State]
		switch asks := !ends && r.State != "registered"; {
		case r.State != "withdrawn" && i.K2 == "Отозвано" && r.State != "failed", r.State != "returned" && i.K2 == "Возвращено банком" && r.State != "failed":
			w.fail("demand %s is %s, and its registration %s", reference, i.K2, r.State)
		case ends && !slices.Contains(states, i.K2):
			w.fail("the registration of %s is %s, and the demand is %s", reference, r.State, i.K2)
		case asks && c.Targets != nil && !asked(reference) && !r.Due.After(c.Now):
			w.fail("nothing is asked about %s, which is %s", reference, r.State)
		case r.State == "registered" && i.K2 == "Введен" && c.Targets != nil && !r.Due.After(c.Now):
			w.fail("the bank is silent about %s", reference)
		}
	}
}

// missing are the accounts to which a loan may have a demand and has none.
func (w *walker) missing(c *contract.Call, loan world.Loan) (banks []string) {
	for _, account := range world.Of(c).Population().OtherBankAccounts(loan.IINBIN) {
		stands := slices.ContainsFunc(liveDemandsOf(c, loan.ContractNumber, nil), func(d Demand) bool { return d.Account == account.IBAN })
		if !stands && !bansOf(c, loan).forbid(account) && !loan.DbzDate.IsZero() {
			banks = append(banks, account.Bank)
		}
	}
	return banks
}
