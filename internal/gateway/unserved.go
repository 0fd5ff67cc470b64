package gateway

import (
	"errors"
	"fmt"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
)

// keepOut applies the faults that keep every request from the service to a request that the
// service would have refused: it is malformed, or fits no operation. The error is that
// refusal, nil for one that is an answer already; it stays if the service is running.
func (g *Gateway) keepOut(v *serving, refused error) error {
	var t transportError
	if v.run == nil || v.decided || refused == nil && v.by != byShape || refused != nil && (!errors.As(refused, &t) || t.own) {
		return refused
	}
	operations := g.meant(v)
	if len(operations) == 0 {
		return refused
	}
	plan := v.run.Settings().Unserved(operations, v.at)
	if len(plan.Faults) == 0 {
		return refused
	}
	if t.finding != "" {
		v.find(t.finding)
	}
	v.plan, v.reach, v.why, v.by, v.decided = plan, faults.Unserved, plan.Why, byFault, true
	if plan.Rule != "" {
		v.by = byRule
	}
	v.key = fmt.Sprintf("unserved %d", v.seq)
	clear(v.answer.header)
	v.answer, v.result = answer{header: v.answer.header}, contract.Result{}
	return nil
}

// meant are the operations that the client may have wanted: the request's own, or those of
// the service that its path belongs to.
func (g *Gateway) meant(v *serving) []*contract.Operation {
	if v.call != nil && v.call.Operation != nil {
		return []*contract.Operation{v.call.Operation}
	}
	service, ok := g.opts.Table.ServiceOf(v.path)
	if !ok {
		return nil
	}
	if v.call == nil {
		v.call = &contract.Call{Header: v.r.Header}
	}
	var all []*contract.Operation
	for i := range service.Operations {
		all = append(all, &service.Operations[i])
	}
	return all
}
