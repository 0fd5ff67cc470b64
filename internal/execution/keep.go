package execution

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kzsim/kzsim/internal/atomicfile"
	"github.com/kzsim/kzsim/internal/junit"
)

// TryFolder makes the folder of Keep, and tries to write a file in it.
func TryFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the folder for the artefacts can't be made: %w", err)
	}
	f, err := os.CreateTemp(dir, ".try-*")
	if err != nil {
		return fmt.Errorf("nothing can be written to the folder for the artefacts: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// Keep writes what the command has met, and the result, into a folder, which it
// makes. Each file is whole or not there. If Keep fails, so does the result.
func (x *Execution) Keep(dir string, result *Result) {
	if err := x.keep(dir, result); err != nil {
		result.fail("the artefacts: " + err.Error())
	}
}

func (x *Execution) keep(dir string, result *Result) error {
	if err := os.MkdirAll(dir, 0o700); err != nil { // the command may have removed it
		return err
	}
	if err := x.keepSandboxes(dir); err != nil {
		return err
	}
	result.KeptIn = dir
	report, err := json.MarshalIndent(result.Met.Coverage, "", "  ")
	if err != nil {
		return err
	}
	var cases bytes.Buffer
	if err := junit.Write(&cases, result.Suite()); err != nil {
		return err
	}
	return writeAll(dir, map[string][]byte{
		"coverage.json": append(report, '\n'),
		"coverage.md":   []byte(result.Met.Coverage.Markdown()),
		"junit.xml":     cases.Bytes(),
	})
}

func writeAll(dir string, files map[string][]byte) error {
	for name, content := range files {
		if err := atomicfile.Write(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
