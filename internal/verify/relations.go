package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/verify/target"
)

// relation is what a successful answer has to have in common with its request, with
// earlier ones, or within itself.
type relation struct {
	on     string   // operation, or a pattern of operations
	at     []string // places in the answer: JSON pointers, with * for every element of a list
	holds  check
	quote  string // of the document, that decides it; the sample's own line if empty
	ledger []int
	note   bool // no document decides it
	kind   Kind // WrongBehaviour if empty
}

// check answers what is expected at a place; ok if it is there.
type check func(p place) (expected string, ok bool)

// relations of all operations. What is wrong with the shape of an answer the schemas
// say; this table begins where they are satisfied.
var relations = slices.Concat(commonRelations, kycRelations, k2Relations, absRelations, demandRelations())

var commonRelations = []relation{
	{on: "*", at: []string{""}, holds: membersOnce, kind: WrongBody},
	{on: "k2.*", at: []string{"/error_text"}, holds: emptyBesideSuccess, quote: `"error_text":"", "error_code":0`},
	{on: "abs.*", at: []string{"/error_text"}, holds: emptyBesideSuccess, quote: `"error_text":"", "error_code":0`},
}

// Forms that several fields have.
var (
	likeIINBIN   = like("twelve digits", "[0-9]{12}")
	likeIBAN     = like("KZ with 18 letters and digits", `KZ[0-9A-Z]{18}`)
	likeCurrency = like("three capital letters", `[A-Z]{3}`)
)

const imageQuote = "Полученные файлы необходимо сохранять с расширением .pdf или .jpg ."

var kycRelations = []relation{
	{
		on: "kyc.info.exec_proc", at: []string{"/*/debtor_iin"}, holds: asAsked("iin"), ledger: []int{6},
		quote: "Субъект - это человек, который является объектом запроса на получение информации с открытых источников о нем.",
	},
	{on: "kyc.info.exec_proc", at: []string{"/*/exec_proc", "/*/exec_proc_num"}, holds: notBlank, note: true},
	{on: "kyc.info.exec_proc", at: []string{"/*/recoverer_iin", "/*/recoverer_bin"}, holds: likeIINBIN, note: true},
	{on: "kyc.info.exec_proc", at: []string{"/*/exec_proc"}, holds: once, ledger: []int{3}, note: true},
	{
		on: "kyc.address.approve", at: []string{"/expire_date"}, holds: afterTheAnswer,
		quote: "VALID (Действительный): Запрос был успешно обработан и подтвержден субъектом.",
	},
	{
		on: "kyc.address.approve", at: []string{"/status"}, holds: endsOnce,
		quote: "VALID (Действительный): Запрос был успешно обработан и подтвержден субъектом.",
	},
	{on: "kyc.address.get", at: []string{"/iin"}, holds: asAsked("iin"), quote: "iin - иин субъекта."},
	{
		on: "kyc.edocument.approve", at: []string{"/failure_reason"}, holds: nullBeside("result_json"), note: true, ledger: []int{27},
		quote: "failure_reason - причина провала цифрогого документа.",
	},
	{on: "kyc.edocument.approve", at: []string{"/document_type"}, holds: asTheSession, ledger: []int{85}, quote: "document_type - тип документа."},
	{on: "kyc.edocument.approve", at: []string{"/document_pdf"}, holds: base64Of("application/pdf"), quote: "document_pdf - документ в формате PDF в кодировке base64."},
	{on: "kyc.edocument.approve", at: []string{"/document_image"}, holds: base64Of("image/jpeg"), quote: imageQuote},
	{
		on: "kyc.edocument.approve", at: []string{"/face_photo", "/qrcode", "/barcode"}, holds: base64Of(""),
		quote: "Все изображения и файлы приходят в формате base64.",
	},
}

