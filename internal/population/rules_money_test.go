package population_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/population"
)

// eachLoan is what the first wrong loan's fault is.
func eachLoan(fault func(d *dossier, l population.Loan) string) func(*dossier) string {
	return func(d *dossier) string {
		for _, l := range d.loans {
			if why := fault(d, l); why != "" {
				return l.ContractNumber + ": " + why
			}
		}
		return ""
	}
}

// plantLoan changes the first loan.
func plantLoan(change func(l *population.Loan)) func(*dossier) bool {
	return func(d *dossier) bool {
		if len(d.loans) > 0 {
			change(&d.loans[0])
		}
		return len(d.loans) > 0
	}
}

var bankRules = []rule{
	{
		"only adults borrow, in a line that is not younger",
		eachLoan(func(d *dossier, l population.Loan) string {
			if d.age(l.DeaDate) < 18 || l.DbzDate.Before(l.DeaDate) {
				return fmt.Sprint("line of ", l.DeaDate, ", agreed on ", l.DbzDate)
			}
			return ""
		}),
		plantLoan(func(l *population.Loan) { l.DeaDate = l.DeaDate.AddDate(-90, 0, 0) }),
	},
	{
		"a loan can be overdue for as long as it is",
		eachLoan(func(d *dossier, l population.Loan) string {
			if l.DbzDate.AddDate(0, 0, l.OverdueDays).After(d.today) {
				return fmt.Sprint("agreed on ", l.DbzDate, ", overdue for ", l.OverdueDays)
			}
			return ""
		}),
		plantLoan(func(l *population.Loan) { l.OverdueDays = 100_000 }),
	},
	{
		"less is owed than was lent",
		eachLoan(func(_ *dossier, l population.Loan) string {
			if l.Debt <= 0 || l.Debt >= l.Amount {
				return fmt.Sprint(l.Debt, " of ", l.Amount)
			}
			return ""
		}),
		plantLoan(func(l *population.Loan) { l.Debt = l.Amount + 1 }),
	},
	{
		"a loan is its debtor's",
		eachLoan(func(d *dossier, l population.Loan) string {
			return differ("the debtor", l.IINBIN+" "+l.FullName, d.person.IIN+" "+d.person.FullName())
		}),
		plantLoan(func(l *population.Loan) { l.FullName = "Другой" }),
	},
	{
		"a loan is served from an account of the own bank, in one system and currency",
		eachLoan(func(d *dossier, l population.Loan) string {
			if !slices.ContainsFunc(d.accounts, func(a population.Account) bool {
				return a.IBAN == l.IBAN && a.System == l.System && a.Currency == l.Currency && a.Bank == population.OwnBank().BIC
			}) {
				return "no account is " + l.IBAN
			}
			return ""
		}),
		plantLoan(func(l *population.Loan) { l.System = "other" }),
	},
	{
		"accounts are their owner's",
		func(d *dossier) string {
			for _, a := range slices.Concat(d.accounts, d.elsewhere) {
				owner, _ := d.people.OwnerOfIBAN(a.IBAN)
				if owner != d.person.IIN {
					return a.IBAN + " is of " + owner
				}
			}
			for _, a := range d.accounts {
				if a.Name != d.person.FullName() {
					return a.IBAN + " is of " + a.Name
				}
			}
			return ""
		},
		func(d *dossier) bool { d.accounts[0].Name = "Другой"; return true },
	},
	{
		"the chart of accounts has the owner's residence and sector",
		func(d *dossier) string {
			for _, a := range d.accounts {
				if want := fmt.Sprintf("2204%d%d1", d.person.ResidenceCode, d.person.SectorCode); a.PS != want {
					return a.IBAN + " is in " + a.PS + ", not in " + want
				}
			}
			return ""
		},
		func(d *dossier) bool { d.accounts[0].PS = "2204291"; return d.person.ResidenceCode == 1 },
	},
	{
		"a non-resident has no documents of residents",
		func(d *dossier) string {
			if resident := d.has("identity_card") || d.has("vnzh") || d.has("lbg_card"); resident && d.person.ResidenceCode == 2 {
				return fmt.Sprint("residfl 2 with ", d.sorted())
			}
			return ""
		},
		func(d *dossier) bool { d.person.ResidenceCode = 2; return d.has("vnzh") },
	},
}

// eachCase is what the first wrong case's fault is.
func eachCase(fault func(d *dossier, c population.Case) string) func(*dossier) string {
	return func(d *dossier) string {
		for _, c := range d.cases {
			if why := fault(d, c); why != "" {
				return c.ExecProcNum + ": " + why
			}
		}
		return ""
	}
}

// plantCase changes the first case; change is false if the rule says nothing about it.
func plantCase(change func(c *population.Case) bool) func(*dossier) bool {
	return func(d *dossier) bool { return len(d.cases) > 0 && change(&d.cases[0]) }
}

// utc is the day of an instant at another offset.
func utc(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
}

