package faults

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
)

// This fault imitates an answer that isn't what its headers say. Gateways,
// captive portals and application firewalls send their HTML page under the
// status and the type of the answer that they stand before; a broken compressor
// or a memory fault sends bytes; templates that print JSON by hand send JSON with
// a comma too many, as the documents' own samples do. A client must report that
// it could not read the answer, not crash in the parser, and must not log a
// megabyte of it.
func init() {
	register(Kind{
		Name:  "garbage",
		About: "The status and headers are right, the body can't be read. The service has done its work.",
		Imitates: "A gateway's HTML page under a JSON content type, the bytes of a broken compressor, JSON " +
			"written by hand. A client must report that it could not read the answer, and not crash in its parser.",
		Russian: Texts{
			About:    "Статус и заголовки верны, тело прочитать нельзя. Сервис выполнил работу.",
			Imitates: "Страница HTML от шлюза с типом JSON, байты сломанного сжатия, JSON, собранный вручную. Клиент должен сообщить, что не смог прочитать ответ, а не упасть при разборе.",
		},
		Word:     true,
		Examples: []string{"html", "json", "{as: bytes, size: 64}"},
		work:     workGarbage,
	}, makeGarbage)
}

const (
	mostGarbage  = 1 << 20
	usualGarbage = 64 // bytes instead of an empty answer
)

type garbage struct {
	As   string `fault:"as,lone" words:"html bytes json" default:"html" text:"A gateway's HTML page, random bytes, or the answer as broken JSON." russian:"Страница HTML от шлюза, случайные байты или ответ как неверный JSON."`
	Size int    `fault:"size" is:"bytes" min:"1" max:"1048576" text:"How many random bytes; as many as the answer has if it is not given." russian:"Сколько случайных байтов; если не задано, столько, сколько в ответе."`
}

func makeGarbage(a *arguments, f garbage) effect {
	if f.As != "bytes" && f.Size > 0 {
		a.refuse("size", describe(a.given["size"]), "no size: it goes with bytes, and this is "+f.As, "")
	}
	return f
}

func (f garbage) apply(in Input, w *Wire) {
	switch f.As {
	case "bytes":
		w.setBody(randomBytes(in, f.Size, len(w.body(in))))
	case "json":
		broken, how := breakJSON(in, w.body(in))
		w.note("garbage: " + how)
		w.setBody(broken)
	default:
		w.setBody(gatewayPage(http.StatusBadGateway))
	}
}

func randomBytes(in Input, asked, whole int) []byte {
	size := cmp.Or(asked, whole, usualGarbage)
	return in.Seed.Bytes(min(size, mostGarbage), "fault.garbage", in.Key, 0)
}

// breakJSON makes one of the mistakes of JSON that is printed by hand.
func breakJSON(in Input, body []byte) (broken []byte, how string) {
	body = bytes.TrimSpace(body)
	mistakes := []struct {
		how  string
		make func([]byte) []byte
	}{
		{"a comma before the last bracket", func(b []byte) []byte {
			return append(append(bytes.Clone(b[:len(b)-1]), ','), b[len(b)-1])
		}},
		{"the last bracket is missing", func(b []byte) []byte { return b[:len(b)-1] }},
		{"a comment before the value", func(b []byte) []byte { return append([]byte("// 200 OK\n"), b...) }},
		{"two values in one body", func(b []byte) []byte { return append(bytes.Clone(b), b...) }},
	}
	at := in.Seed.Intn(len(mistakes), "fault.garbage", in.Key, 1)
	if len(body) > 0 {
		if broken = mistakes[at].make(body); !json.Valid(broken) {
			return broken, mistakes[at].how
		}
	}
	// Nothing, or a number, which some mistakes leave whole.
	return append([]byte(`{"":`), body...), "an object without its end"
}

// gatewayPage is the page by which a gateway says that something is wrong behind
// it.
func gatewayPage(status int) []byte {
	text := fmt.Sprintf("%d %s", status, http.StatusText(status))
	return fmt.Appendf(nil, "<!DOCTYPE html>\n<html>\n<head><title>%s</title></head>\n"+
		"<body>\n<h1>%s</h1>\n<hr>\n<p>gateway</p>\n</body>\n</html>\n", text, text)
}
