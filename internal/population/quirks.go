package population

import (
	"time"
)

// Quirk is the one way in which a person is unusual.
type Quirk string

// The quirks; the package comment says what each means.
const (
	Ordinary        Quirk = "ordinary"
	NotRegistered   Quirk = "not-registered"
	NoAddress       Quirk = "no-address"
	Rejects         Quirk = "rejects"
	Ignores         Quirk = "ignores"
	LacksDocument   Quirk = "lacks-document"
	Foreigner       Quirk = "foreigner"
	Stateless       Quirk = "stateless"
	NonResident     Quirk = "non-resident"
	NoCases         Quirk = "no-cases"
	SeveralCases    Quirk = "several-cases"
	NoLoans         Quirk = "no-loans"
	SeveralLoans    Quirk = "several-loans"
	NoAccounts      Quirk = "no-accounts"
	SeveralAccounts Quirk = "several-accounts"
)

// How many in a thousand have each quirk. The rest, 925, are ordinary.
const (
	notRegisteredPerMille   = 5
	noAddressPerMille       = 5
	rejectsPerMille         = 5
	ignoresPerMille         = 5
	lacksDocumentPerMille   = 5
	foreignerPerMille       = 10
	statelessPerMille       = 5
	nonResidentPerMille     = 5
	noCasesPerMille         = 5
	severalCasesPerMille    = 5
	noLoansPerMille         = 5
	severalLoansPerMille    = 5
	noAccountsPerMille      = 5
	severalAccountsPerMille = 5
)

// severalAtMost is the most loans, cases or accounts that a person with several
// has; the least is two.
const severalAtMost = 3

// usualAnswerAfter is how long people take to answer an address request.
const usualAnswerAfter = 5 * time.Second

var quirkShares = []struct {
	quirk    Quirk
	perMille int
}{
	{NotRegistered, notRegisteredPerMille},
	{NoAddress, noAddressPerMille},
	{Rejects, rejectsPerMille},
	{Ignores, ignoresPerMille},
	{LacksDocument, lacksDocumentPerMille},
	{Foreigner, foreignerPerMille},
	{Stateless, statelessPerMille},
	{NonResident, nonResidentPerMille},
	{NoCases, noCasesPerMille},
	{SeveralCases, severalCasesPerMille},
	{NoLoans, noLoansPerMille},
	{SeveralLoans, severalLoansPerMille},
	{NoAccounts, noAccountsPerMille},
	{SeveralAccounts, severalAccountsPerMille},
}

// isSample reports whether an IIN stands in the service documents' samples, as the subject or the
// debtor. Clients are tried with them first, so they never surprise.
func isSample(iin string) bool {
	switch iin {
	case "000000000000", "000000000001", "000000000002", "000000000003", "000000000005", "000000000006", "000000000007",
		"012345678901", "111111111111", "780204403060", "850210301899", "850624300987", "880514600789", "901123300258",
		"901231400567", "921104600234", "981217450830", "990615400064":
		return true
	}
	return false
}

// reservedYear is the birth year of the IINs that stand for reserved values.
const reservedYear = 2099

// quirk draws whether and how the owner of a number is unusual.
func (p Population) quirk(iinbin string) Quirk {
	if alwaysOrdinary(iinbin) {
		return Ordinary
	}
	drawn := p.seed.Intn(1000, scopeQuirk, iinbin, 0)
	for _, share := range quirkShares {
		if drawn < share.perMille {
			return share.quirk
		}
		drawn -= share.perMille
	}
	return Ordinary
}

// several draws how many of something its owner has who has several.
func (p Population) several(iinbin string) int {
	return 2 + p.seed.Intn(severalAtMost-1, scopeQuirk, iinbin, 1)
}

// count is how many loans, cases or accounts a person has: one, unless his
// quirk is to have none or several.
func (p Population) count(iinbin string, none, several Quirk) int {
	switch p.quirk(iinbin) {
	case none:
		return 0
	case several:
		return p.several(iinbin)
	default:
		return 1
	}
}

// alwaysOrdinary reports whether it is the sample or a reserved IIN.
func alwaysOrdinary(iinbin string) bool {
	if isSample(iinbin) {
		return true
	}
	year, ok := birthYear(iinbin)
	return ok && year == reservedYear
}
