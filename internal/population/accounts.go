package population

import "strconv"

// Account is an account in a bank. Its thirteen account characters are the
// owner's IIN or BIN and one digit, so that a number leads back to the owner. It
// is comparable.
type Account struct {
	IBAN     string
	Name     string // the owner's name
	PS       string // in the chart of accounts, "2204191"
	System   string // SystemWay4 or SystemColvir
	Currency string
	Bank     string // the BIC
}

// Accounts returns the accounts at the own bank: a current account (digit 0),
// which every client has, and the account of every loan (digits 1 to 9).
func (p Population) Accounts(iinbin string) []Account {
	if !isIdentifier(iinbin) {
		return nil
	}
	owner, loans := p.client(iinbin), p.Loans(iinbin)
	accounts := make([]Account, 0, 1+len(loans))
	accounts = append(accounts, owner.account(OwnBank(), 0))
	for i, loan := range loans {
		account := owner.account(OwnBank(), i+1)
		account.System = loan.System
		accounts = append(accounts, account)
	}
	return accounts
}

// OtherBankAccounts returns the accounts at other banks, each at another one,
// that payment demands are made to; an ordinary debtor has exactly one. Only IBAN,
// currency and bank are known here: the rest is the other bank's.
func (p Population) OtherBankAccounts(iinbin string) []Account {
	count := p.CountOtherBankAccounts(iinbin)
	if count == 0 {
		return nil
	}
	accounts := make([]Account, 0, count)
	first := p.seed.Intn(len(otherRetailBanks), scopeElsewhere, iinbin, 0)
	for digit := range count {
		bank := otherRetailBanks[(first+digit)%len(otherRetailBanks)]
		accounts = append(accounts, Account{IBAN: accountAt(bank, iinbin, digit), Currency: tenge, Bank: bank.BIC})
	}
	return accounts
}

// CountOtherBankAccounts is how many OtherBankAccounts returns.
func (p Population) CountOtherBankAccounts(iinbin string) int {
	if !isIdentifier(iinbin) {
		return 0
	}
	return p.count(iinbin, NoAccounts, SeveralAccounts)
}

// OwnerOfIBAN returns who has an account, at the own bank or another; ok is
// false when it is no account of the population.
func (p Population) OwnerOfIBAN(iban string) (iinbin string, ok bool) {
	if ValidIBAN(iban) != nil {
		return "", false
	}
	owner := ownerInIBAN(iban)
	for _, account := range append(p.Accounts(owner), p.OtherBankAccounts(owner)...) {
		if account.IBAN == iban {
			return owner, true
		}
	}
	return "", false
}

// ownerInIBAN reads the number that an account of twenty characters would
// belong to.
func ownerInIBAN(iban string) string {
	return iban[ibanAccount : ibanLength-1]
}

// account makes the account with a digit; people are served by Way4 unless a
// loan says otherwise.
func (c client) account(bank Bank, digit int) Account {
	return Account{
		IBAN:     accountAt(bank, c.iinbin, digit),
		Name:     c.name,
		PS:       c.chart,
		System:   SystemWay4,
		Currency: tenge,
		Bank:     bank.BIC,
	}
}

// accountAt is the IBAN of a client's account with a digit.
func accountAt(bank Bank, iinbin string, digit int) string {
	return newIBAN(bank.Code, iinbin+strconv.Itoa(digit))
}
