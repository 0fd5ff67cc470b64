package control

import (
	"net/http"

	"github.com/gorilla/mux"
)

// Router of the control API.
func Router() *mux.Router { return router() }

// WriteJSON is how every JSON answer is written.
func WriteJSON(w http.ResponseWriter, status int, body any) { writeJSON(w, status, body) }

// WriteError is how every error is answered.
func WriteError(w http.ResponseWriter, err error) { writeError(w, err) }

// Listed encodes a list of sandboxes that have these shares of chaos.
func (c *Control) Listed(chaos map[string]float64) any {
	var infos []sandboxInfo
	for id, share := range chaos {
		infos = append(infos, sandboxInfo{ID: id, Chaos: share})
	}
	return c.listed(infos)
}
