package faults

import "time"

// This fault imitates a service that takes the request and sends nothing: all its
// workers wait for a database, or a firewall between has forgotten the connection
// and drops every packet. No error ever comes, so the client's own time-out is
// the only way to end the wait. A client without a time-out waits for ever; it
// blocks the thread, then the pool and in the end the whole system.
func init() {
	registerPlain[hang](Kind{
		Name:  "hang",
		About: "No answer comes until the client gives up or the time is over; then the connection closes. The service never sees the request.",
		Imitates: "A service whose workers are all blocked, or a firewall that has dropped the connection. No " +
			"error ever comes: only the client's own time-out ends the wait.",
		Russian: Texts{
			About:    "Ответа нет, пока клиент не прекратит ждать или не выйдет время; затем соединение закрывается. Сервис не видит запроса.",
			Imitates: "Сервис, у которого заняты все процессы, или межсетевой экран, забывший соединение. Ошибка не приходит никогда: ожидание закончит только тайм-аут клиента.",
		},
		Word:     true,
		Examples: []string{"", "60s", "{for: 60s}"},
		work:     workEnd,
	})
}

type hang struct {
	Last time.Duration `fault:"for,lone" above:"0" text:"When the connection closes, on the sandbox's clock. Without it: when the client gives up." russian:"Когда соединение закрывается, по часам песочницы. Без него — когда клиент прекращает ждать."`
}

func (f hang) apply(_ Input, w *Wire) {
	if w.End == Open {
		w.For = f.Last
	}
	w.end(Hang)
}
