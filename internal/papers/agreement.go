package papers

import (
	"fmt"
	"image"
	"time"
)

// Agreement is an agreement of a bank loan as it is printed: several pages, the
// last of them the schedule of payments.
type Agreement struct {
	Number     string
	Date       time.Time
	City       string
	CreditLine string // the day on which its credit line was opened, as text; empty for none
	Bank       Party
	Borrower   Party
	Amount     int64  // tiyn
	Currency   string // "KZT"
	Rate       int    // a year, in hundredths of a percent
	Months     int
	File       string // the archive's number of the file; empty for none
}

// Party signs the agreement.
type Party struct {
	Name      string
	Kind      string // what its number is called: "ИИН", "БИН"
	ID        string
	Address   string
	Phone     string
	Account   string
	Signatory string // who signs for it, if it is not the party itself
}

// PDF draws the agreement as a PDF.
func (a Agreement) PDF() []byte {
	return keptFiles.cached("agreement.pdf", a, func() []byte {
		return pdfOf(a.pages(), about{
			title: clean(regular(), "Договор банковского займа № "+a.Number), language: "ru-KZ", made: a.Date,
		})
	})
}

// TIFF draws the same pages as grey pictures with 200 dots an inch.
func (a Agreement) TIFF() []byte {
	return keptFiles.cached("agreement.tiff", a, func() []byte {
		var pictures []*image.Gray
		for _, p := range a.pages() {
			pictures = append(pictures, p.greyPicture())
		}
		return tiffOf(pictures)
	})
}

// Payment is one line of the schedule, in tiyn.
type Payment struct {
	Due                 time.Time
	Principal, Interest int64
	Left                int64 // of the principal, after the payment
}

// longestSchedule is how many payments are printed, whatever is asked for.
const longestSchedule = 120

// Schedule are the payments: equal parts of the principal, of which the last takes
// the rest, and the interest of thirty days on what is left.
func (a Agreement) Schedule() []Payment {
	months := min(max(a.Months, 1), longestSchedule)
	payments := make([]Payment, months)
	left, part := a.Amount, a.Amount/int64(months)
	for i := range payments {
		interest := left / 10000 * int64(a.Rate) * 30 / 360
		principal := part
		if i == months-1 {
			principal = left
		}
		left -= principal
		payments[i] = Payment{Due: a.due(i + 1), Principal: principal, Interest: interest, Left: left}
	}
	return payments
}

// due is the day of the n-th payment: the agreement's day of the month, or the
// last of a shorter month.
func (a Agreement) due(n int) time.Time {
	first := time.Date(a.Date.Year(), a.Date.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(a.Date.Day(), last)-1)
}

// sum is an amount as agreements print it: "1 250 000,00".
func sum(tiyn int64) string {
	sign := ""
	if tiyn < 0 {
		sign, tiyn = "-", -tiyn
	}
	return fmt.Sprintf("%s%s,%02d", sign, grouped(tiyn/100), tiyn%100)
}

// percent is a rate: "21,50".
func percent(hundredths int) string { return fmt.Sprintf("%d,%02d", hundredths/100, hundredths%100) }

func russianDay(t time.Time) string {
	months := []string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}
	return fmt.Sprintf("«%02d» %s %d года", t.Day(), months[t.Month()-1], t.Year())
}
