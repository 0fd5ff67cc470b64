package faults

// This fault imitates two systems that call each other. A service that receives a loan may call
// the sender about it before it has answered: the bank's ABS gets get_cli while its own request
// is still open. A client that holds a lock or a database transaction during its request, or
// stores what it has sent only after the answer, doesn't find the loan that the call is about,
// or waits for itself.
func init() {
	registerPlain[callsFirst](Kind{
		Name:  "calls-first",
		About: "The calls that the request has caused are made before its answer is sent.",
		Imitates: "Two systems that call each other. A client must be able to answer a call about what it has sent " +
			"before its own request is answered.",
		Russian: Texts{
			About:    "Вызовы, к которым привёл запрос, делаются до отправки ответа на него.",
			Imitates: "Две системы, которые вызывают друг друга. Клиент должен уметь ответить на вызов о том, что он отправил, до ответа на свой запрос.",
		},
		Word:     true,
		Examples: []string{""},
		work:     workService,
	})
}

type callsFirst struct{}

func (callsFirst) apply(_ Input, w *Wire) { w.CallsFirst = true }
