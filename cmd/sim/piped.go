package main

import (
	"fmt"
	"io"
	"io/fs"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
)

// piped is a folder in which the file "-" is standard input; the files that it uses lie in
// the folder.
type piped struct {
	fs.FS
	stdin io.Reader
}

// ReadFile implements fs.ReadFileFS. Standard input is read once.
func (p piped) ReadFile(name string) ([]byte, error) {
	if name != "-" {
		return fs.ReadFile(p.FS, name)
	}
	content, err := io.ReadAll(io.LimitReader(p.stdin, document.MaxSize+1))
	if len(content) > document.MaxSize {
		err = fmt.Errorf("standard input of more than %d bytes", document.MaxSize)
	}
	return content, err
}

// Stat implements fs.StatFS. The size of standard input is not known before it is read.
func (p piped) Stat(name string) (fs.FileInfo, error) {
	if name != "-" {
		return fs.Stat(p.FS, name)
	}
	return scenario.Files{name: ""}.Stat(name)
}
