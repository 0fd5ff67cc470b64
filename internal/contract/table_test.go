package contract_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

func TestNewRefusesABrokenTable(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*contract.Service)
		says string
	}{
		{"an id twice", func(s *contract.Service) { s.Operations[1].ID = "bank.pay" }, "operation bank.pay: declared twice"},
		{"a route twice", func(s *contract.Service) { s.Operations[1].Path = "/bank/pay" },
			"operation bank.load: POST /bank/pay is bank.pay already"},
		{"another service's id", func(s *contract.Service) { s.Operations[0].ID = "kyc.pay" }, "must begin with the service's bank."},
		{"another service's path", func(s *contract.Service) { s.Operations[0].Path = "/abs/pay" }, "/abs/pay must begin"},
		{"no behaviour", func(s *contract.Service) { s.Operations[0].Handle = nil }, "operation bank.pay: no behaviour"},
		{"no request schema", func(s *contract.Service) { s.Operations[0].Request = "bank/none.json" },
			"operation bank.pay: no schema bank/none.json"},
		{"no schema of an outcome", func(s *contract.Service) { s.Operations[0].Outcomes[1].Schema = "kyc/error.json" },
			"operation bank.pay: outcome duplicate: no schema kyc/error.json"},
		{"no schema of malformed", func(s *contract.Service) { s.Dialect.Malformed.Schema = "bank/none.json" },
			"outcome malformed: no schema bank/none.json"},
		{"an outcome twice", func(s *contract.Service) { s.Operations[0].Outcomes[1].Name = "accepted" },
			"operation bank.pay: outcome accepted declared twice"},
		{"malformed twice", func(s *contract.Service) { s.Operations[0].Outcomes[1].Name = "malformed" },
			"operation bank.pay: outcome malformed declared twice"},
		{"a state of another service's machine", func(s *contract.Service) { s.Operations[0].Outcomes[0].Reports.Machine = &ticket },
			"operation bank.pay: outcome accepted: bank has no machine desk.ticket"},
		{"a state that its machine lacks", func(s *contract.Service) {
			s.Machines = []*contract.Machine{&ticket}
			s.Operations[0].Outcomes[0].Reports = contract.Report{Machine: &ticket, State: "LOST"}
		}, `operation bank.pay: outcome accepted: desk.ticket has no state "LOST"`},
		{"a fixed body that is no JSON", func(s *contract.Service) { s.Operations[2].Outcomes[1].Fixed = func() {} },
			"operation bank.get: outcome none: json: unsupported type"},
		{"a variable that the path lacks", func(s *contract.Service) { s.Operations[3].Variants.Variable = "type" },
			"has no variable type"},
		{"a switch twice", func(s *contract.Service) { s.Switches[0] = s.Switches[1] }, "switch bank.envelope: declared twice"},
		{"everybody's switch", func(s *contract.Service) { s.Switches[0] = contract.StrictIDs }, "switch strict_ids: declared twice"},
		{"a default that is no value", func(s *contract.Service) { s.Switches[1].Default = "details" },
			`preset documents: bank.envelope is one of detail, message, both, not "details"`},
		{"an observed value that is none", func(s *contract.Service) { s.Switches[1].Observed = "text" }, "preset observed: bank.envelope"},
		{"a strict duration that is none", func(s *contract.Service) { s.Switches[0].Strict = "soon" }, "preset strict: bank.slow is a duration"},
		{"no default", func(s *contract.Service) { s.Switches[0].Default = "" }, "preset documents: bank.slow is a duration"},
		{"a reserved value for nothing", func(s *contract.Service) { s.Reserved[0].On = []string{"bank.got"} },
			"reserved value 990101500001: bank has no operation bank.got"},
		{"a reserved value of no outcome", func(s *contract.Service) { s.Reserved[0].Outcome = "duplicate" },
			"reserved value 990101500001: bank.get has no outcome duplicate"},
		{"a reserved value that only some have", func(s *contract.Service) { s.Reserved[1].On[1] = "bank.get" },
			"reserved value 666: bank.get has no outcome duplicate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := bank()
			test.do(s)
			table, err := contract.New(files, s)
			if err == nil || !strings.Contains(err.Error(), test.says) || !strings.HasPrefix(err.Error(), "contract: ") {
				t.Errorf("%v, want an error that says %q", err, test.says)
			}
			if table != nil {
				t.Error("there is a table all the same")
			}
		})
	}
}

var names = store.Define[string]("names")

// other is a second service, with the first one's collection and one of its own.
func other() *contract.Service {
	return &contract.Service{
		Name: "other", Prefix: "/other/",
		Collections: []store.Definition{sums.Definition(), names.Definition()},
		Reserved:    []contract.Reserved{{On: []string{"bank.get"}, Field: "iin", Value: "1", Outcome: "found"}},
		Dialect:     contract.Dialect{Malformed: contract.Outcome{Name: "malformed", Status: http.StatusOK}},
	}
}

// A service looks for reserved values among its own only.
func TestNewRefusesAReservedValueForAnotherService(t *testing.T) {
	if _, err := contract.New(files, bank(), other()); err == nil || !strings.Contains(err.Error(), "other has no operation bank.get") {
		t.Errorf("%v", err)
	}
}

