package delivery_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestSecretsOfATarget: the password and the keys of an endpoint's URL are sent there and
// shown nowhere, whether or not it answers.
func TestSecretsOfATarget(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	for _, port := range []string{strings.TrimPrefix(b.endpoint.URL, "http://"), "127.0.0.1:1"} {
		b.do(204, "DELETE", "/_sim/sandboxes/bank", "")
		b.create("bank", fmt.Sprintf(`,"deliver":{%q:%q}`, exclusions, "http://bank:sesame@"+port+"/list?api_key=sesame&a=1"))
		b.exclude(citizen)
		b.do(200, "GET", "/_sim/sandboxes/bank/deliveries?within=1m", "")
		for _, path := range []string{"/deliveries", "/requests.har", "/snapshot", ""} {
			shown := b.do(200, "GET", "/_sim/sandboxes/bank"+path, "")
			if strings.Contains(shown, "sesame") {
				t.Errorf("%s%s shows it: %s", port, path, shown)
			}
			if path == "/deliveries" && !strings.Contains(shown, "/list?api_key=***&a=1") {
				t.Errorf("no address is shown: %s", shown)
			}
		}
	}
	r := <-b.got
	if _, password, _ := r.BasicAuth(); password != "sesame" || r.URL.Query().Get("api_key") != "sesame" {
		t.Errorf("the endpoint got %s %v", r.URL, r.Header)
	}
}
