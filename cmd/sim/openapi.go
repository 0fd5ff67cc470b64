package main

import (
	"context"
	"flag"
	"io"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi"
	"github.com/kzsim/kzsim/internal/simulator"
)

// writeOpenAPI prints the contract as an OpenAPI document.
func writeOpenAPI(_ context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("openapi", flag.ContinueOnError)
	format := "yaml"
	flags.Var(choiceOf(&format, "yaml", "json"), "format", "yaml or json")
	spec := string(openapi.V31)
	flags.Var(choiceOf(&spec, string(openapi.V31), string(openapi.V30)), "openapi",
		"version of the OpenAPI specification: 3.1, or 3.0 for generators that don't read 3.1")
	output := flags.String("output", "", "file to write to instead of the standard output")
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	table, err := simulator.Table()
	if err == nil {
		write := map[string]func(*contract.Table, openapi.Specification) ([]byte, error){
			"yaml": openapi.YAML, "json": openapi.Document,
		}[format]
		err = emit(env, *output, func() ([]byte, error) { return write(table, openapi.Specification(spec)) })
	}
	return ended(env, "openapi", wrongUse(err))
}

// emit writes a document to a file, or to the standard output.
func emit(env environment, file string, document func() ([]byte, error)) error {
	content, err := document()
	if err != nil {
		return err
	}
	return writeTo(env, file, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// writeTo a file, or the standard output if its name is empty.
func writeTo(env environment, file string, write func(io.Writer) error) error {
	if file == "" {
		return write(env.stdout)
	}
	return writeFile(file, write)
}
