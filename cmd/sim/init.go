package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// first is what sim init writes: a scenario, the settings and a CI file.
//
//go:embed all:first
var first embed.FS

const firstFolder = "first"

const nextSteps = `Next, in that folder:
  sim test scenarios     runs the scenario as a test of itself
  sim serve              puts it in force for your client
  sim exec -- npm test   runs your tests beside it, as the CI file does
`

// initialise writes the files that a project starts from. Files that are there already
// stay as they are: then nothing is written.
func initialise(_ context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("init", flag.ContinueOnError)
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	folder := "."
	switch flags.NArg() {
	case 0:
	case 1:
		folder = flags.Arg(0)
	default:
		return ended(env, "init", wrongUse(fmt.Errorf("it takes one folder, found %d: %s", flags.NArg(), strings.Join(flags.Args(), ", "))))
	}
	written, err := writeFirst(folder)
	for _, file := range written {
		fmt.Fprintf(env.stdout, "wrote %s\n", file)
	}
	if err != nil {
		return ended(env, "init", wrongUse(err))
	}
	fmt.Fprint(env.stdout, nextSteps)
	return exitGood
}

// writeFirst into a folder, which is made if it is not there.
func writeFirst(folder string) (written []string, err error) {
	names := firstNames()
	var there []string
	for _, name := range names {
		if path := inTheWay(filepath.Join(folder, filepath.FromSlash(name))); path != "" {
			there = append(there, path)
		}
	}
	if there = slices.Compact(there); len(there) > 0 {
		return nil, fmt.Errorf("nothing was written, because there is already %s: move it, or name another folder",
			strings.Join(there, " and "))
	}
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := writeNew(path, name); err != nil {
			return written, err
		}
		written = append(written, path)
	}
	return written, nil
}

// inTheWay of a new file is what has its name, or a file that has the name of one of its
// folders. Empty if there is nothing.
func inTheWay(path string) string {
	if _, err := os.Lstat(path); err == nil {
		return path
	}
	for folder := filepath.Dir(path); folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		if info, err := os.Stat(folder); err == nil {
			if info.IsDir() {
				return ""
			}
			return folder
		}
	}
	return ""
}

// firstNames of the files, with slashes.
func firstNames() []string {
	var names []string
	_ = fs.WalkDir(first, firstFolder, func(name string, entry fs.DirEntry, _ error) error { // it is embedded
		if !entry.IsDir() {
			names = append(names, strings.TrimPrefix(name, firstFolder+"/"))
		}
		return nil
	})
	return names
}

// writeNew makes a file, and its folders. A file that is there is an error.
func writeNew(path, name string) error {
	content, err := first.ReadFile(firstFolder + "/" + name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
