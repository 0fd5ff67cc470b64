package simulator

import (
	"bytes"
	"encoding/json"

	"github.com/kzsim/kzsim/internal/sandbox"
)

// SnapshotOf a sandbox, as the control API takes and loads one.
func (s *Simulator) SnapshotOf(sb *sandbox.Sandbox) ([]byte, error) {
	taken, err := sb.Snapshot()
	if err != nil {
		return nil, err
	}
	// Laid out for people, < and & as themselves.
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(taken)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
