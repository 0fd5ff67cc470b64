package kyc

import (
	"fmt"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/store"
)

// sender is who sends all messages: the government's short number.
const sender = "1414"

// The kinds of messages.
const (
	KindAddress = "address" // asks for the subject's approval; it can be replied to
	KindOTP     = "otp"     // carries the code for an electronic document
)

// Message is one that 1414 has sent to a phone.
type Message struct {
	At      time.Time `json:"at"`
	Phone   string    `json:"phone"` // 7XXXXXXXXXX
	From    string    `json:"from"`
	Text    string    `json:"text"` // as the phone shows it, in Russian
	Kind    string    `json:"kind"`
	Code    string    `json:"code"` // the one in the text
	IIN     string    `json:"iin"`  // of the subject
	Session string    `json:"backend_session_id"`
}

// messages by phone and ordinal, so that a phone's are in their order.
var messages = store.Define[Message]("kyc-messages")

const phoneOrdinal = "phone/"

// codeDigits is the length of an OTP and of a confirmation code.
const codeDigits = 6

// newCode draws a code. None begins with 0: such codes are reserved.
func newCode(c *contract.Call, scope, key string, n int) string {
	first := 1 + c.Seed.Intn(9, scope+".first", key, n)
	return fmt.Sprintf("%d%s", first, c.Seed.Digits(codeDigits-1, scope, key, n))
}

func addressText(code string) string {
	return fmt.Sprintf("Организация запрашивает адрес Вашей прописки. "+
		"Для подтверждения отправьте код %s в ответ на это сообщение.", code)
}

func otpText(code, documentTitle string) string {
	return fmt.Sprintf("Код подтверждения: %s. Запрошен электронный документ «%s». Никому не сообщайте код.",
		code, documentTitle)
}

// send puts a message of 1414 on a phone, now.
func send(c *contract.Call, phone string, m Message) {
	m.At, m.Phone, m.From = c.Now.UTC(), phone, sender
	n := nextOrdinal(c, phoneOrdinal+phone)
	messages.Put(c.Tx, fmt.Sprintf("%s/%09d", phone, n), m)
}

// Messages that 1414 has sent to a phone, the oldest first. The phone may be
// written in every way that normal callers write it.
func Messages(c *contract.Call, phone string) []Message {
	normal, ok := normalPhone(phone)
	if !ok {
		return nil
	}
	var all []Message
	for _, m := range messages.Prefix(c.Tx, normal+"/") {
		all = append(all, m)
	}
	return all
}

// Phones that have messages, in their order.
func Phones(c *contract.Call) []string {
	var phones []string
	for key := range ordinals.Prefix(c.Tx, phoneOrdinal) {
		phones = append(phones, strings.TrimPrefix(key, phoneOrdinal))
	}
	return phones
}
