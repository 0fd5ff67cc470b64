package reference

import "embed"

// examples are whole scenarios, so that a reader can run what a page shows; a
// test does.
//
//go:embed examples/*.yaml
var examples embed.FS

// example is a scenario as a page shows it. The error is of one that isn't there.
func example(name string) (string, error) {
	content, err := examples.ReadFile("examples/" + name + ".yaml")
	return fence("yaml", string(content)), err
}
