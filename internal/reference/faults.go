package reference

import (
	"text/template"

	"github.com/kzsim/kzsim/internal/faults"
)

func faultsPage(source) ([]byte, error) { return faultsIn(english()) }

// faultsInRussian is the page whose texts of kinds stand beside the English ones.
func faultsInRussian(source) ([]byte, error) {
	in := russian()
	for _, k := range faults.Kinds() {
		in.learn(k.About, k.Russian.About)
		in.learn(k.Imitates, k.Russian.Imitates)
		for _, p := range k.Params {
			in.learn(p.About, p.Russian)
		}
	}
	return faultsIn(in)
}

func faultsIn(in *language) ([]byte, error) {
	return in.fill("faults", faults.Kinds(), template.FuncMap{
		"kinds": in.kindTable, "parameters": in.parameterTable, "steps": steps, "say": in.say,
		"example": func(kind string) (string, error) { return example("fault-" + kind) },
	})
}

func (in *language) kindTable(kinds []faults.Kind) string {
	return tableOf(in.all("fault", "what it does"), kinds, func(k faults.Kind) []string {
		return []string{link(code(k.Name), "#"+anchor(k.Name)), in.say(k.About)}
	})
}

func (in *language) parameterTable(params []faults.Param) string {
	return tableOf(in.all("parameter", "is", "without it", "required", "about"), params, func(p faults.Param) []string {
		kind := codes(p.Words)
		if kind == "" {
			kind = in.say(p.Type)
		}
		return []string{code(p.Name), kind, code(p.Default), in.say(mark(p.Required)), in.say(p.About)}
	})
}

// steps of a scenario with the fault, in each of its forms.
func steps(k faults.Kind) (all []string) {
	for _, form := range k.Examples {
		if form == "" {
			all = append(all, code(k.Name))
			continue
		}
		all = append(all, code("{fault: {"+k.Name+": "+form+"}}"))
	}
	return all
}
