package journal_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/store"
)

func findings(count int, text string) []contract.Finding {
	all := make([]contract.Finding, count)
	for i := range all {
		all[i].Text = text
	}
	return all
}

// TestAnExchangeIsReadAsItWas fills every field of an exchange: one that the journal does
// not keep would be missing.
func TestAnExchangeIsReadAsItWas(t *testing.T) {
	var e journal.Exchange
	if err := gofakeit.New(1).Struct(&e); err != nil {
		t.Fatal(err)
	}
	e.Request, e.Response = journal.NewMessage(http.Header{"A": {"b", "c"}}, []byte("a")), journal.NewMessage(http.Header{"D": {""}}, bytes.Repeat([]byte("b"), journal.MaxBody+1))
	e.Within, e.Arrived = true, true
	e.Changes = []store.Change{{Collection: "loans", Key: "1", Before: nil, After: "paid"}}
	for field, value := range reflect.ValueOf(e).Fields() {
		if value.IsZero() {
			t.Errorf("the test does not fill %s", field.Name)
		}
	}
	j := journal.NewBudget(1 << 20).New(1)
	j.Begin(0).Add(&e)
	got, ok := j.Find(e.ID)
	if diff := cmp.Diff(&e, got); !ok || diff != "" {
		t.Errorf("found %v (- told, + read)\n%s", ok, diff)
	}
}

func TestAMessageKeepsTheHeadOfItsBody(t *testing.T) {
	whole := bytes.Repeat([]byte("0123456789abcdef"), journal.MaxBody/16+1)
	for _, length := range []int{0, 1, journal.MaxBody - 1, journal.MaxBody, journal.MaxBody + 1, len(whole)} {
		body := whole[:length]
		header := http.Header{"A": {"b"}}
		m := journal.NewMessage(header, body)
		kept := min(length, journal.MaxBody)
		digest := ""
		if length > journal.MaxBody {
			sum := sha256.Sum256(body)
			digest = hex.EncodeToString(sum[:])
		}
		if !bytes.Equal(m.Body, body[:kept]) || m.Size != int64(length) || m.Digest != digest || m.Header().Get("A") != "b" {
			t.Errorf("of %d bytes %d are kept, with size %d and digest %q (want %q)",
				length, len(m.Body), m.Size, m.Digest, digest)
		}
		if cap(m.Body) > journal.MaxBody+journal.MaxBody/8 && length > journal.MaxBody {
			t.Errorf("of %d bytes the head takes %d", length, cap(m.Body))
		}
	}
}

func TestIsText(t *testing.T) {
	// cut is a message whose head ends with a tail, in the middle of a body.
	cut := func(tail string) journal.Message {
		head := strings.Repeat("x", journal.MaxBody-len(tail)) + tail
		return journal.NewMessage(nil, []byte(head+"and more"))
	}
	whole := func(body string) journal.Message { return journal.NewMessage(nil, []byte(body)) }
	for _, test := range []struct {
		name    string
		message journal.Message
		want    bool
	}{
		{"nothing", whole(""), true},
		{"text", whole(`{"имя": "Әлия", "emoji": "😀"}`), true},
		{"a replacement character that was sent", whole("\uFFFD"), true},
		{"a PDF", whole("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), false},
		{"a zero byte", whole("a\x00b"), false},
		{"a whole body with half a character", whole("a\xd0"), false},
		{"cut after a character", cut("я"), true},
		{"cut after a long character", cut("😀"), true},
		{"cut after one of two bytes", cut("\xd0"), true},
		{"cut after one of three", cut("\xe2"), true},
		{"cut after two of three", cut("\xe2\x82"), true},
		{"cut after one of four", cut("\xf0"), true},
		{"cut after three of four", cut("\xf0\x9f\x98"), true},
		{"cut after a byte that begins nothing", cut("\xff"), false},
		{"cut after a byte that goes on with nothing", cut("\x98"), false},
		{"cut after two beginnings", cut("\xd0\xd0"), false},
		{"cut after four that go on", cut("\x98\x98\x98\x98"), false},
		{"cut, and broken before", cut("\xd0x\xd0"), false},
		{"cut, with a zero byte before", cut("\x00\xd0"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.message.IsText(); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
