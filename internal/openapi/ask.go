package openapi

import (
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/internal/store"
)

// What examples are made with. The IIN is made up: its birth date and
// control digit are right.
const (
	exampleBase = "http://127.0.0.1:8080"
	exampleSeed = 1
)

var exampleTime = time.Date(2024, 3, 1, 9, 0, 0, 0, time.FixedZone("", 5*60*60))

// exampleValues stand where the documents print placeholders.
var exampleValues = map[string]string{
	"api_key":            "Efy202XKbVAWRu000000000000000000000000000000000",
	"iin":                "901123300258",
	"iinbin":             "901123300258",
	"phone":              "77011234567",
	"backend_session_id": "f1b5887b-5f91-417a-bf04-bb45fe28cc4e",
	"code":               "123456",
}

// asked is what an operation answered.
type asked struct {
	body  []byte
	files []string // media types of the files, one for each kind that a switch chooses
}

// ask an operation for an outcome, in a world of its own.
func (w *writer) ask(request sample.Request, o contract.Outcome) (asked, error) {
	result, err := w.perform(request, o, contract.Profile{})
	if err != nil || result.File == nil {
		return asked{body: result.Encoded}, err
	}
	all := asked{files: []string{result.File.Type}}
	for _, words := range w.profilesOf(o) {
		profile, err := w.table.Profile(words)
		if err != nil {
			return all, err
		}
		result, err := w.perform(request, o, profile)
		if err != nil {
			return all, err
		}
		if !slices.Contains(all.files, result.File.Type) {
			all.files = append(all.files, result.File.Type)
		}
	}
	return all, nil
}

// profilesOf sets, one after the other, every word of the switches that stand for
// the same ledger entries as the outcome.
func (w *writer) profilesOf(o contract.Outcome) []map[string]string {
	var all []map[string]string
	for _, s := range w.table.Switches() {
		if !slices.ContainsFunc(s.Ledger, func(n int) bool { return slices.Contains(o.Ledger, n) }) {
			continue
		}
		for _, word := range s.Values {
			all = append(all, map[string]string{s.Key: word})
		}
	}
	return all
}

func (w *writer) perform(r sample.Request, o contract.Outcome, p contract.Profile) (contract.Result, error) {
	raw, err := r.Encode()
	if err != nil {
		return contract.Result{}, err
	}
	call := &contract.Call{
		Operation: r.Operation, Now: exampleTime, Seed: exampleSeed, Profile: p, BaseURL: contract.Address{exampleBase},
		Body: sample.Copy(r.Body), Raw: raw, Query: r.Values(), Path: r.Path,
	}
	if problems := w.table.Schemas.CheckRequest(call); len(problems) > 0 {
		return contract.Result{}, problems[0]
	}
	var result contract.Result
	err = store.New(w.table.Collections()...).Update(func(tx *store.Tx) error {
		call.Tx = tx
		var err error
		result, err = w.table.Perform(call, &o)
		if err == nil && result.Undo {
			return errUndo
		}
		return err
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return result, err
}

// errUndo rolls back what an error may not leave behind.
var errUndo = errors.New("undo")

// The length of a text beyond which it can only be a file in base64, and what is
// left of it: whole groups of four.
const (
	longText  = 1024
	shortText = 96
)

func shorten(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && utf8.RuneCountInString(n.Value) > longText {
		n.Value = n.Value[:shortText]
	}
	for _, child := range n.Content {
		shorten(child)
	}
}
