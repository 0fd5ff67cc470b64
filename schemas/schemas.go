// Package schemas carries the shapes of the services' bodies: the JSON Schemas
// of every request and answer, and the sample bodies of the four documents.
//
// A schema lies at <service>/<operation>.request.json or
// <service>/<operation>.response.json; what several of them share (a row of a
// batch, an error envelope) has a file of its own. Operations that answer with a
// file have no response schema. The request schema of a GET describes its query,
// an object of strings.
//
// Requests hold shape only: objects, arrays, types, required fields. Values that
// a service itself answers about (the length of an IIN, an unknown status) are
// not in them, and fields that no document names are let through. Answers are
// closed where the documents leave no open end.
//
// The $id of a schema is its path below this folder, and a $ref to another file
// is "/" and that file's path: a compiler that reads them from the root of any
// host (schema:///kyc/error.json) needs no network. Formats are to be asserted.
package schemas

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"sync"

	"gopkg.in/yaml.v3"
)

// FS holds the schemas in kyc, k2 and abs, and the samples in samples.
//
//go:embed kyc k2 abs samples
var FS embed.FS

// samplesFolder holds the manifest and the files that it lists.
const samplesFolder = "samples"

// Sample is one body or query string of a document. Its text is a file of FS.
type Sample struct {
	File      string `yaml:"file"`      // path in FS; .json is a body, .query.txt a query string
	Verbatim  string `yaml:"verbatim"`  // path in FS of the document's own text, where File is a repair of it
	Reason    string `yaml:"reason"`    // what was repaired, or why the sample isn't valid
	Schema    string `yaml:"schema"`    // path in FS of what the sample is judged by
	Operation string `yaml:"operation"` // kyc.address.get
	Kind      string `yaml:"kind"`      // request or response
	Outcome   string `yaml:"outcome"`   // the outcome that a response shows; empty for a request
	Document  string `yaml:"document"`  // KZ Info, Address, E-Document, K2 or ABS
	Section   string `yaml:"section"`   // the document's heading, as printed
	Valid     bool   `yaml:"-"`         // whether the sample fits its schema
}

// Samples lists the samples in the order of the documents. It fails only when
// the embedded manifest is broken. The list is read once, and no caller changes it.
func Samples() ([]Sample, error) { return listed() }

var listed = sync.OnceValues(func() ([]Sample, error) {
	manifest, err := FS.ReadFile(path.Join(samplesFolder, "samples.yaml"))
	if err != nil {
		return nil, err
	}
	var entries []struct {
		Sample `yaml:",inline"`
		Valid  *bool `yaml:"valid"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(manifest))
	decoder.KnownFields(true)
	if err := decoder.Decode(&entries); err != nil {
		return nil, fmt.Errorf("samples.yaml: %w", err)
	}
	samples := make([]Sample, len(entries))
	for i, entry := range entries {
		sample := entry.Sample
		sample.Valid = entry.Valid == nil || *entry.Valid
		sample.File = path.Join(samplesFolder, sample.File)
		if sample.Verbatim != "" {
			sample.Verbatim = path.Join(samplesFolder, sample.Verbatim)
		}
		samples[i] = sample
	}
	return samples, nil
})
