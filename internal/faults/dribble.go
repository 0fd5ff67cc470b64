package faults

import "time"

// This fault imitates a very slow network, or a server that
// flushes a few bytes at a time. Bytes keep coming, so a time-out for reading
// that starts anew with each byte never ends the wait: a client needs a deadline
// for the answer as a whole. It also finds readers that take the first read of a
// socket for the whole body.
func init() {
	register(Kind{
		Name:  "dribble",
		About: "The answer comes whole, a few bytes at a time.",
		Imitates: "A very slow network. A time-out that starts again with each byte never ends the wait: a client " +
			"needs a deadline for the whole answer.",
		Russian: Texts{
			About:    "Ответ приходит целиком, по несколько байтов.",
			Imitates: "Очень медленная сеть. Тайм-аут, который начинается заново с каждым байтом, никогда не закончит ожидание: клиенту нужен срок на весь ответ.",
		},
		Word:     true,
		Examples: []string{"5s", "{over: 5s}", "{chunk: 1, every: 50ms}"},
		work:     workSend,
	}, makeDribble)
}

type dribbling struct {
	Over  time.Duration `fault:"over,lone" above:"0" excludes:"every" text:"How long the whole body takes, on the sandbox's clock. Excludes every." russian:"Сколько времени идёт всё тело, по часам песочницы. Исключает every."`
	Every time.Duration `fault:"every" above:"0" default:"100ms" text:"The pause before each chunk, on the sandbox's clock. Excludes over." russian:"Пауза перед каждой частью, по часам песочницы. Исключает over."`
	Chunk int           `fault:"chunk" is:"bytes" min:"1" max:"1048576" default:"16" text:"How many bytes come at a time; with over a tenth of the body." russian:"Сколько байтов приходит за раз; вместе с over — десятая часть тела."`
}

type dribble struct{ pace Pace }

func makeDribble(a *arguments, p dribbling) effect {
	switch {
	case p.Over == 0:
		return dribble{Pace{Every: p.Every, Chunk: p.Chunk}}
	case a.has("chunk"):
		return dribble{Pace{Over: p.Over, Chunk: p.Chunk}}
	}
	return dribble{Pace{Over: p.Over}}
}

func (f dribble) apply(_ Input, w *Wire) { w.Pace = &f.pace }