var k2Relations = []relation{
	{
		on: "k2.k2extreq_by_dbz", at: []string{"/items/*/loan_id$dbz_num"}, holds: asAsked("contract_number"), ledger: []int{42},
		quote: `contract_number - Номер ДБЗ; "loan_id$dbz_num": "RBEZ20-700/XX-000XXX", /*Номер ДБЗ*/`,
	},
	{
		on: "k2.k2extreq_by_dbz", at: []string{"/items/*/cli_iin"}, holds: asTheLoan,
		quote: `"cli_iin": "000000000000", /* ИИН Клиента*/`,
	},
	{
		on: "k2.k2extreq_by_dbz", at: []string{"/items/*/created_at_fmt"}, holds: dayOf("created_at"),
		quote: `"created_at_fmt": "20.10.2021", /* Дата создания ПТ в формате ДД.ММ.ГГГГ*/`,
	},
	{
		on: "k2.k2extreq_by_dbz", at: []string{"/items/*/loan_doc_at_fmt"}, holds: dayAsked("dbz_dt"),
		quote: "contract_number - Номер ДБЗ * - dbz_dt - Дата ДБЗ",
	},
	{
		on: "k2.k2extreq_by_dbz", at: []string{"/items/*/amount", "/items/*/loan_debt", "/items/*/paid_amount"},
		holds: like("a decimal number", `-?[0-9]+([.][0-9]+)?`),
	},
	{on: "k2.k2extreq_by_dbz", at: []string{"/items/*/code", "/items/*/purpose"}, holds: notBlank, note: true},
	{on: "k2.k2extreq_by_dbz", at: []string{"/items/*/bank_code"}, holds: like("a BIC", `[0-9A-Z]{8}([0-9A-Z]{3})?`), note: true},
	{on: "k2.k2extreq_by_dbz", at: []string{"/items/*/extacc_code"}, holds: likeIBAN, note: true},
	{on: "k2.k2extreq_by_dbz", at: []string{"/items/*/knp_id$code"}, holds: like("three digits", `[0-9]{3}`), note: true},
	{on: "k2.k2extreq_by_dbz", at: []string{"/items/*/code"}, holds: once, note: true},
	{on: "k2.k2extreq_by_dbz", at: []string{"/items/*"}, holds: idOfOne, note: true},
	{on: "k2.k2extreq_by_dbz", at: []string{"/items/*/cur_id$"}, holds: likeCurrency, note: true},
	{on: "k2.k2inforeq_rzap_by_refer", at: []string{"/items/*/url"}, holds: like("an address of HTTP", `https?://[^/]+/.+`), quote: "url - URL файла"},
	{on: "k2.k2inforeq_rzap_by_refer", at: []string{"/items/*/iin"}, holds: likeIINBIN, note: true},
	{on: "k2.k2inforeq_rzap_by_refer", at: []string{"/items/*/dbz_num"}, holds: notBlank, note: true},
	{on: "k2.k2inforeq_rzap_by_refer", at: []string{"/items/*/file_id"}, holds: once, note: true},
}

var absRelations = []relation{
	{on: "abs.get_cli", at: []string{"/iinbin"}, holds: asAsked("iinbin"), quote: clientQuote},
	{on: "abs.get_cli", at: []string{"/fullname"}, holds: notBlank, note: true},
	{on: "abs.get_cli", at: []string{"/residfl"}, holds: like("1 or 2", "[12]"), ledger: []int{104}, note: true},
	{on: "abs.get_cli", at: []string{"/sectecon"}, holds: like("one digit", "[0-9]"), ledger: []int{104}, note: true},
	{on: "abs.get_acc", at: []string{"/ibans/*"}, holds: once, note: true},
	{on: "abs.get_acc", at: []string{"/ibans/*/accountName", "/ibans/*/ps", "/ibans/*/system"}, holds: notBlank, note: true},
	{on: "abs.get_acc", at: []string{"/ibans/*/iban"}, holds: likeIBAN, note: true},
	{on: "abs.get_acc", at: []string{"/ibans/*/cur"}, holds: likeCurrency, note: true},
	{on: "abs.get_acc_stmt_dt", at: []string{"/stmt/*/cur"}, holds: likeCurrency, note: true},
	{on: "abs.get_acc_stmt_dt", at: []string{"/stmt/*/amount"}, holds: isSum, note: true},
	{on: "abs.get_acc_stmt_dt", at: []string{"/stmt/*/purpose"}, holds: notBlank, note: true},
	{
		on: "abs.get_acc_stmt_dt", at: []string{"/stmt/*/DC"}, holds: disbursementIsDebit,
		quote: `"purpose": "Предоставление кредита по договору", "amount": 900000, "cur": "KZT", "DC": "D", "out_bal": 900000`,
	},
	{on: "abs.get_acc_stmt_dt", at: []string{"/stmt/*/purpose"}, holds: namesNoOtherAccount, note: true},
	{on: "abs.colvir_get_loan_debt", at: []string{"/debt"}, holds: isSum, ledger: []int{110}, note: true},
	{on: "abs.way4_get_loan_debt", at: []string{"/debt"}, holds: isSum, ledger: []int{110}, note: true},
	{on: listing, at: inList("ben_bin"), holds: asFiltered("ben_bin"), ledger: []int{113}, quote: benQuote},
	{on: listing, at: inList("iinbin"), holds: asFiltered("iinbin"), quote: "iinbin - Необязательный Фильтр по ИИН клиента"},
	{on: listing, at: inList("doc_at"), holds: withinDates, ledger: []int{112}, quote: daysQuote},
	{on: listing, at: inList("refer"), holds: once, quote: "refer - Уникальный Референс ПТ"},
	{on: listing, at: []string{""}, holds: pageIsNotLonger, quote: "perpage - Строк на странице"},
	{on: listing, at: []string{"/0/all_count", "/all_count"}, holds: countsThePage, quote: countQuote},
}

