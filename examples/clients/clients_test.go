// Package clients runs the tours against a simulator.
package clients

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testtool"
)

// TestTours runs each client whose language is on the machine; in CI all but Go
// are installed, so that one that is missing there is a failure.
func TestTours(t *testing.T) {
	tours := []struct {
		name    string
		command []string
	}{
		{"curl", []string{"bash", "curl/tour.sh"}},
		{"go", []string{"go", "run", "./go"}},
		{"python", []string{"python3", "python/tour.py"}},
		{"javascript", []string{"node", "javascript/tour.mjs"}},
		{"java", []string{"java", "java/Tour.java"}},
	}
	for _, tour := range tours {
		t.Run(tour.name, func(t *testing.T) {
			t.Parallel()
			testtool.Need(t, tour.command[0])
			if tour.name == "curl" {
				testtool.Need(t, "curl")
			}
			sim, err := simulator.New(simulator.Options{})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(sim.Handler())
			defer server.Close()
			for range 2 { // by people who like it
				cmd := exec.Command(tour.command[0], tour.command[1:]...)
				cmd.Env = append(os.Environ(), "SIM_URL="+server.URL,
					"JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC") // what ends after a second isn't worth optimizing
				out, err := cmd.CombinedOutput()
				if err != nil || !strings.Contains(string(out), "the tour is done") {
					t.Errorf("%v: %v\n%s", tour.command, err, out)
				}
			}
		})
	}
}
