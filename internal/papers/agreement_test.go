package papers_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/tiff"

	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/papers/paperstest"
)

var agreement = papers.Agreement{
	Number: "KD9011233002581", Date: time.Date(2020, 1, 31, 0, 0, 0, 0, time.UTC), City: "Астана", CreditLine: "2020-01-12",
	Bank:     papers.Party{Name: `АО "Alatau City Bank"`, Kind: "БИН", ID: "980440001996", Signatory: "Әбілов Арман Серікұлы"},
	Borrower: papers.Party{Name: "Жұмабаев Нұрлан Қайсарұлы", Kind: "ИИН", ID: "901123300258", Phone: "+77011234567", Account: "KZ86125KZT5004100100"},
	Amount:   1_250_000_01, Currency: "KZT", Rate: 2150, Months: 36, File: "8892",
}

func TestScheduleAddsUp(t *testing.T) {
	for _, months := range []int{0, 1, 7, 36, 60, 100000} {
		a := agreement
		a.Months = months
		schedule := a.Schedule()
		left := a.Amount
		for i, p := range schedule {
			left -= p.Principal
			if p.Left != left || p.Principal <= 0 || p.Interest < 0 {
				t.Fatalf("payment %d of %d: %+v, left is %d", i+1, months, p, left)
			}
			if i > 0 && !p.Due.After(schedule[i-1].Due) {
				t.Fatalf("payment %d is due on %s", i+1, p.Due)
			}
		}
		if left != 0 {
			t.Errorf("%d months leave %d", months, left)
		}
	}
	// The last day of a month stays the last day.
	for i, want := range []string{"2020-02-29", "2020-03-31", "2020-04-30"} {
		if got := agreement.Schedule()[i].Due.Format(time.DateOnly); got != want {
			t.Errorf("payment %d is due on %s, want %s", i+1, got, want)
		}
	}
	// 1,250,000.01 at 21.5 % for thirty days of 360
	if got := agreement.Schedule()[0].Interest; got != 22_395_83 {
		t.Errorf("the first interest is %d", got)
	}
}

// ofTheLoan is what the agreement says.
var ofTheLoan = []string{
	"ДОГОВОР БАНКОВСКОГО ЗАЙМА № KD9011233002581", "«31» января 2020 года", "Жұмабаев Нұрлан Қайсарұлы", "901123300258",
	`АО "Alatau City Bank"`, "Әбілов Арман Серікұлы", "1 250 000,01", "21,50 %", "36 месяцев", "KZ86125KZT5004100100", "12.01.2020",
	"Приложение 1. График платежей", "Итого", "22 395,83", "файл № 8892", "ҮЛГІ · ОБРАЗЕЦ · SPECIMEN",
}

func TestAgreementShowsTheLoan(t *testing.T) {
	file := agreement.PDF()
	for _, text := range ofTheLoan {
		if !paperstest.Has(file, text) {
			t.Errorf("%q is not in the agreement", text)
		}
	}
	if pages := bytes.Count(file, []byte("/Type /Page\n")); pages < 3 {
		t.Errorf("%d pages, want several", pages)
	}
}

// directories follows the chain of a TIFF's pages and answers their sizes.
func directories(file []byte) [][2]uint32 {
	var sizes [][2]uint32
	for at := binary.LittleEndian.Uint32(file[4:]); at != 0; {
		count := uint32(binary.LittleEndian.Uint16(file[at:]))
		var size [2]uint32
		for i := range count {
			entry := file[at+2+12*i:]
			if tag := binary.LittleEndian.Uint16(entry); tag == 256 || tag == 257 {
				size[tag-256] = binary.LittleEndian.Uint32(entry[8:])
			}
		}
		sizes = append(sizes, size)
		at = binary.LittleEndian.Uint32(file[at+2+12*count:])
	}
	return sizes
}

func TestTIFFHasThePages(t *testing.T) {
	file := agreement.TIFF()
	pages := bytes.Count(agreement.PDF(), []byte("/Type /Page\n"))
	sizes := directories(file)
	if len(sizes) != pages {
		t.Errorf("%d pages, the PDF has %d", len(sizes), pages)
	}
	for i, size := range sizes {
		if size != [2]uint32{1654, 2339} {
			t.Errorf("page %d is %v, want A4 at 200 dpi", i+1, size)
		}
	}
	first, err := tiff.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, _ := first.At(2, 2).RGBA(); r != 0xffff {
		t.Error("the corner of the first page is not white")
	}
}

func TestTiffinfoReadsThePages(t *testing.T) {
	text := readBack(t, agreement.TIFF(), "tiffinfo", "FILE")
	if got := strings.Count(text, "Resolution: 200, 200 pixels/inch"); got < 3 {
		t.Errorf("%d pages of 200 dpi:\n%s", got, text)
	}
}
