package population

import "strings"

// name is a name in Cyrillic, as papers in Kazakhstan spell it, and in Latin.
type name struct {
	cyrillic, latin string
}

// familyName is a surname in its two forms; some have one for both.
type familyName struct {
	male, female name
}

// fatherName is a man's name and what it makes his children.
type fatherName struct {
	name
	son, daughter name
}

// community is a people with its naming custom. Fields are filled once, when
// the program starts, so that naming a person costs a few picks.
type community struct {
	surnames []familyName
	men      []fatherName
	women    []name
	// what a paper calls a man and a woman of it
	nationality map[Sex]Text
}

var kazakh = community{
	surnames: familyNames(kazakhSurnames),
	men:      kazakhMen(kazakhMenNames),
	women:    names(kazakhWomenNames),
	nationality: map[Sex]Text{
		Male:   {Ru: "КАЗАХ", Kk: "ҚАЗАҚ", En: "KAZAKH"},
		Female: {Ru: "КАЗАШКА", Kk: "ҚАЗАҚ", En: "KAZAKH"},
	},
}

var russian = community{
	surnames: familyNames(russianSurnames),
	men:      russianMen(russianMenNames),
	women:    names(russianWomenNames),
	nationality: map[Sex]Text{
		Male:   {Ru: "РУССКИЙ", Kk: "ОРЫС", En: "RUSSIAN"},
		Female: {Ru: "РУССКАЯ", Kk: "ОРЫС", En: "RUSSIAN"},
	},
}

func newName(cyrillic string) name {
	return name{cyrillic: cyrillic, latin: transliterate(cyrillic)}
}

func names(list []string) []name {
	made := make([]name, len(list))
	for i, one := range list {
		made[i] = newName(one)
	}
	return made
}

func familyNames(list []string) []familyName {
	made := make([]familyName, len(list))
	for i, one := range list {
		made[i] = familyName{male: newName(one), female: newName(feminine(one))}
	}
	return made
}

// kazakhMen makes the patronymics that are written in one word with the
// father's name: Серікұлы, Серікқызы.
func kazakhMen(list []string) []fatherName {
	made := make([]fatherName, len(list))
	for i, one := range list {
		made[i] = fatherName{name: newName(one), son: newName(one + "ұлы"), daughter: newName(one + "қызы")}
	}
	return made
}

// russianMen takes the patronymics from the list, since their stems are not
// regular: Илья, Ильич, Ильинична.
func russianMen(list [][3]string) []fatherName {
	made := make([]fatherName, len(list))
	for i, one := range list {
		made[i] = fatherName{name: newName(one[0]), son: newName(one[1]), daughter: newName(one[2])}
	}
	return made
}

// feminine is a woman's form of a surname: Иванов, Иванова; Островский,
// Островская; other endings stay as they are.
func feminine(surname string) string {
	for _, ending := range []string{"ов", "ев", "ёв", "ин", "ын"} {
		if strings.HasSuffix(surname, ending) {
			return surname + "а"
		}
	}
	if stem, ok := strings.CutSuffix(surname, "ий"); ok {
		return stem + "ая"
	}
	return surname
}

// of returns the form of a surname for a sex.
func (f familyName) of(sex Sex) name {
	if sex == Female {
		return f.female
	}
	return f.male
}

// childOf returns the patronymic of a man's child of a sex.
func (f fatherName) childOf(sex Sex) name {
	if sex == Female {
		return f.daughter
	}
	return f.son
}

// latinLetters spells Cyrillic as Kazakhstan's passports do.
var latinLetters = strings.NewReplacer(
	"А", "A", "Ә", "A", "Б", "B", "В", "V", "Г", "G", "Ғ", "G", "Д", "D", "Е", "E", "Ё", "YO", "Ж", "ZH",
	"З", "Z", "И", "I", "Й", "Y", "К", "K", "Қ", "K", "Л", "L", "М", "M", "Н", "N", "Ң", "N", "О", "O",
	"Ө", "O", "П", "P", "Р", "R", "С", "S", "Т", "T", "У", "U", "Ұ", "U", "Ү", "U", "Ф", "F", "Х", "KH",
	"Һ", "H", "Ц", "TS", "Ч", "CH", "Ш", "SH", "Щ", "SHCH", "Ъ", "", "Ы", "Y", "І", "I", "Ь", "", "Э", "E",
	"Ю", "YU", "Я", "YA",
)

// transliterate returns the Latin form in capitals.
func transliterate(cyrillic string) string {
	return latinLetters.Replace(strings.ToUpper(cyrillic))
}
