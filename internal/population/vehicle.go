package population

import (
	"fmt"

	"github.com/kzsim/kzsim/internal/chance"
)

// Vehicle is the car that a person's vehicle papers and insurance are about. It
// is comparable.
type Vehicle struct {
	Plate        string // "123ABC02": digits, letters, the owner's region
	VIN          string // seventeen capitals and digits without I, O and Q; no check digit
	Brand, Model string
	Year         int
	Colour       Text
	EngineVolume int // cubic centimetres
	Mass         int // kilograms, unladen
	Category     string
}

// carModel is what is built under one name.
type carModel struct {
	brand, model string
	engineVolume int
	mass         int
}

var carModels = []carModel{
	{"TOYOTA", "CAMRY", 2494, 1570}, {"TOYOTA", "COROLLA", 1598, 1310}, {"HYUNDAI", "ACCENT", 1591, 1150},
	{"HYUNDAI", "TUCSON", 1999, 1520}, {"KIA", "RIO", 1591, 1160}, {"KIA", "SPORTAGE", 1999, 1560},
	{"LADA", "GRANTA", 1596, 1075}, {"LADA", "NIVA", 1690, 1285}, {"CHEVROLET", "COBALT", 1485, 1140},
	{"CHEVROLET", "NEXIA", 1485, 1065}, {"VOLKSWAGEN", "POLO", 1598, 1190}, {"NISSAN", "QASHQAI", 1997, 1450},
}

var carColours = []Text{
	{"БЕЛЫЙ", "АҚ", "WHITE"}, {"ЧЁРНЫЙ", "ҚАРА", "BLACK"}, {"СЕРЕБРИСТЫЙ", "КҮМІС ТҮСТІ", "SILVER"},
	{"СЕРЫЙ", "СҰР", "GREY"}, {"СИНИЙ", "КӨК", "BLUE"}, {"КРАСНЫЙ", "ҚЫЗЫЛ", "RED"},
}

const (
	plateLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	vinLetters   = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
)

// Vehicle returns the car of a person; whether he has papers for it is
// Documents.
func (p Population) Vehicle(iin string) Vehicle {
	draw := p.sequence(scopeVehicle, iin)
	car := pick(draw, carModels)
	return Vehicle{
		Plate:        fmt.Sprintf("%03d%s%s", 1+draw.IntN(999), letters(draw, plateLetters, 3), p.placeOf(iin).plate),
		VIN:          letters(draw, vinLetters, 17),
		Brand:        car.brand,
		Model:        car.model,
		Year:         2005 + draw.IntN(14), // before the first registration below
		Colour:       pick(draw, carColours),
		EngineVolume: car.engineVolume,
		Mass:         car.mass,
		Category:     "B",
	}
}

// letters draws so many characters of an ASCII alphabet.
func letters(draw *chance.Sequence, alphabet string, count int) string {
	drawn := make([]byte, count)
	for i := range drawn {
		drawn[i] = alphabet[draw.IntN(len(alphabet))]
	}
	return string(drawn)
}
