package control

import "github.com/gorilla/mux"

// Router of the control API.
func (c *Control) Router() *mux.Router { return c.router }
