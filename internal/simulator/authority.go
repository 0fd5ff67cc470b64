package simulator

import "net/http"

// authorityPath is where clients find the certificate that they have to trust. It
// needs no token: the certificate is no secret, and a client that asks for it can't
// yet use a secure connection.
const authorityPath = "/_sim/ca.pem"

// withAuthority serves the certificate beside the control API.
func withAuthority(certificate []byte, control http.Handler) http.Handler {
	if certificate == nil {
		return control
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != authorityPath || r.Method != http.MethodGet && r.Method != http.MethodHead {
			control.ServeHTTP(w, r)
			return
		}
		header := w.Header()
		header.Set("Content-Type", "application/x-pem-file")
		header.Set("Content-Disposition", `attachment; filename="kzsim-ca.pem"`)
		header.Set("Cache-Control", "no-store")
		// The error means that the client has closed the connection.
		_, _ = w.Write(certificate)
	})
}
