package k2

import (
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/money"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

// demandItem is a demand as k2extreq_by_dbz prints it, its members in the order
// of the sample (sorted, but for knp_id$). Everything is a string; sums have two
// decimals (ledger 43). A column that may be NULL is left out where it is (ledger 135).
type demandItem struct {
	Amount          string `json:"amount"`
	BankCode        string `json:"bank_code"`
	BankID          string `json:"bank_id"`
	BankName        string `json:"bank_id$"`
	BankHeader      string `json:"bank_id$header_paper,omitempty"`
	ClientID        string `json:"cli_id"`
	ClientName      string `json:"cli_id$"`
	ClientIIN       string `json:"cli_iin"`
	Code            string `json:"code"`
	CreatedAt       string `json:"created_at"`
	CreatedDate     string `json:"created_at_fmt"`
	CreatedBy       string `json:"created_by"`
	CreatedByName   string `json:"created_by$"`
	CreatedByFooter string `json:"created_by$footer_text"`
	CreatedByLogin  string `json:"created_by$login"`
	CurrencyID      string `json:"cur_id"`
	Currency        string `json:"cur_id$"`
	AccountCode     string `json:"extacc_code,omitempty"`
	AccountID       string `json:"extacc_id,omitempty"`
	AccountName     string `json:"extacc_id$,omitempty"`
	ID              string `json:"id"`
	PurposeID       string `json:"knp_id"`
	PurposeCode     string `json:"knp_id$code"`
	PurposeName     string `json:"knp_id$"`
	LoanDebt        string `json:"loan_debt"`
	LoanDate        string `json:"loan_doc_at_fmt"`
	LoanID          string `json:"loan_id"`
	LoanNumber      string `json:"loan_id$dbz_num"`
	LoanTitle       string `json:"loan_id$title"`
	PaidAmount      string `json:"paid_amount"`
	Purpose         string `json:"purpose"`
	RegistryID      string `json:"reg_id"`
	RegistryNumber  string `json:"reg_id$"`
	StatusID        string `json:"stat_id"`
	Status          string `json:"stat_id$"`
	UUID            string `json:"sys$uuid"`
	TransitID       string `json:"transitacc_id,omitempty"`
	TransitAccount  string `json:"transitacc_id$,omitempty"`
	UpdatedAt       string `json:"updated_at"`
	UpdatedBy       string `json:"updated_by"`
	UpdatedByName   string `json:"updated_by$"`
	UpdatedByFooter string `json:"updated_by$footer_text"`
	UpdatedByLogin  string `json:"updated_by$login"`
}

// Values of the sample that are used for every demand: its author and the
// purpose code.
const (
	authorID     = "15"
	authorName   = "Сидоров В.С."
	systemAuthor = "Системный пользователь" // ledger 132
	authorLogin  = "vasil"
	authorFooter = "исп: ведущий менеджер УДВ ДКР РБ Иванов И.И. <br />\r\nсот тел: 8 777 777 77 77 \r\n" // ledger 43
	purposeID    = "290"
	purposeCode  = "423"
	purposeName  = "423.Погашение долгосрочных займов (более одного года)"
	transitID    = "5"
)

// transitAccount is the sample's, of the own bank, with right check digits.
const transitAccount = "KZ759980000000000005"

// Formats of the sample: K2 writes times at UTC+6, with microseconds.
const (
	timeFormat = "2006-01-02T15:04:05.000000-07:00"
	dateFormat = "02.01.2006"
)

var astana = time.FixedZone("", 6*60*60)

// itemOf prints a demand of a loan.
func itemOf(c *contract.Call, d Demand, loan world.Loan) demandItem {
	bank, _ := population.BankByBIC(d.Bank)
	registry := registryNumber(d.CreatedAt)
	item := demandItem{
		Amount: d.Amount.String(), PaidAmount: d.Paid.String(), LoanDebt: money.Amount(loan.Debt).String(),
		BankCode: d.Bank, BankID: strings.TrimLeft(bank.Code, "0"), BankName: bank.Name, BankHeader: headerPaper(bank.Name, sampleAddressee),
		ClientID: rowID(c, "client", d.IINBIN), ClientName: d.FullName, ClientIIN: d.IINBIN,
		Code: d.Code, ID: rowID(c, "demand", d.Code), UUID: c.Seed.UUID("k2.row-uuid", d.Code, 0),
		CreatedAt: d.CreatedAt.In(astana).Format(timeFormat), CreatedDate: d.CreatedAt.In(astana).Format(dateFormat),
		CreatedBy: authorID, CreatedByName: authorName, CreatedByFooter: authorFooter, CreatedByLogin: authorLogin,
		CurrencyID: currencyID(d.Currency), Currency: d.Currency,
		AccountCode: d.Account, AccountID: rowID(c, "account", d.Account), AccountName: d.FullName,
		PurposeID: purposeID, PurposeCode: purposeCode, PurposeName: purposeName, Purpose: purposeText(d, loan),
		LoanDate: loan.DbzDate.Format(dateFormat), LoanID: rowID(c, "loan", loan.ContractNumber),
		LoanNumber: loan.DbzNumber, LoanTitle: loan.FullName,
		RegistryID: registry, RegistryNumber: registry,
		StatusID: statusIDs[d.Status], Status: d.Status,
		TransitID: transitID, TransitAccount: transitAccount,
		UpdatedAt: d.UpdatedAt.In(astana).Format(timeFormat),
		UpdatedBy: authorID, UpdatedByName: authorName, UpdatedByFooter: authorFooter, UpdatedByLogin: authorLogin,
	}
	if c.Profile.Is(switchItem, ofManual) {
		item.follow(d, bank)
	}
	return item
}

// follow the product's manual, where it differs from the document's sample (ledger 131 to
// 135).
func (i *demandItem) follow(d Demand, bank population.Bank) {
	if d.LoanDebt > 0 { // one that a scenario has stated has none
		i.LoanDebt = d.LoanDebt.String()
	}
	i.CreatedByName, i.UpdatedByName, i.StatusID = systemAuthor, systemAuthor, manualStatusIDs[d.Status]
	i.BankHeader = ""
	if addressee, known := addressees[bank.BIC]; known {
		i.BankHeader = headerPaper(bank.Name, addressee)
	}
	if bank.Electronic {
		i.AccountCode, i.AccountID, i.AccountName, i.TransitID, i.TransitAccount = "", "", "", "", ""
	}
}

// headerPaper is the beginning of a letter to a bank; the printed sample does not show
// its line breaks (ledger 43).
func headerPaper(bank, addressee string) string {
	quoted := strings.Replace(strings.Replace(bank, `"`, "«", 1), `"`, "»", 1)
	return "Председателю Правления <br />\n" + quoted + "  <br />\n" + addressee
}

func purposeText(d Demand, loan world.Loan) string {
	identifier := "ИИН"
	if population.IsBIN(d.IINBIN) {
		identifier = "БИН"
	}
	return "Погашение задолженности по ПТ " + d.FullName + " по Договору банковского займа № " + loan.DbzNumber +
		" от " + loan.DbzDate.Format(dateFormat) + ", " + identifier + " " + d.IINBIN +
		` в соответствии со ст.32 Закона РК № 11-VI от 26.07.2016 г. "О платежах и платежных системах"`
}

// rowID is the number of a row in one of K2's tables (assumed: what it counts is
// not known).
func rowID(c *contract.Call, table, key string) string {
	return strconv.Itoa(1 + c.Seed.Intn(999_999_999, "k2.row-id."+table, key, 0))
}

// registryNumber counts the days on which registries went out (assumed); the
// sample's 454 is of October 2021.
func registryNumber(created time.Time) string {
	first := time.Date(2020, time.July, 24, 0, 0, 0, 0, astana)
	return strconv.Itoa(max(1, int(created.Sub(first)/(24*time.Hour))+1))
}

// currencyID is the currency's row; the sample shows 1 for the tenge, the others
// are assumed.
func currencyID(currency string) string {
	ids := map[string]string{"KZT": "1", "USD": "2", "EUR": "3", "RUB": "4", "CNY": "5"}
	if id, ok := ids[currency]; ok {
		return id
	}
	return "6"
}
