package papers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/papers/paperstest"
	"github.com/kzsim/kzsim/internal/population"
)

// sample people: a man, a woman, a child and somebody old.
var owners = []string{"901123300258", "791028402724", "150101600010", "450314300017"}

// drawn is a document of a person as a service draws it.
func drawn(iin, documentType string) papers.Document {
	d, _ := population.New(1).IssueDocument(iin, documentType)
	return papers.Document{
		Type: documentType, Data: plain(d.JSON()), Form: d.Page, Made: d.Issued, Bars: d.Number,
		Code: fmt.Sprintf("%s;%s;%s", iin, documentType, d.Number),
		Face: papers.Face{Seed: 7, Woman: d.Owner.Sex == population.Female, Age: d.Issued.Year() - d.Owner.BirthDate.Year()},
	}
}

// plain is a copy of a document's JSON that a test may change.
func plain(data map[string]any) map[string]any {
	return changed(data, func(_ string, v any) any { return v }).(map[string]any)
}

// changed is a copy with each value but lists and objects given to a function.
func changed(v any, change func(key string, v any) any) any {
	return changedAt("", v, change)
}

func changedAt(key string, v any, change func(string, any) any) any {
	switch v := v.(type) {
	case map[string]any:
		all := map[string]any{}
		for k, one := range v {
			all[k] = changedAt(k, one, change)
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = changedAt(key, one, change)
		}
		return all
	}
	return change(key, v)
}

// longest are longer names than the population has.
var longest = map[string]string{
	"lastName": "ҚОЖАХМЕТОВА-БЕКМҰХАМБЕТОВА", "firstName": "ЕКАТЕРИНА-ҚАРЛЫҒАШ", "middleName": "МҰХАМЕДЖАНҚЫЗЫ-КОНСТАНТИНОВНА",
	"surnameLatin": "KOZHAKHMETOVA-BEKMUKHAMBETOVA", "nameLatin": "YEKATERINA-KARLYGASH",
	"surnameAfterMarriage": "ҚОЖАХМЕТОВА-БЕКМҰХАМБЕТОВА", "surnameAfterDivorce": "ҚОЖАХМЕТОВА-БЕКМҰХАМБЕТОВА",
	"address":      "ҚАЗАҚСТАН, СОЛТҮСТІК ҚАЗАҚСТАН ОБЛЫСЫ, ҒАБИТ МҮСІРЕПОВ АТЫНДАҒЫ АУДАНЫ, НОВОИШИМСКОЕ, УЛИЦА Әл-Фараби, 113, 208",
	"ownerAddress": "ҚАЗАҚСТАН, СОЛТҮСТІК ҚАЗАҚСТАН ОБЛЫСЫ, ҒАБИТ МҮСІРЕПОВ АТЫНДАҒЫ АУДАНЫ, НОВОИШИМСКОЕ, УЛИЦА Әл-Фараби, 113, 208",
	"clinic":       "Многопрофильная городская поликлиника №127, г. Петропавловск, микрорайон Береке",
	"brand":        "MERCEDES-BENZ", "model": "SPRINTER 516 CDI LONG",
}

// withLongestNames is the document of somebody with the longest names.
func withLongestNames(d papers.Document) papers.Document {
	d.Data = changed(d.Data, func(key string, v any) any {
		if long, ok := longest[key]; ok {
			return long
		}
		return v
	}).(map[string]any)
	return d
}

// sample is a document with its files, which are drawn once for all tests.
type sample struct {
	papers.Document
	pdf, jpeg func() []byte
}

// samples are documents of all types, of the usual and of the longest names.
var samples = sync.OnceValue(func() map[string][2]sample {
	all := map[string][2]sample{}
	for i, documentType := range population.DocumentTypes() {
		usual := drawn(owners[i%len(owners)], documentType)
		all[documentType] = [2]sample{sampleOf(usual), sampleOf(withLongestNames(usual))}
	}
	return all
})

func sampleOf(d papers.Document) sample {
	return sample{d, sync.OnceValue(d.PDF), sync.OnceValue(d.JPEG)}
}

// printed is what a document is expected to show of its JSON: all but the English
// names, days as documents write them, amounts in groups.
func printed(t *testing.T, data map[string]any) []string {
	t.Helper()
	var all []string
	changed(data, func(key string, v any) any {
		switch v := v.(type) {
		case nil:
		case bool:
			all = append(all, map[bool]string{true: "иә / да", false: "жоқ / нет"}[v])
		case string:
			switch day, err := time.Parse(time.DateOnly, v); {
			case key == "nameEn":
			case err == nil:
				all = append(all, day.Format("02.01.2006"))
			case key == "gender":
				all = append(all, map[string]string{"male": "мужской", "female": "женский"}[v])
			default:
				all = append(all, v)
			}
		case int:
			all = append(all, fmt.Sprint(v))
		default:
			t.Fatalf("%s is a %T", key, v)
		}
		return v
	})
	return all
}

func TestDocumentsShowTheirJSON(t *testing.T) {
	for _, documentType := range population.DocumentTypes() {
		t.Run(documentType, func(t *testing.T) {
			t.Parallel()
			for _, iin := range owners {
				for _, d := range []papers.Document{drawn(iin, documentType), withLongestNames(drawn(iin, documentType))} {
					text := paperstest.Solid(strings.Join(paperstest.Lines(d.PDF()), ""))
					if strings.Contains(text, "?") {
						t.Errorf("%s of %s has a sign that the type does not have:\n%s", documentType, iin, text)
					}
					for _, value := range printed(t, d.Data) {
						if !strings.Contains(text, paperstest.Solid(value)) {
							t.Errorf("%s of %s does not show %q", documentType, iin, value)
						}
					}
				}
			}
		})
	}
}

func TestPhotosAreThoseOfTheTypes(t *testing.T) {
	var with []string
	for _, documentType := range population.DocumentTypes() {
		if drawn(owners[0], documentType).Form.Photo {
			with = append(with, documentType)
		}
	}
	want := "identity_card driver_license disability_certificate pension passport student_card vnzh lbg_card hunter oralman"
	if got := strings.Join(with, " "); got != want {
		t.Errorf("photos: %s, want %s", got, want)
	}
}

// A paper of a type that is not described still shows what all have in common.
func TestUnknownTypeIsDrawn(t *testing.T) {
	d := drawn(owners[0], "identity_card")
	d.Type, d.Form = "certificate_of_nothing", papers.Form{}
	if !paperstest.Has(d.PDF(), "901123300258") {
		t.Error("the IIN is not on it")
	}
}

func TestTheSamplesAreWhatTheySay(t *testing.T) {
	text, err := json.Marshal(drawn(owners[2], "birth_certificate").Data)
	if err != nil || !strings.Contains(string(text), `"birthDate":"2015-01-01"`) {
		t.Errorf("the child is %s, error %v", text, err)
	}
}
