package reference

import (
	"text/template"

	"github.com/kzsim/kzsim/internal/faults"
)

func faultsPage(source) ([]byte, error) { return faultsIn(english()) }

func faultsInRussian(source) ([]byte, error) { return faultsIn(russian()) }

func faultsIn(in *language) ([]byte, error) {
	return in.fill("faults", faults.Kinds(), template.FuncMap{
		"kinds": in.kindTable, "parameters": in.parameterTable, "steps": steps, "say": in.say,
		"example": func(kind string) (string, error) { return example("fault-" + kind) },
	})
}

func (in *language) kindTable(kinds []faults.Kind) string {
	var rows [][]string
	for _, k := range kinds {
		rows = append(rows, []string{link(code(k.Name), "#"+anchor(k.Name)), in.say(k.About)})
	}
	return table(in.all("fault", "what it does"), rows)
}

func (in *language) parameterTable(params []faults.Param) string {
	var rows [][]string
	for _, one := range params {
		kind := codes(one.Words)
		if kind == "" {
			kind = in.say(one.Type)
		}
		rows = append(rows, []string{code(one.Name), kind, code(one.Default), in.say(mark(one.Required)), in.say(one.About)})
	}
	return table(in.all("parameter", "is", "without it", "required", "about"), rows)
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
