package console

import (
	"encoding/json"
	"net/http"

	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/problem"
)

// maxToken bounds the form that signs in, in bytes.
const maxToken = 4 << 10

// sessionInfo is who the page is to the control API.
type sessionInfo struct {
	Needed  bool   `json:"token_needed"`
	Open    bool   `json:"open"`              // the control API takes what the page sends
	Sandbox string `json:"sandbox,omitempty"` // the only one that is open
}

func (c *console) session(w http.ResponseWriter, r *http.Request) {
	c.tell(w, c.infoOf(r, control.TokenOf(r)))
}

func (c *console) infoOf(r *http.Request, token string) sessionInfo {
	info := sessionInfo{Needed: c.Access.Token != ""}
	if !info.Needed || c.Access.Opens(token) {
		info.Open = true
		return info
	}
	info.Sandbox, info.Open = c.SandboxOf(r.Context(), token)
	return info
}

// signIn keeps a token that opens something in a cookie: out of reach of scripts,
// never sent from another site, and only where the control API is.
func (c *console) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxToken)
	token := r.PostFormValue("token")
	info := c.infoOf(r, token)
	if !info.Open {
		refuse(w, problem.New(http.StatusUnauthorized, "the token opens nothing here"))
		return
	}
	if info.Needed {
		http.SetCookie(w, tokenCookie(r, token, 0))
	}
	c.tell(w, info)
}

func (c *console) signOut(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, tokenCookie(r, "", -1))
	w.WriteHeader(http.StatusNoContent)
}

func tokenCookie(r *http.Request, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: control.TokenCookie, Value: value, Path: Root, MaxAge: maxAge,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	}
}

func (c *console) tell(w http.ResponseWriter, info sessionInfo) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(info)
}
