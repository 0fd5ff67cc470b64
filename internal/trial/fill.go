package trial

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/schema"
)

// filled adds the required fields that a value lacks: from the steps before, from
// what is given, else plausible ones. Values that are there stay.
func (r *run) filled(v any, s schema.Shape, op *contract.Operation) any {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range s.Required(sortedNames(v)) {
			field, _ := s.Field(name)
			if _, there := v[name]; !there {
				v[name] = r.invent(name, field, op, v)
			}
		}
		withFileType(v, s)
		for name, value := range v {
			field, _ := s.Field(name)
			v[name] = r.filled(value, field, op)
		}
	case []any:
		for i, row := range v {
			v[i] = r.filled(row, s.Item(i), op)
		}
	}
	return v
}

// withFileType names the kind of file beside `file`: required by default, but not
// by the schema (ledger 20).
func withFileType(v map[string]any, s schema.Shape) {
	kinds, known := s.Field("file_type")
	if _, there := v["file_type"]; known && !there && v["file"] != nil {
		v["file_type"] = kinds.Enum()[0]
	}
}

// invent a required field. Beside are the fields of the same object.
func (r *run) invent(name string, s schema.Shape, op *contract.Operation, beside map[string]any) any {
	if name == "code" && op.Session != "" {
		return r.lastCode()
	}
	if v, ok := r.memory.recall(name); ok {
		return scenario.Fitting(v, scenario.AsText(v), s)
	}
	if allowed := s.Enum(); len(allowed) > 0 {
		return allowed[0]
	}
	if text := r.plausible(name, beside); text != "" {
		v, _ := s.Scalar(text)
		return v
	}
	if v, ok := s.Example(); ok {
		return v
	}
	switch {
	case s.Allows("object") && len(s.Fields()) > 0:
		return map[string]any{}
	case s.Allows("array") && s.Item(0).Known():
		return []any{map[string]any{}}
	case s.Says("format", "date"):
		return r.today()
	case s.Allows("string"):
		return name
	case s.Allows("boolean"):
		return false
	}
	return json.Number("1")
}

// ordinaryIIN is the IIN of a person who is an ordinary adult under every seed.
const ordinaryIIN = "901123300258"

// apiKey has the length of a real one and is made up.
const apiKey = "try-0000000000000000000000000000000000000000000"

func (r *run) today() string { return r.now().Format(time.DateOnly) }

// plausible is what a request could hold in a field of that name, from the same
// population that the services answer from; empty if the name says nothing.
func (r *run) plausible(name string, beside map[string]any) string {
	person := r.person(beside)
	switch name {
	case "api_key":
		return apiKey
	case "iin", "iinbin":
		return person.IIN
	case "fio":
		return person.FullName()
	case "phone":
		return person.Phone
	case "dt":
		return r.today()
	case "trn_id", "request_id":
		r.numbers++
		return strconv.Itoa(r.numbers)
	case "refer", "reference":
		r.numbers++
		return fmt.Sprintf("PTP%011d", r.numbers)
	case "reason_code":
		return "07"
	case "status_code":
		return "PC1"
	case "amount":
		return "1000"
	}
	return r.ofLoan(name, person.IIN)
}

// lastCode is what the subject would read from the phone; a wrong code if there is
// nothing to read.
func (r *run) lastCode() string {
	otp, known := r.runner.opts.Table.Maker(scenario.NameOTP)
	phone, sent := r.memory.sent[scenario.LastPhone]
	code := any(nil)
	if known && sent {
		_ = r.box.Do(func(tx *sandbox.Tx) (err error) { // without a code there is nothing to read
			code, err = otp.Make(tx.Call(), scenario.AsText(phone))
			return err
		})
	}
	if code == nil {
		return "999999"
	}
	return scenario.AsText(code)
}

func (r *run) person(beside map[string]any) population.Person {
	iin := ordinaryIIN
	for _, name := range aliases("iin") {
		if v, ok := beside[name]; ok {
			iin = scenario.AsText(v)
		} else if v, ok := r.memory.recall(name); ok {
			iin = scenario.AsText(v)
		}
	}
	return population.New(r.box.Seed).Person(iin)
}

// ofLoan answers fields of the person's loan.
func (r *run) ofLoan(name, iin string) string {
	loans := population.New(r.box.Seed).On(r.now()).Loans(iin)
	if len(loans) == 0 {
		return ""
	}
	loan := loans[0]
	switch name {
	case "contract_number":
		return loan.ContractNumber
	case "dbz_num":
		return loan.DbzNumber
	case "dbz_dt":
		return loan.DbzDate.Format(time.DateOnly)
	case "iban":
		return loan.IBAN
	case "dep_id":
		return strconv.FormatInt(loan.DepID, 10)
	case "id":
		return strconv.FormatInt(loan.ID, 10)
	case "debt":
		return strconv.FormatInt(loan.Debt/100, 10) // tiyn to tenge
	}
	return ""
}
