package faults

import (
	"fmt"
	"math"
	"time"

	"github.com/kzsim/kzsim/internal/document"
)

// This fault imitates a service that is slow. State services and a bank's core
// answer in a third of a second at noon and in many seconds at the end of a
// quarter, and the mean says nothing about it: the shape is lognormal, a short
// body with a long tail. A client needs a time-out that the usual tail doesn't
// reach, must not hold a lock or a database connection while it waits, and must
// know that a request which it gave up may have been served all the same: the
// service does its work first, the answer comes late.
func init() {
	register(Kind{
		Name:  "delay",
		About: "The service does its work, and its answer comes later.",
		Imitates: "A slow service, or a slow network. A client needs a time-out above the usual slowest answers, " +
			"and a request that timed out may still have been served.",
		Russian: Texts{
			About:    "Сервис выполняет работу, а ответ приходит позже.",
			Imitates: "Медленный сервис или медленная сеть. Тайм-аут клиента должен быть больше обычных самых долгих ответов, а запрос, который не дождался ответа, мог быть выполнен.",
		},
		Word:     true,
		Examples: []string{"300ms", "{fixed: 300ms}", "{uniform: [100ms, 2s]}", "{normal: {mean: 500ms, sd: 100ms}}", "{p50: 300ms, p99: 2s}"},
		work:     workSend, repeats: true,
	}, makeDelay)
}

type delays struct {
	Fixed   time.Duration    `fault:"fixed,lone" default:"1s" excludes:"uniform normal p50 p99" text:"Always the same." russian:"Всегда одинаковая."`
	Uniform [2]time.Duration `fault:"uniform" excludes:"normal p50 p99" text:"Anything from the first to the second, evenly." russian:"Любая от первой до второй, равномерно."`
	Normal  normalDelay      `fault:"normal" excludes:"p50 p99" text:"Around a mean, with a standard deviation; never below 0." russian:"Около среднего, со стандартным отклонением; не меньше 0."`
	P50     time.Duration    `fault:"p50" above:"0" needs:"p99" text:"Lognormal: half of the answers take no longer. Goes with p99." russian:"Логнормальное распределение: половина ответов не дольше. Вместе с p99."`
	P99     time.Duration    `fault:"p99" above:"0" needs:"p50" text:"Lognormal: 99 of 100 answers take no longer. Goes with p50." russian:"Логнормальное распределение: 99 из 100 ответов не дольше. Вместе с p50."`
}

func makeDelay(a *arguments, p delays) effect {
	switch {
	case a.has("uniform"):
		return late{uniformDelay{from: p.Uniform[0], to: p.Uniform[1]}}
	case a.has("normal"):
		return late{p.Normal}
	case !a.has("p50"):
		return late{fixedDelay(p.Fixed)}
	case p.P99 <= p.P50:
		a.refuse("p99", document.Quote(p.P99.String()), "a duration above p50, which is "+p.P50.String(), "")
	}
	return late{lognormalDelay{p.P50, p.P99}}
}

// delay is a distribution of times: u in (0,1) is how far out a draw lies.
type delay interface{ at(u float64) time.Duration }

type (
	fixedDelay   time.Duration
	uniformDelay struct{ from, to time.Duration }
	normalDelay  struct {
		Mean time.Duration `fault:"mean,required"`
		SD   time.Duration `fault:"sd,required"`
	}
	lognormalDelay struct{ p50, p99 time.Duration }
)

// late is the fault: a delay of some distribution.
type late struct{ delay }

// smallest is below every draw but 0, which has no place on a bell curve.
const smallest = 1.0 / (1 << 54)

func (l late) apply(in Input, w *Wire) {
	u := max(in.Seed.Float("fault.delay", in.Key, in.nth), smallest)
	d := l.at(u)
	w.Delay += d
	w.note(fmt.Sprintf("delay: %s", d))
}

func (d fixedDelay) at(float64) time.Duration { return time.Duration(d) }

func (d uniformDelay) at(u float64) time.Duration {
	return d.from + time.Duration(u*float64(d.to-d.from))
}

func (d normalDelay) at(u float64) time.Duration {
	return bounded(float64(d.Mean) + deviations(u)*float64(d.SD))
}

func (d lognormalDelay) at(u float64) time.Duration {
	p50, p99 := float64(d.p50), float64(d.p99)
	sigma := math.Log(p99/p50) / deviations(0.99)
	return bounded(p50 * math.Exp(sigma*deviations(u)))
}

// deviations is how many standard deviations from the mean the share u of a
// normal distribution lies.
func deviations(u float64) float64 { return math.Sqrt2 * math.Erfinv(2*u-1) }

func bounded(nanoseconds float64) time.Duration {
	return time.Duration(math.Max(0, math.Min(nanoseconds, float64(longest))))
}
