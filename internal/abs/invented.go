package abs

import (
	"fmt"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

// inventedDemand is a demand for a reference that is not registered: another
// bank's, dated today, against a person who has a loan there.
func inventedDemand(c *contract.Call, refer string) demand {
	people := world.Of(c).Population()
	iin := people.IINOf("demand " + refer)
	bank := population.Banks()[0]
	staff := people.Organisation(bank.BIN)
	name, today := holderOf(c, iin).name, isoOf(c.Now)
	agreed, number := c.Now.AddDate(-2, 0, 0), "R"+c.Seed.Digits(4, "abs.unknown-demand", refer, 0)+"-001"
	sum, _ := money.Amount(world.DrawnAmount(c, refer)).MarshalJSON() // has no error
	d := demand{"amount": sum}
	for field, text := range map[string]string{
		"refer": refer, "accept_dt": today, "doc_num": "1", "doc_at": today,
		"iinbin": iin, "acc_fullname": name,
		"ben_fullname": bank.Name, "ben_bin": bank.BIN, "ben_iban": people.Accounts(bank.BIN)[0].IBAN, "ben_kbe": "14",
		"cur": tenge, "knp": "423", "dbz_num": number, "dbz_dt": isoOf(agreed),
		"purpose": fmt.Sprintf("Погашение задолженности заемщика (%s) по Договору банковского займа № %s от %s",
			name, number, agreed.Format("02.01.2006")),
		"head": staff.Head, "account": staff.Accountant,
	} {
		d[field] = encodeText(text)
	}
	return d
}
