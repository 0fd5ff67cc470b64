package scenario

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
)

// The bounds of `use`.
const (
	maxUseDepth = 8
	maxUseFiles = 32
)

// use reads the files that a document shares: of each only what is given and the
// rules. Those of the document go first.
func (p *checker) use(list value) Scenario {
	var shared Scenario
	for _, file := range list.items {
		if *p.used++; *p.used > maxUseFiles {
			p.refuse(file.node, "one file more", fmt.Sprintf("at most %d, with those that they use in turn", maxUseFiles))
			break
		}
		if file.wrong {
			continue
		}
		if s, ok := p.useOne(file.node, as[string](file)); ok {
			shared.Given = append(shared.Given, s.Given...)
			shared.Rules = append(shared.Rules, s.Rules...)
		}
	}
	return shared
}

func (p *checker) useOne(n node, name string) (Scenario, bool) {
	clean := path.Clean(name)
	switch {
	case !fs.ValidPath(clean):
		p.refuse(n, quote(name), "a path below the scenario's folder or in the library, without .. and without a leading /")
		return Scenario{}, false
	case slices.Contains(p.using, clean) || len(p.using) >= maxUseDepth:
		p.refuse(n, quote(name)+", which leads back here: "+strings.Join(append(p.using, clean), " → "), "files that do not use each other in a circle")
		return Scenario{}, false
	}
	for _, folder := range []fs.FS{p.folder, p.opts.Library} {
		if folder == nil {
			continue
		}
		source, err := readBounded(folder, clean)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			p.refuse(n, err.Error(), fmt.Sprintf("a file of at most %d bytes (1 MiB)", document.MaxSize))
			return Scenario{}, false
		}
		p.files[clean] = string(source)
		return p.shared(clean, folder, source), true
	}
	p.refuseWord(n, name, "a file beside this one or in the library", p.usable())
	return Scenario{}, false
}

// shared reads a used file with findings of its own.
func (p *checker) shared(name string, folder fs.FS, source []byte) Scenario {
	inner := *p
	inner.known = nil
	inner.file, inner.folder, inner.using = name, folder, append(slices.Clone(p.using), name)
	root, ok := inner.root(source)
	if !ok {
		return Scenario{}
	}
	_, known := inner.readVars(root)
	inner.make(root, known)
	v := inner.read(inner.grammar.used, root)
	deeper := inner.use(v.at("use"))
	*inner.layers++
	given, rules := inner.given(v.at("given"), "", &scope{used: map[string]bool{}}), inner.rules(v.at("rules"))
	return Scenario{Given: append(deeper.Given, given...), Rules: append(rules, deeper.Rules...)}
}

// usable are the files that could have been meant.
func (p *checker) usable() []string {
	var names []string
	for _, folder := range []fs.FS{p.folder, p.opts.Library} {
		if folder == nil {
			continue
		}
		for _, pattern := range []string{"*.yaml", "*/*.yaml"} {
			// A folder that can't be read has no names to offer.
			found, _ := fs.Glob(folder, pattern)
			names = append(names, found...)
		}
	}
	return names
}
