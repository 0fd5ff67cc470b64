package population

import "slices"

// Bank is a bank of Kazakhstan. The BIN is a valid number; Kaspi's is the one
// that the ABS document shows, the others are made up.
type Bank struct {
	BIC  string // eight letters, "KINCKZKA"
	Code string // three digits, the fifth to seventh character of the bank's IBANs
	Name string // as documents name it, in Russian
	BIN  string
	// Electronic is false for a bank that takes payment demands on paper only.
	// K2's sample shows this of the post; of no other bank is it known.
	Electronic bool
	// Retail is true for the banks in which people of the population have accounts.
	Retail bool
}

// ownBankCode is the bank that runs the ABS and K2: the transit account of K2's
// k2extreq_by_dbz sample is one of its own.
const ownBankCode = "998"

var banks = []Bank{
	{"CASPKZKA", "722", `АО "KASPI BANK"`, "971240001315", true, true},
	{"HSBKKZKX", "601", `АО "Народный Банк Казахстана"`, "971040008652", true, true},
	{"KCJBKZKX", "856", `АО "Банк ЦентрКредит"`, "931240002950", true, true},
	{"IRTYKZKA", "965", `АО "ForteBank"`, "940640004970", true, true},
	{"TSESKZKA", ownBankCode, `АО "Alatau City Bank"`, "980440001996", true, true},
	{"KINCKZKA", "821", `АО "Bank RBK"`, "970540005445", true, true},
	{"EURIKZKA", "948", `АО "Евразийский банк"`, "980940003762", true, true},
	{"KSNVKZKA", "551", `АО "Фридом Банк Казахстан"`, "960640001058", true, true},
	{"BRKEKZKA", "914", `АО "Bereke Bank"`, "991140007265", true, true},
	{"HCSKKZKA", "972", `АО "Отбасы банк"`, "940440003033", true, true},
	{"NURSKZKX", "849", `АО "Нурбанк"`, "991140000268", true, true},
	{"ATYNKZKA", "949", `АО "Altyn Bank"`, "941140008660", true, true},
	{"INLMKZKA", "886", `АО "Home Credit Bank"`, "951140000469", true, true},
	{"KZIBKZKA", "885", `АО "КЗИ Банк"`, "990140007084", true, false},
	{"VTBAKZKZ", "432", `АО "Банк ВТБ (Казахстан)"`, "971040007337", true, false},
	{"SHBKKZKA", "435", `АО "Шинхан Банк Казахстан"`, "960440002673", true, false},
	{"CITIKZKA", "832", `АО "Ситибанк Казахстан"`, "940240009779", true, false},
	{"ICBKKZKX", "930", `АО "Торгово-промышленный Банк Китая в г. Алматы"`, "940940001203", true, false},
	{"BKCHKZKA", "913", `АО "Банк Китая в Казахстане"`, "940340005264", true, false},
	{"KPSTKZKA", "563", `АО "Казпочта"`, "990640007974", false, true},
	{"NBRKKZKX", "125", `РГУ "Национальный Банк Республики Казахстан"`, "950140002968", true, false},
}

// otherRetailBanks are the banks in which a debtor may have accounts besides
// the own bank.
var otherRetailBanks = slices.DeleteFunc(slices.Clone(banks), func(b Bank) bool {
	return !b.Retail || b.Code == ownBankCode
})

// Banks returns all banks that the population knows.
func Banks() []Bank {
	return slices.Clone(banks)
}

// OwnBank returns the bank whose ABS and K2 are simulated.
func OwnBank() Bank {
	bank, _ := BankByCode(ownBankCode)
	return bank
}

// BankByBIC finds a bank by its eight letters; ok is false for an unknown one.
func BankByBIC(bic string) (bank Bank, ok bool) {
	return findBank(func(b Bank) bool { return b.BIC == bic })
}

// BankByCode finds a bank by the three digits that its IBANs carry; ok is false
// for an unknown one.
func BankByCode(code string) (bank Bank, ok bool) {
	return findBank(func(b Bank) bool { return b.Code == code })
}

// BankOfIBAN finds the bank of an account by its number, whether or not the
// check digits and the length are right; ok is false for an unknown bank.
func BankOfIBAN(iban string) (bank Bank, ok bool) {
	if len(iban) < ibanAccount {
		return Bank{}, false
	}
	return BankByCode(iban[ibanBank:ibanAccount])
}

func findBank(is func(Bank) bool) (bank Bank, ok bool) {
	i := slices.IndexFunc(banks, is)
	if i < 0 {
		return Bank{}, false
	}
	return banks[i], true
}
