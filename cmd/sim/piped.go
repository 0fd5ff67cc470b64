package main

import (
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/kzsim/kzsim/internal/document"
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
	return pipedInfo{}, nil
}

type pipedInfo struct{}

func (pipedInfo) Name() string       { return "-" }
func (pipedInfo) Size() int64        { return 0 }
func (pipedInfo) Mode() fs.FileMode  { return fs.ModeNamedPipe }
func (pipedInfo) ModTime() time.Time { return time.Time{} }
func (pipedInfo) IsDir() bool        { return false }
func (pipedInfo) Sys() any           { return nil }
