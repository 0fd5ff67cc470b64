package k2

import (
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

// specification is how the manual has the transitions, written down apart from the machines:
// "state event state", one line each.
var specification = map[string][]string{
	"k2.demand": lines(`
		Введен|register|Зарегистрирован
		Зарегистрирован|dispatch|Отправлен
		Зарегистрирован|dispatch|Сформирован на бумажном носителе
		Отправлен|accept|Принята банком
		Принята банком|file|Принята в картотеку банка
		Введен|withdraw|Отозван
		Зарегистрирован|withdraw|Отозван
		Отправлен|withdraw|Отозван
		Принята банком|withdraw|Отозван
		Принята в картотеку банка|withdraw|Отозван
		Сформирован на бумажном носителе|withdraw|Отозван`),
	"k2.withdrawal": lines(`
		wanted|ask|asking-debt
		wanted|enter|Введен
		wanted|drop|dropped
		asking-debt|drop|dropped
		Введен|drop|dropped
		Зарегистрирован|drop|dropped
		Отправлен|drop|dropped
		asking-debt|answered|Введен
		asking-debt|answered|dropped
		asking-debt|silent|wanted
		dropped|want|wanted
		Введен|register|Зарегистрирован
		Зарегистрирован|dispatch|Отправлен
		Отправлен|confirm|Отзыв подтвержден`),
	"k2.inquiry": lines(`
		client|answered|accounts
		client|unknown|client-unknown
		client-unknown|day-over|client
		accounts|answered|debt
		debt|answered|scan
		scan|answered|statement
		statement|answered|known
		known|day-over|debt-again
		debt-again|answered|known
		paid|loaded|client
		client|paid|paid
		accounts|paid|paid
		debt|paid|paid
		scan|paid|paid
		statement|paid|paid
		debt-again|paid|paid
		client-unknown|paid|paid
		known|paid|paid
		client|changed|client
		accounts|changed|client
		debt|changed|client
		scan|changed|client
		statement|changed|client
		debt-again|changed|client
		client-unknown|changed|client
		known|changed|client`),
	"k2.incoming-demand": lines(`
		Введен|PC1|Принято к исполнению
		Принято к исполнению|PC1|Принято к исполнению
		Введен|PC3|Принята картотека
		Принято к исполнению|PC3|Принята картотека
		Принята картотека|PC3|Принята картотека
		Введен|EXECUTED|Исполнено
		Принято к исполнению|EXECUTED|Исполнено
		Принята картотека|EXECUTED|Исполнено
		Исполнено|EXECUTED|Исполнено
		Введен|return|Возвращено банком
		Принято к исполнению|return|Возвращено банком
		Принята картотека|return|Возвращено банком
		Возвращено банком|return|Возвращено банком
		На доработке|PC1|Принято к исполнению
		На ручной обработке|PC1|Принято к исполнению
		На доработке|PC3|Принята картотека
		На ручной обработке|PC3|Принята картотека
		На доработке|EXECUTED|Исполнено
		На ручной обработке|EXECUTED|Исполнено
		На доработке|return|Возвращено банком
		На ручной обработке|return|Возвращено банком
		Введен|rework|На доработке
		Введен|handle|На ручной обработке
		Введен|withdraw|Отозвано
		На доработке|withdraw|Отозвано
		На ручной обработке|withdraw|Отозвано
		Принято к исполнению|withdraw|Отозвано
		Принята картотека|withdraw|Отозвано`),
	"k2.reconciliation": lines(`
		resting|night|asking
		asking|full-page|asking
		asking|answered|resting
		asking|silent|resting`),
	"k2.registration": lines(`
		client|answered|accounts
		client|unknown|failed
		client|mismatch|failed
		accounts|answered|registering
		accounts|unknown|failed
		registering|answered|registered
		registering|mismatch|failed
		registered|day-over|bank-silent
		bank-silent|told|registered
		client|withdraw|withdrawn
		accounts|withdraw|withdrawn
		registered|withdraw|withdrawing
		bank-silent|withdraw|withdrawing
		registered|return|returning
		bank-silent|return|returning
		client|return|returned
		accounts|return|returned
		client|confirm|returned
		accounts|confirm|returned
		registering|confirm|returned
		withdrawing|confirm|returned
		returning|confirm|returned
		registered|confirm|returned
		bank-silent|confirm|returned
		withdrawing|answered|withdrawn
		returning|answered|returned
		withdrawing|mismatch|registered
		returning|mismatch|registered`),
}

func lines(text string) (all []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// judge transitions: each is one of the specification, and its condition was true.
func (w *walker) judge(taken []contract.Taken) {
	for _, one := range taken {
		line := strings.Join([]string{one.From, one.Event, one.To}, "|")
		if !slices.Contains(specification[one.Machine], line) {
			w.fail("%s of %s: %s is no transition", one.Machine, one.Key, line)
		}
		w.Update(func(c *contract.Call) error {
			w.judgeCondition(c, one)
			return nil
		})
	}
}

// judgeCondition of a transition that was taken, by the state after its step.
func (w *walker) judgeCondition(c *contract.Call, one contract.Taken) {
	d, _ := demands.Get(c.Tx, one.Key)
	switch one.Machine + " " + one.Event {
	case "k2.demand dispatch":
		bank, _ := population.BankByBIC(d.Bank)
		if bank.Electronic != (one.To == "Отправлен") {
			w.fail("demand %s to %s is %s", one.Key, d.Bank, one.To)
		}
	case "k2.demand withdraw":
		wd, known := withdrawals.Get(c.Tx, one.Key)
		if byDocument(c) && (!known || wd.State != "Отзыв подтвержден") {
			w.fail("demand %s is withdrawn, and its withdrawal is %q", one.Key, wd.State)
		}
	case "k2.withdrawal drop":
		w.judgeDrop(c, d)
		if one.From != "wanted" && d.Status != "Отозван" {
			w.fail("the withdrawal of %s, which is %s, is dropped", one.Key, d.Status)
		}
	case "k2.withdrawal ask", "k2.withdrawal enter":
		if !slices.Contains([]string{"Принята в картотеку банка", "Сформирован на бумажном носителе", "Отозван"}, d.Status) {
			w.fail("the withdrawal of %s, which is %s: %s", one.Key, d.Status, one.Event)
		}
		if banOf(c, d).forbidden(c.Now) || one.Event == "enter" && c.Targets != nil {
			w.fail("the withdrawal of %s: %s", one.Key, one.Event)
		}
	}
}

// judgeDrop of the withdrawal of a demand that stands: its cause has to be gone.
func (w *walker) judgeDrop(c *contract.Call, d Demand) {
	wd, _ := withdrawals.Get(c.Tx, d.Code)
	if wd.State != "dropped" || d.Status == "Отозван" {
		return // it is wanted again, or the demand has ended
	}
	loan, _ := world.Of(c).StoredLoan(d.Contract)
	stands := map[string]bool{
		"repaid": loan.Debt == 0, "excluded": bansOf(c, loan).any(), "another-debtor": loan.IINBIN != d.IINBIN, "expired": true,
	}
	if stands[wd.Cause] {
		w.fail("the withdrawal of %s is dropped, and its cause, %s, stands", d.Code, wd.Cause)
	}
}
