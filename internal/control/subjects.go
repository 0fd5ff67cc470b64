package control

import (
	"net/http"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// update runs fn in a transaction of the sandbox, at its present instant.
func update(sb *sandbox.Sandbox, fn func(*contract.Call) error) error {
	return sb.Store.Update(func(tx store.Tx) error {
		return fn(&contract.Call{Tx: tx, Now: sb.Clock().Now(), Seed: sb.Seed(), Profile: sb.Profile()})
	})
}

// answerSubject lets a person answer the address request that they got.
func (c *Control) answerSubject(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	var in struct {
		With string `json:"with"`
	}
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	iin := mux.Vars(r)["iin"]
	err := update(sb, func(call *contract.Call) error { return kyc.AnswerSubject(call, iin, in.With) })
	if err != nil {
		return 0, nil, problem.New(http.StatusConflict, "%v", err)
	}
	return 0, nil, nil
}

func (c *Control) listPhones(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	phones := []string{}
	err := update(sb, func(call *contract.Call) error {
		phones = append(phones, kyc.Phones(call)...)
		return nil
	})
	return 0, phones, err
}

// phoneInfo is a subject's phone: the messages on it, oldest first.
type phoneInfo struct {
	Phone    string        `json:"phone"`
	Messages []kyc.Message `json:"messages"`
}

func (c *Control) getPhone(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	info := phoneInfo{Phone: mux.Vars(r)["phone"], Messages: []kyc.Message{}}
	err := update(sb, func(call *contract.Call) error {
		info.Messages = append(info.Messages, kyc.Messages(call, info.Phone)...)
		return nil
	})
	return 0, info, err
}

func (c *Control) replyFromPhone(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	var in struct {
		Text string `json:"text"`
	}
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	phone := mux.Vars(r)["phone"]
	err := update(sb, func(call *contract.Call) error { return kyc.Reply(call, phone, in.Text) })
	if err != nil {
		return 0, nil, problem.New(http.StatusConflict, "%v", err)
	}
	return c.getPhone(r, sb)
}
