package population

import (
	"strconv"
	"time"
)

// client is what the own bank knows of a person or an organisation alike.
type client struct {
	iinbin    string
	name      string
	since     time.Time // birth or registration
	borrowsAt int       // the age, in years, from which it may borrow
	chart     string    // its current accounts' position in the chart of accounts
	segment   string    // business segment of its loans
}

// Positions in the chart of accounts: 2204 current accounts of people, 2203 of
// organisations, then the residence, the sector and 1 for tenge.
const (
	chartPeople        = "2204"
	chartOrganisations = "2203"
	chartTenge         = "1"
)

func (p Population) client(iinbin string) client {
	if IsBIN(iinbin) {
		owner := p.Organisation(iinbin)
		return client{
			iinbin:  iinbin,
			name:    owner.ShortName,
			since:   owner.Registered,
			chart:   chartOrganisations + strconv.Itoa(owner.ResidenceCode) + strconv.Itoa(owner.SectorCode) + chartTenge,
			segment: "02",
		}
	}
	owner := p.Person(iinbin)
	return client{
		iinbin:    iinbin,
		name:      owner.FullName(),
		since:     owner.BirthDate,
		borrowsAt: adultAge,
		chart:     chartPeople + strconv.Itoa(owner.ResidenceCode) + strconv.Itoa(owner.SectorCode) + chartTenge,
		segment:   "01",
	}
}

// mayBorrow is the first day on which the client may borrow.
func (c client) mayBorrow() time.Time { return c.since.AddDate(c.borrowsAt, 0, 0) }

// notTooYoung moves a day that is before agreed to where the client may borrow, if that
// is before agreed.
func (c client) notTooYoung(day, agreed time.Time) time.Time {
	if first := c.mayBorrow(); first.After(day) && !first.After(agreed) {
		return first
	}
	return day
}
