package schemas

import _ "embed"

// Target is the JSON Schema of the file that tells the contract suite about a
// target, for the suite and for editors.
//
//go:embed target.schema.json
var Target []byte