var caseRules = []rule{
	{
		"a case is its debtor's",
		eachCase(func(d *dossier, c population.Case) string {
			return differ("the debtor", strings.Join([]string{c.DebtorIIN, c.DebtorSurname, c.DebtorName, c.DebtorSecondName}, " "),
				strings.Join([]string{d.person.IIN, upper(d.person.Surname), upper(d.person.Name), upper(d.person.Patronymic)}, " "))
		}),
		plantCase(func(c *population.Case) bool { c.DebtorSecondName = "ДРУГОЙ"; return true }),
	},
	{
		"a case is against an adult, after its writ, by today",
		eachCase(func(d *dossier, c population.Case) string {
			if d.age(utc(c.ILDate)) < 18 || !c.ILDate.Before(c.IPStartDate) || utc(c.IPStartDate).After(d.today) {
				return fmt.Sprint("writ of ", c.ILDate, ", begun on ", c.IPStartDate)
			}
			return ""
		}),
		plantCase(func(c *population.Case) bool { c.ILDate = c.IPStartDate; return true }),
	},
	{
		"the number of a case has its year",
		eachCase(func(_ *dossier, c population.Case) string {
			return differ("the year", strings.Split(strings.Split(c.ExecProcNum, "/")[1], "-")[0], c.IPStartDate.Format("06"))
		}),
		plantCase(func(c *population.Case) bool { c.ExecProcNum = "1/99-75-1"; return true }),
	},
	{
		"a recoverer is another, by the name that everybody knows",
		eachCase(func(d *dossier, c population.Case) string {
			r := c.Recoverer
			if r.BIN != "" {
				return differ("the recoverer", r.Title, d.people.Organisation(r.BIN).Name)
			}
			known := d.people.Person(r.IIN)
			if r.IIN == d.person.IIN || r.Surname != upper(known.Surname) || r.Name != upper(known.Name) || r.SecondName != upper(known.Patronymic) {
				return fmt.Sprint(r)
			}
			return ""
		}),
		plantCase(func(c *population.Case) bool { c.Recoverer.Title = "ТОО"; return c.Recoverer.BIN != "" }),
	},
	{
		"the category fits the recoverer",
		eachCase(func(d *dossier, c population.Case) string {
			_, isBank := bankByBIN(c.Recoverer.BIN)
			state := strings.HasPrefix(c.Recoverer.Title, `РГУ "Управление государственных доходов`)
			wants := map[string]bool{
				"В пользу иных юридических лиц": c.Recoverer.BIN != "" && !isBank && !state, "В пользу банков второго уровня": isBank,
				"Взыскание коммунальных услуг": c.Recoverer.BIN != "", "Взыскание алиментов": c.Recoverer.IIN != "",
				"Взыскание административного штрафа": state, "Взыскание налоговой задолженности": state, "Взыскание суммы": !state,
			}
			if fits, known := wants[c.CategoryRu]; !known || !fits {
				return c.CategoryRu + " for " + fmt.Sprint(c.Recoverer)
			}
			return ""
		}),
		plantCase(func(c *population.Case) bool {
			c.CategoryRu = "Взыскание налоговой задолженности"
			return c.Recoverer.IIN != ""
		}),
	},
	{
		"alimony is for the former spouse",
		eachCase(func(d *dossier, c population.Case) string {
			if c.CategoryRu != "Взыскание алиментов" {
				return ""
			}
			_, wed := d.spouses()
			former := []string{d.own("divorce_certificate").at("formerSpouse").text("iin"), wed.text("iin")}
			if d.has("divorce_certificate") && !slices.Contains(former, c.Recoverer.IIN) {
				return "it is for " + c.Recoverer.IIN
			}
			return ""
		}),
		func(d *dossier) bool {
			for i := range d.cases {
				if d.cases[i].CategoryRu == "Взыскание алиментов" && d.has("divorce_certificate") {
					d.cases[i].Recoverer.IIN = d.person.IIN
					return true
				}
			}
			return false
		},
	},
	{
		"organs and bailiffs are in the debtor's town",
		eachCase(func(d *dossier, c population.Case) string {
			for _, text := range []string{c.ILOrganRu, c.DivisionRu, c.DepartmentRu} {
				if town := d.town(); d.has("srts") && !strings.HasSuffix(upper(text), "Г."+town) {
					return text + ", but vehicles are registered in " + town
				}
			}
			return ""
		}),
		func(d *dossier) bool {
			if len(d.cases) > 0 {
				d.cases[0].DivisionRu = "Частные судебные исполнители г.Лондон"
			}
			return len(d.cases) > 0 && d.has("srts")
		},
	},
	{
		"fines and taxes are for bailiffs of the state, all else for private ones",
		eachCase(func(_ *dossier, c population.Case) string {
			state := c.CategoryRu == "Взыскание административного штрафа" || c.CategoryRu == "Взыскание налоговой задолженности"
			return differ("for the state's", strings.HasPrefix(c.DepartmentRu, "Департамент юстиции"), state)
		}),
		plantCase(func(c *population.Case) bool {
			c.DepartmentRu = "Иной отдел"
			return strings.HasPrefix(c.CategoryRu, "Взыскание адм")
		}),
	},
	{
		"the organ can decide on the category",
		eachCase(func(_ *dossier, c population.Case) string {
			want := map[string][]string{
				"Взыскание административного штрафа": {"Управление административной полиции"},
				"Взыскание налоговой задолженности":  {"Управление государственных доходов"},
				"Взыскание алиментов":                {"Суд г."},
				"В пользу банков второго уровня":     {"Суд г.", "Нотариальная палата"},
			}[c.CategoryRu]
			if want == nil {
				want = []string{"Нотариальная палата"}
			}
			if !slices.ContainsFunc(want, func(organ string) bool { return strings.HasPrefix(c.ILOrganRu, organ) }) {
				return c.ILOrganRu + " on " + c.CategoryRu
			}
			return ""
		}),
		plantCase(func(c *population.Case) bool { c.ILOrganRu = "Управление погоды"; return true }),
	},
}

func bankByBIN(bin string) (population.Bank, bool) {
	all := population.Banks()
	if i := slices.IndexFunc(all, func(b population.Bank) bool { return b.BIN == bin }); i >= 0 {
		return all[i], true
	}
	return population.Bank{}, false
}
