package control

import (
	"errors"
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// answerNote is the data of the event of an answer to 1414: a person's, or a text
// from a phone.
type answerNote struct {
	IIN   string `json:"iin,omitempty"`
	With  string `json:"with,omitempty"`
	Phone string `json:"phone,omitempty"`
	Text  string `json:"text,omitempty"`
}

// answer 1414, and write an event. It is written before the answer is in force, so
// that the events of a request that waited for the answer come after it.
func answer(sb *sandbox.Sandbox, note answerNote, fn func(*contract.Call) error) error {
	err := sb.Do(func(tx *sandbox.Tx) error {
		if err := fn(tx.Call()); err != nil {
			return err
		}
		tx.Run.Log.Note(answered, note)
		return nil
	})
	switch {
	case err == nil, errors.Is(err, sandbox.ErrEnded):
		return err
	case errors.Is(err, kyc.ErrNothingToAnswer):
		return problem.New(http.StatusConflict, "%w", err)
	}
	return problem.New(http.StatusBadRequest, "%w", err)
}

// answerSubject lets a person answer the address request that they got.
func (c *Control) answerSubject(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	var in struct {
		With string `json:"with"`
	}
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	iin := r.PathValue("iin")
	return 0, nil, answer(sb, answerNote{IIN: iin, With: in.With}, func(call *contract.Call) error {
		return kyc.AnswerSubject(call, iin, in.With)
	})
}

func (c *Control) listPhones(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	phones := []string{}
	err := sb.Do(func(tx *sandbox.Tx) error {
		phones = append(phones, kyc.Phones(tx.Call())...)
		return nil
	})
	return 0, phones, err
}

// phoneInfo is a subject's phone: the messages on it, oldest first.
type phoneInfo struct {
	Phone    string      `json:"phone"`
	Messages []messageOn `json:"messages"`
}

// messageOn a phone, with the status of the request behind it.
type messageOn struct {
	kyc.Message
	Status string `json:"status"`
}

func (c *Control) getPhone(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	info := phoneInfo{Phone: r.PathValue("phone"), Messages: []messageOn{}}
	err := sb.Do(func(tx *sandbox.Tx) error {
		call := tx.Call()
		for _, m := range kyc.Messages(call, info.Phone) {
			status, err := kyc.Standing(call, m)
			if err != nil {
				return err
			}
			m.At = m.At.In(call.Now.Location())
			info.Messages = append(info.Messages, messageOn{m, status})
		}
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
	phone := r.PathValue("phone")
	err := answer(sb, answerNote{Phone: phone, Text: in.Text}, func(call *contract.Call) error {
		return kyc.Reply(call, phone, in.Text)
	})
	if err != nil {
		return 0, nil, err
	}
	return c.getPhone(r, sb)
}