const (
	clientQuote = "iinbin - ИИН или БИН клиента"
	pageQuote   = "page - Номер страницы от 1"
	benQuote    = "ben_bin - Необязательный Фильтр БИН корреспондента"
	daysQuote   = "doc_at1 - Необязательный Фильтр дата документа с * - doc_at2 - Необязательный Фильтр дата документа по"
	countQuote  = "all_count - Количество записей без фильтра. Для отражения постраничного вывода."
)

// inList are the places of a field in both shapes of the list of demands (ledger 58).
func inList(field string) []string { return []string{"/*/" + field, "/items/*/" + field} }

// demandFields are those of a demand, as the request of abs.reg_pt has them.
var demandFields = []string{
	"accept_dt", "doc_num", "doc_at", "iinbin", "acc_fullname", "ben_fullname", "ben_bin", "ben_iban", "ben_kbe", "amount", "cur",
	"knp", "dbz_num", "dbz_dt", "purpose", "head", "account",
}

// demandRelations hold the demands of the list against those that were registered.
func demandRelations() []relation {
	var all []relation
	for _, field := range demandFields {
		all = append(all, relation{on: listing, at: inList(field), holds: asRegistered(field), ledger: []int{109}})
	}
	return all
}

// related is an answer with what it is held against.
type related struct {
	call   call
	answer answer
	body   any
	memory *memory
}

// asked is a field of the request; empty if it has none.
func (x *related) asked(field string) string {
	r := x.call.request
	if value, ok := r.Path[field]; ok {
		return value
	}
	if value, ok := r.Query[field]; ok {
		return value
	}
	return textOf(r.Object()[field])
}

// textOf a scalar; empty for null and for nothing.
func textOf(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// place is a member or an element of an answer.
type place struct {
	*related
	pointer string
	value   any
	in      map[string]any // the object that it is a member of
	here    bool           // it is there
	others  []any          // the values before it, at the same place of other rows
}

// text of the value; empty if it isn't one.
func (p place) text() string {
	text, _ := p.value.(string)
	return text
}

// places that a pattern leads to, in their order. A member that its object lacks is
// among them.
func (x *related) places(pattern string) []place {
	all := []place{{related: x, value: x.body, here: true}}
	if pattern == "" {
		return all
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(pattern, "/"), "/") {
		var next []place
		for _, p := range all {
			next = append(next, p.step(step)...)
		}
		all = next
	}
	var before []any
	for i := range all {
		all[i].others = before
		if all[i].here {
			before = append(before, all[i].value)
		}
	}
	return all
}

// step goes from a place to a member, an element, or with * to all elements.
func (p place) step(name string) []place {
	switch at := p.value.(type) {
	case map[string]any:
		value, here := at[name]
		return []place{{related: p.related, pointer: p.pointer + "/" + name, value: value, in: at, here: here}}
	case []any:
		var all []place
		for i, item := range at {
			if name == "*" || name == strconv.Itoa(i) {
				all = append(all, place{related: p.related, pointer: fmt.Sprintf("%s/%d", p.pointer, i), value: item, here: true})
			}
		}
		return all
	}
	return nil
}

// relate holds a successful answer against the table.
func (ex *examination) relate() {
	x := &related{call: ex.call, answer: ex.answer, body: ex.body, memory: ex.memory}
	if ex.expect.malformed || ex.outcome == nil || ex.outcome.IsError() {
		return
	}
	for _, r := range relations {
		if !target.Matches(r.on, ex.op.ID) {
			continue
		}
		for _, at := range r.at {
			for _, p := range x.places(at) {
				if expected, ok := r.holds(p); !ok {
					ex.addUnrelated(r, p, expected)
				}
			}
		}
	}
	ex.memory.learn(x)
}

func (ex *examination) addUnrelated(r relation, p place, expected string) {
	f := Finding{Kind: r.kind, Path: p.pointer, Expected: expected, Seen: shown(p.value), Quote: r.quote, Ledger: r.ledger, note: r.note}
	f.Kind = cmp.Or(f.Kind, WrongBehaviour)
	if !p.here {
		f.Seen = "nothing"
	}
	if f.Quote == "" {
		f.Quote = ex.quotes.sampleOf(ex.op, ex.outcome.Name, p.pointer)
	}
	ex.add(f)
}
