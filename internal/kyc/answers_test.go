package kyc_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/store"
)

// try does what a person does; an error changes nothing.
func (b *bench) try(fn func(*contract.Call) error) error {
	return b.Store.Update(func(tx *store.Tx) error {
		return fn(&contract.Call{Now: b.Now, Seed: 1, Profile: b.Profile, Tx: tx})
	})
}

func (b *bench) reply(phone, text string) error {
	return b.try(func(c *contract.Call) error { return kyc.Reply(c, phone, text) })
}

func TestMessages(t *testing.T) {
	b := newBench(t)
	b.give("subjects", `{"iin": "901123300258", "phone": "+7 701 123 45 67"}`)
	session := field(t, b.approve(anyKey, citizen, ""), "backend_session_id")
	b.give("subjects", `{"iin": "901123300258", "documents": ["diploma"]}`)
	b.pass(2 * time.Second)
	document := field(t, b.request("diploma", citizen, "87011234567", ""), "backend_session_id")

	got := b.messages(" +77011234567 ")
	if len(got) != 2 {
		t.Fatalf("messages %+v, want two", got)
	}
	ask, otp := got[0], got[1]
	same(t, ask, kyc.Message{
		At: b.Now.Add(-2 * time.Second).UTC(), Phone: myPhone, From: "1414", Kind: "address", Code: ask.Code, IIN: citizen, Session: session,
		Text: "Организация запрашивает адрес Вашей прописки. Для подтверждения отправьте код " + ask.Code + " в ответ на это сообщение.",
	})
	same(t, otp, kyc.Message{
		At: b.Now.UTC(), Phone: myPhone, From: "1414", Kind: "otp", Code: otp.Code, IIN: citizen, Session: document,
		Text: "Код подтверждения: " + otp.Code + ". Запрошен электронный документ «Диплом». Никому не сообщайте код.",
	})
	same(t, b.messages("nonsense"), []kyc.Message(nil))
}

func TestMessagesGoWhereTheyShould(t *testing.T) {
	b := newBench(t)
	b.approve(anyKey, citizen, "")
	b.approve(anyKey, citizen, "") // asked again is not sent again
	b.request("passport", citizen, myPhone, "")
	b.request("passport", citizen, "77777777777", "government-error")
	var phones []string
	b.Update(func(c *contract.Call) error {
		phones = kyc.Phones(c)
		return nil
	})
	known := b.phoneOf(citizen)
	want := []string{known, myPhone}
	if known > myPhone {
		want = []string{myPhone, known}
	}
	same(t, phones, want)
	same(t, len(b.messages(known)), 1)
}

func TestReply(t *testing.T) {
	for name, tc := range map[string]struct {
		text func(code string) string
		want string
	}{
		"the code":               {func(code string) string { return code }, "valid"},
		"the code and space":     {func(code string) string { return " " + code + "\n" }, "valid"},
		"no":                     {func(string) string { return "нет" }, "invalid"},
		"nothing":                {func(string) string { return "" }, "invalid"},
		"half of the code":       {func(code string) string { return code[:3] }, "invalid"},
		"the code in a sentence": {func(code string) string { return "код " + code }, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.give("subjects", `{"iin": "901123300258", "answers": "ignore", "phone": "77011234567"}`)
			b.approve(anyKey, citizen, "")
			code := b.messages(myPhone)[0].Code
			if err := b.reply("+7 701 123-45-67", tc.text(code)); err != nil {
				t.Fatal(err)
			}
			expect(t, b.approve(anyKey, citizen, ""), tc.want)
		})
	}
}

// Of several open requests the code says which one is meant; any other text
// rejects the latest.
func TestReplyToOneOfSeveral(t *testing.T) {
	b := newBench(t)
	b.give("subjects", `{"iin": "901123300258", "answers": "ignore", "phone": "77011234567"}`)
	for _, key := range []string{"first", "second", "third"} {
		b.approve(key, citizen, "")
	}
	if err := errors.Join(b.reply(myPhone, b.messages(myPhone)[1].Code), b.reply(myPhone, "что?")); err != nil {
		t.Fatal(err)
	}
	expect(t, b.approve("first", citizen, ""), "pending")
	expect(t, b.approve("second", citizen, ""), "valid")
	expect(t, b.approve("third", citizen, ""), "invalid")
}

func TestNothingToAnswer(t *testing.T) {
	b := newBench(t)
	b.give("subjects", `{"iin": "901123300258", "answers": "ignore", "phone": "77011234567"}`)
	answer := func(with string) error {
		return b.try(func(c *contract.Call) error { return kyc.AnswerSubject(c, citizen, with) })
	}
	nothing := func(when string) {
		t.Helper()
		for _, err := range []error{b.reply(myPhone, "1"), answer("approve"), answer("reject")} {
			if !errors.Is(err, kyc.ErrNothingToAnswer) {
				t.Errorf("%s: error %v", when, err)
			}
		}
	}
	nothing("before the request")
	b.request("passport", citizen, myPhone, "")
	nothing("after an OTP, which is nothing to answer")
	b.approve(anyKey, citizen, "")
	if err := answer("ignore"); !errors.Is(err, kyc.ErrAnswer) {
		t.Errorf("ignore: error %v", err)
	}
	if err := b.reply("1414", "1"); !errors.Is(err, kyc.ErrPhone) || !strings.Contains(err.Error(), `"1414"`) {
		t.Errorf("no phone: error %v", err)
	}
	b.pass(2 * time.Minute)
	nothing("when the time is over")
	b.approve(anyKey, citizen, "")
	b.approve(anyKey, citizen, "")
	if err := answer("approve"); err != nil {
		t.Fatal(err)
	}
	nothing("after the answer")
}

// An answer is for all open requests of the person, and for theirs alone.
func TestAnswerSubject(t *testing.T) {
	b := newBench(t)
	b.approve("first", citizen, "")
	b.approve("second", citizen, "")
	b.approve("first", another, "")
	answerWith("reject")(t, &b)
	expect(t, b.approve("first", citizen, ""), "invalid")
	expect(t, b.approve("second", citizen, ""), "invalid")
	expect(t, b.approve("first", another, ""), "pending")
}
