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
func (p *checker) use(e entry) Scenario {
	var shared Scenario
	if e.Node == nil {
		return shared
	}
	list := p.items(e.node, "a list of files, such as [base/overdue-loan.yaml]")
	for _, n := range list {
		if *p.used++; *p.used > maxUseFiles {
			p.refuse(n, "one file more", fmt.Sprintf("at most %d, with those that they use in turn", maxUseFiles))
			break
		}
		name, ok := p.text(n, "a file, such as base/overdue-loan.yaml")
		if !ok {
			continue
		}
		if s, ok := p.useOne(n, name); ok {
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
		p.files[clean] = source
		return p.shared(clean, folder, source), true
	}
	p.refuseWord(n, name, "a file beside this one or in the library", p.usable())
	return Scenario{}, false
}

// shared reads a used file with findings of its own.
func (p *checker) shared(name string, folder fs.FS, source []byte) Scenario {
	inner := *p
	inner.file, inner.folder, inner.using = name, folder, append(slices.Clone(p.using), name)
	root, ok := inner.root(source)
	if !ok {
		return Scenario{}
	}
	fields, ok := inner.fields(root, "a mapping with the keys version, scenario, given, rules", topKeys...)
	if !ok {
		return Scenario{}
	}
	inner.version(root, fields)
	inner.name(root, fields, "scenario")
	deeper := inner.use(fields["use"])
	own := Scenario{}
	inner.sections(map[string]entry{"given": fields["given"], "rules": fields["rules"]}, &own)
	return Scenario{Given: append(deeper.Given, own.Given...), Rules: append(own.Rules, deeper.Rules...)}
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
