package kyc

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

type proceedingsRequest struct {
	APIKey apiKey `json:"api_key"`
	IIN    string `json:"iin"`
}

// proceeding is one row of KZ Info's answer, its keys in the sample's order.
type proceeding struct {
	ExecProc             string `json:"exec_proc"`     // internal id (ledger 3)
	ExecProcNum          string `json:"exec_proc_num"` // official number
	IPStartDate          string `json:"ip_start_date"`
	ILDate               string `json:"il_date"`
	DebtorIIN            string `json:"debtor_iin"`
	DebtorName           string `json:"debtor_name"`
	DebtorSecondName     string `json:"debtor_secondname"`
	ILOrganRu            string `json:"il_organ_ru"`
	ILOrganKz            string `json:"il_organ_kz"`
	CategoryRu           string `json:"category_ru"`
	CategoryKz           string `json:"category_kz"`
	RecoveryAmount       string `json:"recovery_amount"`
	OfficerSurname       string `json:"officer_surname"`
	OfficerName          string `json:"officer_name"`
	OfficerSecondName    any    `json:"officer_secondname"` // four strings, or one
	DisaNameRu           string `json:"disa_name_ru"`
	DisaDepartmentNameRu string `json:"disa_department_name_ru"`
	RecovererTypeRu      string `json:"recoverer_type_ru"`
	RecovererTypeKz      string `json:"recoverer_type_kz"`
	RecovererIIN         string `json:"recoverer_iin,omitempty"`
	RecovererSurname     string `json:"recoverer_surname,omitempty"`
	RecovererName        string `json:"recoverer_name,omitempty"`
	// nil for an organisation, empty for a person without a patronymic
	RecovererSecondName *string `json:"recoverer_secondname,omitempty"`

	RecovererBIN   string `json:"recoverer_bin,omitempty"`
	RecovererTitle string `json:"recoverer_title,omitempty"`
}

// proceedingTime is how KZ Info's sample writes a time.
const proceedingTime = "2006-01-02T15:04:05.000-07:00"

// listProceedings answers the proceedings in which the subject is the debtor,
// and only those, though the sample shows three debtors at once (ledger 6).
func listProceedings(c *contract.Call, in proceedingsRequest) (contract.Reply, error) {
	if err := checkSubscription(c, kzInfo, in.APIKey.digest); err != nil {
		return contract.Reply{}, err
	}
	if err := checkFailure(c, in.IIN); err != nil {
		return contract.Reply{}, err
	}
	cases := proceedingsOf(c, in.IIN)
	if len(cases) == 0 && !c.Profile.Is(switchNoCases, emptyList) { // ledger 8
		return contract.Reply{}, contract.Fail(notFound)
	}
	rows := make([]proceeding, 0, len(cases))
	for _, one := range cases {
		rows = append(rows, rowOf(one, c.Profile))
	}
	return c.Answer(found, rows), nil
}

func proceedingsOf(c *contract.Call, iin string) []population.Case {
	w := world.Of(c)
	if isNoPersons(c, iin) && w.Subject(iin).Cases == nil {
		findNoIIN(c)
		return nil
	}
	return w.Cases(iin)
}

func rowOf(one population.Case, profile contract.Profile) proceeding {
	row := proceeding{
		ExecProc:             one.ExecProc,
		ExecProcNum:          one.ExecProcNum,
		IPStartDate:          one.IPStartDate.Format(proceedingTime),
		ILDate:               one.ILDate.Format(proceedingTime),
		DebtorIIN:            one.DebtorIIN,
		DebtorName:           one.DebtorName,
		DebtorSecondName:     one.DebtorSecondName, // ledger 4
		ILOrganRu:            one.ILOrganRu,
		ILOrganKz:            one.ILOrganKz,
		CategoryRu:           one.CategoryRu,
		CategoryKz:           one.CategoryKz,
		RecoveryAmount:       one.RecoveryAmount(), // ledger 5
		OfficerSurname:       one.OfficerSurname,
		OfficerName:          one.OfficerName,
		OfficerSecondName:    officerSecondName(one, profile),
		DisaNameRu:           one.DivisionRu,
		DisaDepartmentNameRu: one.DepartmentRu,
	}
	row.addRecoverer(one.Recoverer)
	return row
}

// officerSecondName is the sample's array, whose other three strings name the
// bailiff's chamber and town, or the patronymic alone (ledger 2).
func officerSecondName(one population.Case, profile contract.Profile) any {
	if profile.Is(switchSecondName, secondNameString) {
		return one.OfficerSecondName
	}
	return []string{one.OfficerSecondName, one.OfficerChamberKz, one.DivisionRu, one.OfficerTownKz}
}

// addRecoverer fills in a natural person or a legal entity, never both (ledger 7).
func (p *proceeding) addRecoverer(r population.Recoverer) {
	if r.BIN != "" {
		p.RecovererTypeRu, p.RecovererTypeKz = "Юридическое лицо", "Заңды тұлға"
		p.RecovererBIN, p.RecovererTitle = r.BIN, r.Title
		return
	}
	p.RecovererTypeRu, p.RecovererTypeKz = "Физическое лицо", "Жеке тұлға"
	p.RecovererIIN, p.RecovererSurname = r.IIN, r.Surname
	p.RecovererName, p.RecovererSecondName = r.Name, &r.SecondName
}

// arrangeProceedings makes sure that there is a proceeding against the subject.
func arrangeProceedings(c *contract.Call, in *proceedingsRequest) error {
	permit(c, kzInfo, in.APIKey.digest, in.IIN)
	w := world.Of(c)
	subject := w.Subject(in.IIN)
	if len(w.Cases(in.IIN)) > 0 && (subject.Cases != nil || properIIN(c, in.IIN)) {
		return nil
	}
	one := 1
	subject.Cases = &one
	w.PutSubject(subject)
	return nil
}
