package document

import (
	"iter"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	inPointer  = strings.NewReplacer("~", "~0", "/", "~1")
	outPointer = strings.NewReplacer("~1", "/", "~0", "~")
)

// EscapePointer is a name as it stands in a JSON pointer.
func EscapePointer(name string) string { return inPointer.Replace(name) }

// Steps of a JSON pointer: names and indexes.
func Steps(pointer string) iter.Seq[string] {
	return func(yield func(string) bool) {
		rest, more := strings.CutPrefix(pointer, "/")
		for more {
			var step string
			step, rest, more = strings.Cut(rest, "/")
			if !yield(outPointer.Replace(step)) {
				return
			}
		}
	}
}

// Path writes a JSON pointer as people do: services.abs.url, subjects[0].
func (d *Document) Path(pointer string) string {
	path, at := d.Below, d.Root
	for step := range Steps(pointer) {
		if path != "" && at != nil && at.Kind == yaml.SequenceNode {
			path += "[" + step + "]"
		} else {
			path = Below(path, step)
		}
		if at != nil {
			_, at = child(at, step)
		}
	}
	return path
}

// Below is the path of a member of what has a path.
func Below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
