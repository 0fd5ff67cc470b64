package openapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
)

const jsonType = "application/json"

// writer writes one table.
type writer struct {
	table   *contract.Table
	schemas *components
}

func (w *writer) paths() (*yaml.Node, error) {
	paths := object()
	for _, op := range w.table.Operations() {
		described, err := w.operation(op)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", op.ID, err)
		}
		item := member(paths, op.Path)
		if item == nil {
			item = object()
			add(paths, op.Path, item)
		}
		add(item, strings.ToLower(op.Method), described)
	}
	return paths, nil
}

func (w *writer) operation(op *contract.Operation) (*yaml.Node, error) {
	requests, err := sample.Requests(op)
	if err != nil {
		return nil, err
	}
	for i := range requests {
		requests[i] = requests[i].Fill(exampleValues)
	}
	parameters, err := w.parameters(op, requests[0])
	if err != nil {
		return nil, err
	}
	body, err := w.requestBody(op, requests)
	if err != nil {
		return nil, err
	}
	responses, err := w.responses(op, requests[0])
	if err != nil {
		return nil, err
	}
	return object(
		"operationId", text(op.ID),
		"tags", list(text(op.Service().Name)),
		"summary", text(op.Summary),
		"description", text(fmt.Sprintf("%s, «%s».", op.Source.Document, op.Source.Section)),
		"parameters", parameters,
		"requestBody", body,
		"responses", responses,
		"x-effect", text(string(op.Effect)),
		"x-ledger", numbers(op.Ledger),
		"x-outcomes", outcomes(op),
	), nil
}

// parameters of the path and the query; nil for none.
func (w *writer) parameters(op *contract.Operation, example sample.Request) (*yaml.Node, error) {
	all := list()
	if v := op.Variants; v.Variable != "" {
		all.Content = append(all.Content, object(
			"name", text(v.Variable), "in", text("path"), "required", truth(true),
			"schema", object("type", text("string"), "enum", texts(v.Values)),
			"example", text(example.Path[v.Variable]),
		))
	}
	if op.ReadsQuery() {
		query, err := w.queryParameters(op, example)
		if err != nil {
			return nil, err
		}
		all.Content = append(all.Content, query...)
	}
	if len(all.Content) == 0 {
		return nil, nil
	}
	return all, nil
}

// queryParameters are the properties of the request schema, which describes the
// query as an object of strings.
func (w *writer) queryParameters(op *contract.Operation, example sample.Request) ([]*yaml.Node, error) {
	schema, err := read(op.Request)
	if err != nil {
		return nil, err
	}
	if err := w.schemas.redirect(schema); err != nil {
		return nil, err
	}
	var required []string
	if names := member(schema, "required"); names != nil {
		for _, name := range names.Content {
			required = append(required, name.Value)
		}
	}
	var all []*yaml.Node
	properties := member(schema, "properties")
	for i := 0; i+1 < len(properties.Content); i += 2 {
		name, described := properties.Content[i].Value, properties.Content[i+1]
		about := member(described, "description")
		remove(described, "description")
		var value *yaml.Node
		if v, ok := example.Query[name]; ok {
			value = text(v)
		}
		all = append(all, object(
			"name", text(name), "in", text("query"), "required", truth(slices.Contains(required, name)),
			"description", about, "schema", described, "example", value,
		))
	}
	return all, nil
}

func (w *writer) requestBody(op *contract.Operation, requests []sample.Request) (*yaml.Node, error) {
	if op.ReadsQuery() {
		return nil, nil
	}
	schema, err := w.schemas.ref(op.Request)
	if err != nil {
		return nil, err
	}
	examples := object()
	for i, r := range requests {
		raw, err := r.Encode()
		if err != nil {
			return nil, err
		}
		value, err := parsed(raw)
		if err != nil {
			return nil, err
		}
		add(examples, fmt.Sprintf("sample-%d", i+1), object("summary", text("The document's sample."), "value", value))
	}
	return object(
		"required", truth(true),
		"content", object(jsonType, object("schema", schema, "examples", examples)),
	), nil
}

func outcomes(op *contract.Operation) *yaml.Node {
	all := list()
	for _, o := range op.Outcomes {
		var code, said *yaml.Node
		if o.Code != 0 {
			code = number(o.Code)
		}
		if o.Text != "" {
			said = text(o.Text)
		}
		all.Content = append(all.Content, object(
			"name", text(o.Name), "status", number(o.Status), "error-code", code, "text", said,
			"when", text(o.When), "confidence", text(string(o.Confidence)), "ledger", numbers(o.Ledger),
		))
	}
	return all
}

// statuses of an operation, each once, in the order of the table.
func statuses(op *contract.Operation) []int {
	var all []int
	for _, o := range op.Outcomes {
		if !slices.Contains(all, o.Status) {
			all = append(all, o.Status)
		}
	}
	slices.Sort(all)
	return all
}

func (w *writer) responses(op *contract.Operation, request sample.Request) (*yaml.Node, error) {
	all := object()
	for _, status := range statuses(op) {
		described, err := w.response(op, status, request)
		if err != nil {
			return nil, err
		}
		add(all, fmt.Sprint(status), described)
	}
	return all, nil
}

func (w *writer) response(op *contract.Operation, status int, request sample.Request) (*yaml.Node, error) {
	r := response{names: []string{}, examples: object(), files: object()}
	for _, o := range op.Outcomes {
		if o.Status != status {
			continue
		}
		r.names = append(r.names, o.Name)
		if err := w.addOutcome(&r, o, request); err != nil {
			return nil, fmt.Errorf("outcome %s: %w", o.Name, err)
		}
	}
	return w.describe(r, status)
}

// response is what the outcomes of one status come to.
type response struct {
	names    []string
	schemas  []string // of bodies, each once
	examples *yaml.Node
	files    *yaml.Node // media types of files
}

func (w *writer) addOutcome(r *response, o contract.Outcome, request sample.Request) error {
	asked, err := w.ask(request, o)
	if err != nil {
		return err
	}
	for _, media := range asked.files {
		if member(r.files, media) == nil {
			add(r.files, media, object())
		}
	}
	if o.Schema == "" {
		return nil
	}
	if !slices.Contains(r.schemas, o.Schema) {
		r.schemas = append(r.schemas, o.Schema)
	}
	value, err := parsed(asked.body)
	if err != nil {
		return err
	}
	shorten(value)
	add(r.examples, o.Name, object("summary", text(o.When), "value", value))
	return nil
}

func (w *writer) describe(r response, status int) (*yaml.Node, error) {
	content := object()
	if len(r.schemas) > 0 {
		schema, err := w.anyOf(r.schemas)
		if err != nil {
			return nil, err
		}
		add(content, jsonType, object("schema", schema, "examples", r.examples))
	}
	var headers *yaml.Node
	if len(r.files.Content) > 0 {
		content.Content = append(content.Content, r.files.Content...)
		headers = object("Content-Disposition", object(
			"description", text("The file's name, in ASCII and as it is."),
			"schema", object("type", text("string")),
		))
	}
	if len(content.Content) == 0 {
		content = nil
	}
	about := fmt.Sprintf("%s: %s.", http.StatusText(status), strings.Join(r.names, ", "))
	return object("description", text(about), "headers", headers, "content", content), nil
}

func (w *writer) anyOf(names []string) (*yaml.Node, error) {
	all := list()
	for _, name := range names {
		ref, err := w.schemas.ref(name)
		if err != nil {
			return nil, err
		}
		all.Content = append(all.Content, ref)
	}
	if len(all.Content) == 1 {
		return all.Content[0], nil
	}
	return object("anyOf", all), nil
}
