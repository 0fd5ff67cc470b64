package control

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/scenario"
)

// read decodes a JSON body strictly: an unknown member, or one that stands twice, is a
// mistake that would otherwise go unnoticed. An empty body leaves the value as it is.
func read(r *http.Request, into any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil || len(bytes.TrimSpace(body)) == 0 {
		return err
	}
	var beyond contract.Problem
	if errors.As(contract.CheckBounds(body), &beyond) {
		return problem.New(http.StatusBadRequest, "the body: %s", beyond.String())
	}
	return misread(document.Decode("body", body, into))
}

// misread is the refusal of a JSON text with findings.
func misread(findings document.Findings, pointer string) error {
	if findings == nil {
		return nil
	}
	refusal := broken(http.StatusBadRequest, findings)
	if pointer != "" {
		refusal = refusal.With("pointer", pointer)
	}
	return refusal
}

// parsed is a body that is YAML or JSON, as parse reads it; the error for an empty one shows an example.
func parsed[T any](c *Control, r *http.Request, like string, parse func([]byte, scenario.Options) (T, document.Findings)) (v T, err error) {
	source, err := io.ReadAll(r.Body)
	if err != nil {
		return v, err
	}
	if len(bytes.TrimSpace(source)) == 0 {
		return v, problem.New(http.StatusUnprocessableEntity, "the body is empty; it is to be such as %s", like)
	}
	v, findings := parse(source, c.parsing())
	if findings.Broken() {
		return v, broken(http.StatusUnprocessableEntity, findings)
	}
	return v, nil
}
