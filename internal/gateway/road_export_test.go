package gateway

import "github.com/gorilla/mux"

// Router of the services' operations.
func (g *Gateway) Router() *mux.Router { return g.router() }
