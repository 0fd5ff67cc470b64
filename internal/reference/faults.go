package reference

import (
	"text/template"

	"github.com/kzsim/kzsim/internal/faults"
)

func faultsPage(source) ([]byte, error) {
	return fill("faults.md", faults.Kinds(), template.FuncMap{
		"kinds": kindTable, "parameters": parameterTable, "steps": steps,
		"example": func(kind string) (string, error) { return example("fault-" + kind) },
	})
}

func kindTable(kinds []faults.Kind) string {
	var rows [][]string
	for _, k := range kinds {
		rows = append(rows, []string{link(code(k.Name), "#"+anchor(k.Name)), k.About})
	}
	return table([]string{"fault", "what it does"}, rows)
}

func parameterTable(params []faults.Param) string {
	var rows [][]string
	for _, one := range params {
		kind := one.Type
		if len(one.Words) > 0 {
			kind = codes(one.Words)
		}
		rows = append(rows, []string{code(one.Name), kind, code(one.Default), mark(one.Required), one.About})
	}
	return table([]string{"parameter", "is", "without it", "required", "about"}, rows)
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