func TestTableFindsWhatItHolds(t *testing.T) {
	second := other()
	second.Reserved = nil
	table, err := contract.New(files, bank(), second)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, op := range table.Operations() {
		ids = append(ids, op.ID)
		if got, ok := table.Operation(op.ID); !ok || got != op || op.Service().Name != "bank" {
			t.Errorf("Operation(%s): %v, %v, of %s", op.ID, got, ok, op.Service().Name)
		}
	}
	if diff := cmp.Diff([]string{"bank.pay", "bank.load", "bank.get", "bank.paper"}, ids); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	if _, ok := table.Operation("bank"); ok {
		t.Error("there is an operation bank")
	}
	for path, want := range map[string]string{"/bank/pay": "bank", "/bank/": "bank", "/other/x": "other", "/bank": "", "/x/bank/": "", "": ""} {
		s, ok := table.ServiceOf(path)
		if ok != (want != "") || ok && s.Name != want {
			t.Errorf("ServiceOf(%q): %v, want %q", path, s, want)
		}
	}
	var collections []string
	for _, d := range table.Collections() {
		collections = append(collections, d.Name())
	}
	if diff := cmp.Diff([]string{"sums", "names"}, collections); diff != "" {
		t.Errorf("collections, each once (-want +got):\n%s", diff)
	}
}

func TestOutcomesOfAnOperation(t *testing.T) {
	op, _ := newTable(t).Operation("bank.get")
	if diff := cmp.Diff([]string{"found", "none", "not-found", "malformed"}, op.OutcomeNames()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for status, want := range map[int]string{200: "found", 404: "not-found", 400: "malformed", 503: "", 0: ""} {
		o, ok := op.OutcomeByStatus(status)
		if ok != (want != "") || ok && o.Name != want {
			t.Errorf("the first with %d is %v, want %q", status, o, want)
		}
	}
	pay, _ := newTable(t).Operation("bank.pay")
	for name, isError := range map[string]bool{"accepted": false, "duplicate": true, "malformed": true} {
		o, ok := pay.Outcome(name)
		if !ok || o.IsError() != isError {
			t.Errorf("%s: %v, is an error: %v", name, ok, o.IsError())
		}
	}
}

func TestProfile(t *testing.T) {
	table := newTable(t)
	for _, test := range []struct {
		name                string
		words               map[string]string
		envelope, slow, ids string
	}{
		{"nothing said", nil, "detail", "30s", "off"},
		{"documents", map[string]string{"preset": "documents"}, "detail", "30s", "off"},
		{"observed", map[string]string{"preset": "observed"}, "message", "30s", "off"},
		{"strict", map[string]string{"preset": "strict"}, "detail", "1m", "on"},
		{"a switch over a preset", map[string]string{"preset": "strict", "bank.slow": "0s", "bank.envelope": "both"}, "both", "0s", "on"},
		{"a switch back", map[string]string{"preset": "strict", "strict_ids": "off"}, "detail", "1m", "off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := table.Profile(test.words)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{p.Value(envelope), p.Value(slow), p.Value(contract.StrictIDs)}
			if diff := cmp.Diff([]string{test.envelope, test.slow, test.ids}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !p.Is(envelope, test.envelope) || p.Is(envelope, "text") {
				t.Error("Is says something else")
			}
			if d := p.Duration(slow).String(); strings.TrimSuffix(d, "0s") != strings.TrimSuffix(test.slow, "0s") {
				t.Errorf("the duration is %s", d)
			}
			again, err := table.Profile(p.Map())
			if diff := cmp.Diff(p.Map(), again.Map()); diff != "" || err != nil {
				t.Errorf("%v, Map makes another profile (-want +got):\n%s", err, diff)
			}
		})
	}
	if diff := cmp.Diff(map[string]string{"preset": "documents"}, contract.Profile{}.Map()); diff != "" {
		t.Errorf("the zero profile (-want +got):\n%s", diff)
	}
}

func TestAProfileIsAValue(t *testing.T) {
	words := map[string]string{"bank.envelope": "both"}
	p, err := newTable(t).Profile(words)
	if err != nil {
		t.Fatal(err)
	}
	words["bank.envelope"] = "message"
	p.Map()["preset"] = "strict"
	if p.Value(envelope) != "both" || p.Preset() != contract.PresetDocuments {
		t.Errorf("it has become %v", p.Map())
	}
}

func TestDurationOfAProfile(t *testing.T) {
	table := newTable(t)
	for _, text := range []string{"0", "0s", "00m", "7s", "10m", "024h", "99999h", "100000h", "1.5h", "1h30m", "5ms", "+5s", "2µs", "1000000s"} {
		p, err := table.Profile(map[string]string{"bank.slow": text})
		want, wantErr := time.ParseDuration(text)
		if err != nil || wantErr != nil || p.Duration(slow) != want {
			t.Errorf("%s is %s, %v, want %s, %v", text, p.Duration(slow), err, want, wantErr)
		}
	}
}

func TestProfileNamesTheRightWord(t *testing.T) {
	table := newTable(t)
	for _, test := range []struct {
		words map[string]string
		says  string
	}{
		{map[string]string{"preset": "documented"}, `preset is one of documents, observed, strict, not "documented"`},
		{map[string]string{"preset": ""}, `not ""`},
		{map[string]string{"bank.envelop": "both"}, `no switch "bank.envelop"; the nearest is "bank.envelope"`},
		{map[string]string{"strict-ids": "on"}, `the nearest is "strict_ids"`},
		{map[string]string{"Preset": "strict"}, `no switch "Preset"`},
		{map[string]string{"bank.envelope": "Both"}, `bank.envelope is one of detail, message, both, not "Both"`},
		{map[string]string{"bank.slow": "30"}, `bank.slow is a duration such as 30s, not "30"`},
		{map[string]string{"bank.slow": "-1s"}, `not "-1s"`},
		{map[string]string{"strict_ids": "true"}, `strict_ids is one of off, on, not "true"`},
	} {
		p, err := table.Profile(test.words)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v: %v, want an error that says %q", test.words, err, test.says)
		}
		if diff := cmp.Diff(contract.Profile{}.Map(), p.Map()); diff != "" {
			t.Errorf("%v: there is a profile all the same:\n%s", test.words, diff)
		}
	}
}
