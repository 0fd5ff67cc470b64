package faults

import "net/http"

// This fault imitates an old problem of remote calls: the service did the work and
// kept the result, and its answer got lost. A client that repeats a payment without a
// key of its own pays twice; a client that does not repeat it doesn't know whether it
// was paid. A client must repeat with the same trn_id, and must understand the error
// for a duplicate as the proof that the first one arrived.
func init() {
	registerPlain[lostReply](Kind{
		Name:  "lost-reply",
		About: "The service does its work and keeps it, and its answer is lost.",
		Imitates: "A connection that breaks between the commit and the answer. A client must repeat with the same " +
			"key, and understand the error about a duplicate as proof that the first request arrived.",
		Russian: Texts{
			About:    "Сервис выполняет работу и сохраняет результат, а ответ теряется.",
			Imitates: "Соединение рвётся между фиксацией и ответом. Клиент должен повторить запрос с тем же ключом и понять ошибку о дубликате как подтверждение, что первый запрос дошёл.",
		},
		Word:     true,
		Examples: []string{"reset", "{how: hang}", "504"},
		work:     workLost,
	})
}

type lostReply struct {
	How string `fault:"how,lone" words:"close reset hang 504" default:"close" text:"What the client gets instead: an empty reply, a reset, no answer, or a gateway's 504 page." russian:"Что получает клиент вместо ответа: пустой ответ, сброс, тишину или страницу 504 от шлюза."`
}

// apply leaves it to another fault how the reply is lost, if there is one that
// loses it: {lost-reply, reset} is a reset of a request that was served.
func (f lostReply) apply(_ Input, w *Wire) {
	switch {
	case w.End != Open || w.answered():
	case f.How == "504":
		w.Replace = status{Code: http.StatusGatewayTimeout, Page: "html"}.response()
	default:
		w.end(End(f.How))
	}
	w.Reach = Served
}
