package contract_test

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// transcriptVariable tells a second process of the suite where to write its
// transcript.
const transcriptVariable = "KZSIM_TRANSCRIPT"

// TestSameBytesInTwoProcesses: with a frozen clock and one seed the same requests
// get the same bytes (status, all headers, body) from another simulator of this
// process and from one in another process.
func TestSameBytesInTwoProcesses(t *testing.T) {
	here := transcript(t, 1, start)
	if file := os.Getenv(transcriptVariable); file != "" {
		if err := os.WriteFile(file, []byte(here), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	compareTranscripts(t, here, transcript(t, 1, start))
	file := filepath.Join(t.TempDir(), "transcript")
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	other.Env = append(os.Environ(), transcriptVariable+"="+file)
	if said, err := other.CombinedOutput(); err != nil {
		t.Fatalf("the other process: %v\n%s", err, said)
	}
	there, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compareTranscripts(t, here, string(there))
}

func compareTranscripts(t *testing.T, a, b string) {
	t.Helper()
	if n := strings.Count(a, "\n> "); n < 3*len(table().Operations) {
		t.Errorf("the transcript has only %d requests", n)
	}
	if diff := cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")); diff != "" {
		t.Errorf("the transcripts differ:\n%s", diff)
	}
}

// TestTranscriptsCanDiffer: another seed and another instant show.
func TestTranscriptsCanDiffer(t *testing.T) {
	here := transcript(t, 1, start)
	if here == transcript(t, 2, start) {
		t.Error("another seed makes no difference")
	}
	if here == transcript(t, 1, "2024-03-01T09:00:01+05:00") {
		t.Error("another instant makes no difference")
	}
}

// scribe sends requests to a simulator of its own and writes down all that comes
// back.
type scribe struct {
	t      *testing.T
	server *httptest.Server
	out    strings.Builder
}

// transcript of every sample, every outcome by name, every reserved value, and
// what a client meets when it is wrong, in a fresh simulator.
func transcript(t *testing.T, seed int, instant string) string {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &scribe{t: t, server: httptest.NewServer(sim.Handler())}
	defer s.server.Close()
	spec := fmt.Sprintf(`{"seed": %d, "clock": {"mode": "frozen", "start": %q}, "expires": "never"}`, seed, instant)
	if a := send(t, "PUT", s.server.URL+"/_sim/sandboxes/twin", spec); a.status != 201 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, op := range table().Operations {
		s.ask(sampleRequest(op))
		for _, o := range op.Outcomes {
			s.ask(sampleRequest(op), "Prefer", "outcome="+o.Name)
		}
	}
	send(t, "POST", s.server.URL+"/s/twin/_sim/clock/advance", `{"by": "10m"}`)
	for _, value := range table().Reserved {
		for _, id := range value.On {
			s.ask(withField(t, sampleRequest(operationOf(id)), value.Field, value.Value))
		}
	}
	for _, op := range table().Operations {
		s.ask(sampleRequest(op))
		op.Path += "x"
		s.ask(sampleRequest(op))
	}
	return s.out.String()
}

// ask a request by the same Host in every process, whatever the port.
func (s *scribe) ask(q request, header ...string) {
	s.t.Helper()
	values := map[string]string{"key": anyKey, "iin": citizen, "phone": phone, "session": anySession, "code": "123456"}
	target, body := "/s/twin"+q.target(s.t, values), filled(s.t, q.body, values)
	a := send(s.t, q.op.Method, s.server.URL+target, body, append(header, "Host", "127.0.0.1")...)
	fmt.Fprintf(&s.out, "\n> %s %s %v\n%s\n%d\n", q.op.Method, target, header, body, a.status)
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		fmt.Fprintf(&s.out, "%s: %q\n", name, a.header[name])
	}
	s.out.Write(a.body)
}
