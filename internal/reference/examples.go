package reference

import "embed"

// examples are whole scenarios, so that a reader can run what a page shows; a
// test does.
//
//go:embed examples/*.yaml
var examples embed.FS

// example shows a scenario. The error is of one that isn't there.
func (p *page) example(name string) error {
	text, err := example(name)
	if err == nil {
		p.block(text)
	}
	return err
}

func example(name string) (string, error) {
	content, err := examples.ReadFile("examples/" + name + ".yaml")
	return fence("yaml", string(content)), err
}
