package papers

import (
	"strconv"
	"time"
)

// Statement is a statement of an account to a day, as K2 appends it to the scan of a loan's
// agreement.
type Statement struct {
	Agreement string // the loan agreement's number
	Date      time.Time
	Borrower  Party
	Lines     []StatementLine
}

// StatementLine is one entry of the account. Sums are as the bank's answer has them.
type StatementLine struct {
	Purpose  string
	Side     string // D debit, C credit
	Amount   string
	Balance  string // after the entry
	Currency string
}

// longestStatement is how many lines are printed, the first ones.
const longestStatement = 1000

// PDF draws the statement.
func (s Statement) PDF() []byte {
	return pdfOf(paginate(s.blocks()), about{
		title: clean(regular(), "Выписка по счёту, договор № "+s.Agreement), language: "ru-KZ", made: s.Date,
	})
}

func (s Statement) blocks() []block {
	plain := style{regular(), 8.6, black}
	table := chart{
		widths: []float64{0.7, 5, 0.8, 2.4, 2.4, 1.2}, head: style{bold(), 8, agreementInk}, cell: plain,
		line: mixed(agreementInk, 0.6), tint: mixed(agreementInk, 0.9),
		titles: []string{"№", "Назначение платежа", "Д/К", "Сумма", "Исходящий остаток", "Валюта"},
	}
	head := together(
		flowing(style{bold(), 14, agreementInk}, centre, "ВЫПИСКА ПО СЧЁТУ "+s.Borrower.Account),
		flowing(plain, left, "Договор банковского займа № "+s.Agreement+" от "+s.Date.Format("02.01.2006")),
		flowing(plain, left, s.Borrower.Name+", "+s.Borrower.Kind+" "+s.Borrower.ID),
		space(2),
	)
	const rows = 8 // on a page; a purpose may take several lines
	all := []block{head}
	for first := 0; first < min(len(s.Lines), longestStatement); first += rows {
		part := table
		for i, l := range s.Lines[first:min(first+rows, len(s.Lines))] {
			part.rows = append(part.rows, []string{strconv.Itoa(first + i + 1), l.Purpose, l.Side, l.Amount, l.Balance, l.Currency})
		}
		all = append(all, part.lay)
	}
	return all
}
