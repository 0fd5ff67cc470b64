package reference

import (
	"github.com/kzsim/kzsim/internal/faults"
)

func faultsPage(source) (*page, error) {
	p := newPage("Faults")
	p.para("What goes wrong on the wire, on purpose. The answer is the right one until a fault gets hold of it: " +
		"corruption begins after the answer was checked against the contract.")
	p.para("A [scenario](scenarios.md) names a fault in a step (`do: reset`, `do: {fault: {delay: 2s}}`); a running sandbox gets one " +
		"through the [control API](control-api.md#faults). Several at once are a list or one mapping: delays add up, of everything else the first counts. " +
		"The header `Sim-Fault` names what a request met, if a header could still be sent; the journal always does.")
	p.para("Whatever is drawn, a delay or a random byte, follows from the seed and from what the request is, so a run can be repeated.")
	var rows [][]string
	for _, k := range faults.Kinds() {
		rows = append(rows, []string{link(code(k.Name), "#"+anchor(k.Name)), k.About})
	}
	p.table([]string{"fault", "what it does"}, rows)
	for _, k := range faults.Kinds() {
		if err := kindOf(p, k); err != nil {
			return nil, err
		}
	}
	p.heading(2, "Chaos")
	p.para("`sim serve --chaos 0.05`, or `PUT /_sim/sandboxes/{id}/chaos`, ends that share of the requests in one of their operation's " +
		"documented errors or in a fault of any network. Which ones follows from the seed; each is named in `Sim-Rule` and in the journal. " +
		"Requests that a rule or a live fault decides are left alone.")
	return p, nil
}

func kindOf(p *page, k faults.Kind) error {
	p.heading(2, k.Name)
	p.para("%s", k.About)
	p.para("**Imitates:** %s", k.Imitates)
	if len(k.Params) > 0 {
		var rows [][]string
		for _, one := range k.Params {
			kind := one.Type
			if len(one.Words) > 0 {
				kind = codes(one.Words)
			}
			rows = append(rows, []string{code(one.Name), kind, code(one.Default), mark(one.Required), one.About})
		}
		p.table([]string{"parameter", "is", "without it", "required", "about"}, rows)
	}
	var forms []string
	for _, form := range k.Examples {
		if form == "" {
			forms = append(forms, code(k.Name))
			continue
		}
		forms = append(forms, code("{fault: {"+k.Name+": "+form+"}}"))
	}
	p.para("As a step:")
	p.bullets(forms...)
	return p.example("fault-" + k.Name)
}
