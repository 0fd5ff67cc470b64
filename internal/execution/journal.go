package execution

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/kzsim/kzsim/internal/inprocess"
)

// everything that a journal holds, instead of the latest of it.
const everything = "?limit=1000000"

// journal of a sandbox: every exchange whole, the oldest first.
func (x *Execution) journal(sandbox string) ([]byte, error) {
	requests := "/_sim/sandboxes/" + sandbox + "/requests"
	listed, err := x.ask(requests + everything)
	if err != nil {
		return nil, err
	}
	var list struct {
		Requests []struct{ ID string }
		Dropped  uint64
	}
	if err := json.Unmarshal(listed, &list); err != nil {
		return nil, err
	}
	whole := struct {
		Requests []json.RawMessage `json:"requests"`
		Dropped  uint64            `json:"dropped"` // the journal had no room for them
	}{make([]json.RawMessage, len(list.Requests)), list.Dropped}
	for i, e := range list.Requests {
		if whole.Requests[len(list.Requests)-1-i], err = x.ask(requests + "/" + e.ID); err != nil {
			return nil, err
		}
	}
	return json.MarshalIndent(whole, "", "  ")
}

// har is the journal of a sandbox as an HTTP archive.
func (x *Execution) har(sandbox string) ([]byte, error) {
	return x.ask("/_sim/sandboxes/" + sandbox + "/requests.har" + everything)
}

// ask the control API in the process: after Stop it has no port any more.
func (x *Execution) ask(path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://localhost"+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := inprocess.Transport(x.Simulator.Handler()).RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", path, resp.StatusCode, body)
	}
	return body, err
}
