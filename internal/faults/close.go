package faults

// This fault imitates a server that closes the connection in good order instead
// of answering: a keep-alive connection whose idle time ended in the moment of
// the request, a worker that was recycled, a proxy that restarts. HTTP libraries
// repeat some requests by themselves then (Go's does for a GET on a connection
// that was used before), others report an empty reply. A client should know
// which of the two its library does.
func init() {
	registerPlain[closed](Kind{
		Name:  "close",
		About: "The connection closes normally without an answer (an empty reply). The service never sees the request.",
		Imitates: "A keep-alive connection that ends at the moment of the request, or a worker that restarts. " +
			"Some HTTP libraries repeat the request by themselves, others report an error: find out what yours does.",
		Russian: Texts{
			About:    "Соединение штатно закрывается без ответа (пустой ответ). Сервис не видит запроса.",
			Imitates: "Постоянное соединение, которое закрылось в момент запроса, или перезапуск процесса. Одни библиотеки HTTP сами повторяют запрос, другие сообщают об ошибке: выясните, что делает ваша.",
		},
		Word:     true,
		Examples: []string{""},
		work:     workEnd,
	})
}

type closed struct{}

func (closed) apply(_ Input, w *Wire) { w.end(Close) }
