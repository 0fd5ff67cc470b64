package faults

// This fault imitates a connection that is reset: a process that was killed
// with requests in its queue, a load balancer that loses its backend, a firewall
// that refuses by RST. The client reads "connection reset by peer" instead of an
// answer, and must not take it for a refusal: here the request never arrived, but
// the client can't distinguish this from a lost reply.
func init() {
	registerPlain[reset](Kind{
		Name:  "reset",
		About: "The connection is reset (TCP RST) before an answer. The service never sees the request.",
		Imitates: "A killed process, a load balancer without a backend, a firewall that refuses. The client can't " +
			"tell whether the request was served: it has to ask, or to repeat a request that may be repeated.",
		Russian: Texts{
			About:    "Соединение сбрасывается (TCP RST) до ответа. Сервис не видит запроса.",
			Imitates: "Убитый процесс, балансировщик без серверов, отказ межсетевого экрана. Клиент не знает, выполнен ли запрос: нужно спросить или повторить, если запрос можно повторять.",
		},
		Word:     true,
		Examples: []string{""},
		work:     workEnd,
	})
}

type reset struct{}

func (reset) apply(_ Input, w *Wire) { w.end(Reset) }
