package population_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

// The keys that both kinds of item in KZ Info's sample have, and those that
// only one has.
var (
	caseKeys = []string{
		"category_kz", "category_ru", "debtor_iin", "debtor_name", "debtor_secondname", "disa_department_name_ru",
		"disa_name_ru", "exec_proc", "exec_proc_num", "il_date", "il_organ_kz", "il_organ_ru", "ip_start_date",
		"officer_name", "officer_secondname", "officer_surname", "recoverer_type_kz", "recoverer_type_ru", "recovery_amount",
	}
	personKeys  = []string{"recoverer_iin", "recoverer_name", "recoverer_secondname", "recoverer_surname"}
	companyKeys = []string{"recoverer_bin", "recoverer_title"}
)

func TestCasesHaveTheKeysOfTheSample(t *testing.T) {
	people, kinds := population.New(1), map[string]int{}
	for _, iin := range someIINs(people, 300) {
		for _, one := range people.Cases(iin) {
			want := slices.Concat(caseKeys, personKeys)
			if one.Recoverer.BIN != "" {
				want = slices.Concat(caseKeys, companyKeys)
			}
			item := one.JSON()
			if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(item))); diff != "" {
				t.Fatalf("keys differ (-want +got):\n%s", diff)
			}
			kinds[item["recoverer_type_ru"].(string)]++
		}
	}
	if kinds["Физическое лицо"] == 0 || kinds["Юридическое лицо"] == 0 {
		t.Errorf("recoverers are %v", kinds)
	}
}

func TestRecoverersAreOfThePopulation(t *testing.T) {
	people := population.New(1)
	for _, iin := range someIINs(people, 300) {
		for _, one := range people.Cases(iin) {
			recoverer := one.Recoverer
			if (recoverer.IIN == "") == (recoverer.BIN == "") {
				t.Fatalf("%s is owed by a person and an organisation, or by neither: %+v", iin, recoverer)
			}
			if recoverer.BIN != "" {
				if err := population.ValidBIN(recoverer.BIN); err != nil {
					t.Errorf("%s: %v", recoverer.BIN, err)
				}
				if recoverer.Title != people.Organisation(recoverer.BIN).Name || recoverer.Surname != "" {
					t.Errorf("%+v is not %+v", recoverer, people.Organisation(recoverer.BIN))
				}
				continue
			}
			if err := population.ValidIIN(recoverer.IIN); err != nil {
				t.Errorf("%s: %v", recoverer.IIN, err)
			}
			if recoverer.IIN == iin || recoverer.Title != "" {
				t.Errorf("%s is owed by %+v", iin, recoverer)
			}
		}
	}
}

func TestCasesAreWrittenAsInTheSample(t *testing.T) {
	people := population.New(1)
	patterns := map[string]*regexp.Regexp{
		"exec_proc":       regexp.MustCompile(`^[0-9]{8}$`),
		"exec_proc_num":   regexp.MustCompile(`^[0-9]+/[0-9]{2}-[0-9]{2}-[0-9]{4}$`),
		"ip_start_date":   regexp.MustCompile(`^20[0-9]{2}-[0-9]{2}-[0-9]{2}T00:00:00\.000\+05:00$`),
		"il_date":         regexp.MustCompile(`^20[0-9]{2}-[0-9]{2}-[0-9]{2}T00:00:00\.000\+05:00$`),
		"recovery_amount": regexp.MustCompile(`^[1-9][0-9]*\.[0-9]{3}$`),
		"debtor_name":     regexp.MustCompile(`^[А-ЯЁҚӘІҢҒҮҰӨҺ]+$`),
		"officer_surname": regexp.MustCompile(`^[А-ЯЁҚӘІҢҒҮҰӨҺ]+$`),
		"il_organ_kz":     regexp.MustCompile(`^Нотариальная палата по г\.`),
	}
	for _, iin := range append(someIINs(people, 300), samples...) {
		for _, one := range people.Cases(iin) {
			item := one.JSON()
			for key, pattern := range patterns {
				if value, _ := item[key].(string); !pattern.MatchString(value) {
					t.Errorf("%s: %s is %q", iin, key, value)
				}
			}
			if !one.ILDate.Before(one.IPStartDate) || one.IPStartDate.After(latest) {
				t.Errorf("%s: writ of %s, proceeding of %s", iin, one.ILDate, one.IPStartDate)
			}
			if item["debtor_iin"] != iin || len(item["officer_secondname"].([]any)) != 4 {
				t.Errorf("%s: %v", iin, item)
			}
		}
	}
}

func TestRecoveryAmountHasThreeDecimals(t *testing.T) {
	for tiyn, want := range map[int64]string{14416700: "144167.000", 6999705: "69997.050", 1: "0.010"} {
		if got := (population.Case{Amount: tiyn}).RecoveryAmount(); got != want {
			t.Errorf("%d tiyn are written %s, want %s", tiyn, got, want)
		}
	}
}

func TestAddressHasTheShapeOfTheSample(t *testing.T) {
	people := population.New(1)
	changed := regexp.MustCompile(`^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+06:00$`)
	area := func(t *testing.T, got any, code string) {
		t.Helper()
		fields := got.(map[string]any)
		if diff := cmp.Diff([]string{"changeDate", "code", "nameKz", "nameRu"}, slices.Sorted(maps.Keys(fields))); diff != "" {
			t.Errorf("keys differ (-want +got):\n%s", diff)
		}
		if !changed.MatchString(fields["changeDate"].(string)) || !regexp.MustCompile(code).MatchString(fields["code"].(string)) {
			t.Errorf("area is %v", fields)
		}
	}
	for _, iin := range append(someIINs(people, 300), samples...) {
		raw, err := json.Marshal(people.Address(iin))
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"building", "city", "country", "flat", "region", "street"}, slices.Sorted(maps.Keys(got))); diff != "" {
			t.Fatalf("keys differ (-want +got):\n%s", diff)
		}
		area(t, got["country"], `^398$`)
		area(t, got["region"], `^[0-9]{7}$`)
	}
}
