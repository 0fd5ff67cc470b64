package schemas

import "embed"

// TargetFile is the name in Formats of the schema of the file that describes to the
// contract suite about a target.
const TargetFile = "target.schema.json"

// Formats holds the schemas of the project's own files.
//
//go:embed target.schema.json config.schema.json
var Formats embed.FS
