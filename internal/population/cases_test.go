package population_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/population"
)

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

func TestCasesAreLikeThoseOfTheSample(t *testing.T) {
	people, ofPersons, ofCompanies := population.New(1), 0, 0
	midnight := regexp.MustCompile(`^20[0-9]{2}-[0-9]{2}-[0-9]{2}T00:00:00\+05:00$`)
	capitals := regexp.MustCompile(`^[А-ЯЁҚӘІҢҒҮҰӨҺ]+$`)
	for _, iin := range append(someIINs(people, 300), samples...) {
		for _, one := range people.Cases(iin) {
			for _, field := range []struct {
				name, value string
				pattern     *regexp.Regexp
			}{
				{"ExecProc", one.ExecProc, regexp.MustCompile(`^[0-9]{8}$`)},
				{"ExecProcNum", one.ExecProcNum, regexp.MustCompile(`^[0-9]+/[0-9]{2}-[0-9]{2}-[0-9]{4}$`)},
				{"IPStartDate", one.IPStartDate.Format(time.RFC3339), midnight},
				{"ILDate", one.ILDate.Format(time.RFC3339), midnight},
				{"RecoveryAmount", one.RecoveryAmount(), regexp.MustCompile(`^[1-9][0-9]*\.[0-9]{3}$`)},
				{"DebtorName", one.DebtorName, capitals},
				{"OfficerSurname", one.OfficerSurname, capitals},
				{"ILOrganKz", one.ILOrganKz, regexp.MustCompile(`^Нотариальная палата по г\.|^[А-ЯӘҚӨ][а-яәіңғүұқөһ]+ қаласы`)},
			} {
				if !field.pattern.MatchString(field.value) {
					t.Errorf("%s: %s is %q", iin, field.name, field.value)
				}
			}
			if one.Recoverer.BIN != "" {
				ofCompanies++
			} else {
				ofPersons++
			}
			if !one.ILDate.Before(one.IPStartDate) || one.IPStartDate.After(latest) {
				t.Errorf("%s: writ of %s, proceeding of %s", iin, one.ILDate, one.IPStartDate)
			}
			if one.DebtorIIN != iin {
				t.Errorf("%s: %+v", iin, one)
			}
		}
	}
	if ofPersons == 0 || ofCompanies == 0 {
		t.Errorf("%d recoverers are persons, %d organisations", ofPersons, ofCompanies)
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
