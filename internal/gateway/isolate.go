package gateway

import "net/http"

// isolate an answer from the console, which is on the same origin. A scenario's answer
// may be a page with scripts: a browser then shows it without scripts, forms
// or an origin, and shows no other media type as a page.
func isolate(header *setter) {
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "sandbox")
}

// originHeaders act in a browser not only on their answer, but on the cookies,
// storage, certificates, service workers and reports of the whole origin. The
// console's cookie is one of these cookies.
var originHeaders = []string{
	"Set-Cookie", "Set-Cookie2", "Clear-Site-Data", "Service-Worker-Allowed", "Strict-Transport-Security",
	"Public-Key-Pins", "Expect-Ct", "Alt-Svc", "Nel", "Report-To", "Reporting-Endpoints", "Accept-Ch", "Critical-Ch",
	"Origin-Agent-Cluster", "Origin-Trial",
}

// actsOnOrigin is the first of the headers that acts on the whole origin, with the reason why it is refused; empty
// for none.
func actsOnOrigin(header http.Header) string {
	if len(header) == 0 {
		return ""
	}
	for _, name := range originHeaders {
		for given := range header {
			if http.CanonicalHeaderKey(given) == name {
				return name + ", which acts in a browser on the whole address, the console's pages too; leave it out"
			}
		}
	}
	return ""
}
