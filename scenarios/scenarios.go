// Package scenarios carries the library: scenarios that any sandbox can start
// from by their names, and that `use` finds in any scenario. Each says what it is
// about and tries itself.
package scenarios

import "embed"

// FS holds the library, a scenario a file.
//
//go:embed *.yaml
var FS embed.FS
