package control

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/k2"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// documentSchema is what a payment demand fits.
const documentSchema = "abs/reg_pt.request.json"

// arriveDemand makes a payment demand of another bank arrive.
func (c *Control) arriveDemand(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	var document json.RawMessage
	if err := read(r, &document); err != nil {
		return 0, nil, err
	}
	body, err := contract.ParseBody(document)
	if err != nil {
		return 0, nil, problem.New(http.StatusBadRequest, "the body: %v", err)
	}
	if wrong := c.opts.Table.Schemas.Check(documentSchema, body); len(wrong) > 0 {
		return 0, nil, refused(wrong[0])
	}
	return 0, nil, happen(sb, func(call *contract.Call) error { return k2.Arrive(call, document) })
}

func (c *Control) withdrawDemand(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return endDemand(r, sb, k2.TakeBack)
}

func (c *Control) returnDemand(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	return endDemand(r, sb, k2.GiveBack)
}

func endDemand(r *http.Request, sb *sandbox.Sandbox, end func(*contract.Call, string, string) error) (int, any, error) {
	var in struct {
		Reason string `json:"reason_code"`
	}
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	return 0, nil, happen(sb, func(call *contract.Call) error { return end(call, r.PathValue("reference"), in.Reason) })
}

// happen makes an event happen in a sandbox; its errors are mistakes of the caller.
func happen(sb *sandbox.Sandbox, fn func(*contract.Call) error) error {
	err := sb.Do(func(tx *sandbox.Tx) error {
		call := tx.Call()
		if err := fn(call); err != nil {
			return err
		}
		tx.After(func() { sb.Moved(call.Taken()) })
		return nil
	})
	var wrong contract.Problem
	if errors.As(err, &wrong) {
		return refused(wrong)
	}
	return err
}

func refused(p contract.Problem) error {
	return problem.New(http.StatusBadRequest, "the body: %v", p).With("pointer", p.Path)
}
