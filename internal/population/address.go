package population

import (
	"strconv"
	"time"
)

// Address is a registered address in the shape of the Address document's
// sample, field by field.
type Address struct {
	Country  AddressArea `json:"country"`
	Region   AddressArea `json:"region"`
	City     string      `json:"city"`     // "ҚАЛА IШIНДЕГI АУДАНЫ Жетысуский"
	Street   string      `json:"street"`   // "УЛИЦА Пушкина"
	Building string      `json:"building"` // "13"
	Flat     string      `json:"flat"`     // "1"
}

// AddressArea is a country or a region.
type AddressArea struct {
	Code       string    `json:"code"` // a country's three digits, a region's seven
	NameRu     string    `json:"nameRu"`
	NameKz     string    `json:"nameKz"`
	ChangeDate time.Time `json:"changeDate"` // to the second, at +06:00
}

// addressZone is the offset of changeDate in the sample.
var addressZone = time.FixedZone("", 6*60*60)

// sampleSubject is the subject of the Address document's sample, who lives where
// the sample says under every seed (ledger 18).
const sampleSubject = "012345678901"

// sampleAddress is letter for letter the document's.
var sampleAddress = Address{
	Country: AddressArea{
		Code: "398", NameRu: "КАЗАХСТАН", NameKz: "ҚАЗАҚСТАН",
		ChangeDate: time.Date(2008, time.March, 1, 13, 21, 44, 0, addressZone),
	},
	Region: AddressArea{
		Code: places[0].code, NameRu: places[0].regionRu, NameKz: places[0].regionKk,
		ChangeDate: time.Date(2008, time.March, 1, 13, 21, 45, 0, addressZone),
	},
	City: places[0].city, Street: "УЛИЦА Пушкина", Building: "13", Flat: "1",
}

// Address returns the registered address of the person of an IIN. Whether
// the state has one is Person.HasAddressData.
func (p Population) Address(iin string) Address {
	if iin == sampleSubject {
		return sampleAddress
	}
	home, draw := p.placeOf(iin), p.sequence(scopeAddress, iin)
	day := dayBetween(draw, date(2001, time.January, 1), date(2018, time.December, 31))
	changed := time.Date(day.Year(), day.Month(), day.Day(), 8+draw.IntN(11), draw.IntN(60), draw.IntN(59), 0, addressZone)
	return Address{
		Country: AddressArea{Code: "398", NameRu: "КАЗАХСТАН", NameKz: "ҚАЗАҚСТАН", ChangeDate: changed},
		// as in the sample, the region is written a second after the country
		Region:   AddressArea{Code: home.code, NameRu: home.regionRu, NameKz: home.regionKk, ChangeDate: changed.Add(time.Second)},
		City:     home.city,
		Street:   pick(draw, streets),
		Building: strconv.Itoa(1 + draw.IntN(180)),
		Flat:     strconv.Itoa(1 + draw.IntN(120)),
	}
}

// Line is the address in one line, as certificates carry it.
func (a Address) Line() string {
	return a.Country.NameRu + ", " + a.Region.NameRu + ", " + a.City + ", " + a.Street + ", " + a.Building + ", " + a.Flat
}
