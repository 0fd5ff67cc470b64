package faults

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
)

// This fault imitates a proxy before a service that answers instead of it: a
// gateway that has no backend (a 502 or 504 page in HTML), a rate limiter (429
// with Retry-After), a load balancer in maintenance (a bare 503). None of these
// is in a service's document, since none comes from the service. A client must
// look at the status before it parses, distinguish the service's own errors from these,
// and wait as long as Retry-After says before it sends the request again.
func init() {
	register(Kind{
		Name:  "status",
		About: "A gateway before the service answers with a plain HTTP error. The service never sees the request.",
		Imitates: "A gateway without a backend (502, 504), a rate limiter (429 with Retry-After), a load balancer in maintenance (503). " +
			"A client must look at the status before it parses, and wait as long as Retry-After says.",
		Russian: Texts{
			About:    "Шлюз перед сервисом отвечает обычной ошибкой HTTP. Сервис не видит запроса.",
			Imitates: "Шлюз без серверов (502, 504), ограничитель частоты (429 с Retry-After), балансировщик на обслуживании (503). Клиент должен смотреть на статус до разбора и ждать столько, сколько указано в Retry-After.",
		},
		Examples: []string{"502", "{code: 429, retry_after: 30s}", "{code: 503, page: json}"},
		work:     workAnswer,
	}, makeStatus)
}

type status struct {
	Code       int           `fault:"code,lone,required" is:"HTTP status" min:"400" max:"599" text:"From 400 to 599." russian:"От 400 до 599."`
	Page       string        `fault:"page" words:"html json empty" text:"The body: a gateway's HTML page, a JSON message, or none. Without it html for 502 and 504, else empty." russian:"Тело: страница HTML от шлюза, сообщение JSON или пусто. Без него html для 502 и 504, иначе empty."`
	RetryAfter time.Duration `fault:"retry_after" text:"The header Retry-After, in whole seconds. Without it one second with a 429, else no header." russian:"Заголовок Retry-After, в целых секундах. Без него одна секунда при 429, иначе заголовка нет."`
}

func makeStatus(a *arguments, f status) effect {
	if f.Page == "" && (f.Code == http.StatusBadGateway || f.Code == http.StatusGatewayTimeout) {
		f.Page = "html"
	}
	if f.Code == http.StatusTooManyRequests && !a.has("retry_after") {
		f.RetryAfter = time.Second
	}
	return f
}

func (f status) apply(_ Input, w *Wire) {
	w.Replace = f.response()
	w.Reach = Unserved
}

// response is the whole answer: nothing of the service's is left in it.
func (f status) response() *Response {
	r := &Response{Status: f.Code, Header: http.Header{
		"Content-Type": nil, "Content-Disposition": nil, "Preference-Applied": nil,
	}}
	switch f.Page {
	case "html":
		r.Header.Set("Content-Type", "text/html; charset=utf-8")
		r.Body = gatewayPage(f.Code)
	case "json":
		r.Header.Set("Content-Type", "application/json")
		r.Body, _ = contract.Encode(map[string]string{"message": http.StatusText(f.Code)})
	}
	if f.RetryAfter > 0 {
		r.Header.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
	return r
}
