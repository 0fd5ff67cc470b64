package control

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// TestASnapshotIsLaidOutAsAllAnswers: row by row it has the bytes that it has as a whole.
func TestASnapshotIsLaidOutAsAllAnswers(t *testing.T) {
	row := json.RawMessage(`{"a":[1,{"b":"<&>"}],"c":{},"d":null}`)
	for _, snapshot := range []sandbox.Snapshot{
		{Version: 2, Seed: 7, Snapshot: store.Snapshot{State: store.Rows{}}},
		{Version: 2, Requests: 3, Snapshot: store.Snapshot{
			State:    store.Rows{"loans": {"KD2": row, "KD1": row, `q"<`: row}, "empty": {}},
			Records:  store.Rows{"settings": {"all": row}},
			Counters: map[string]map[string]int{"a": {"b": 1}},
			Before:   store.Rows{"loans": {"KD1": json.RawMessage("null")}},
		}},
	} {
		want, err := indented(snapshot, "")
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := writeSnapshot(&got, snapshot); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want)+"\n", got.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestLargeAnswersGoInTurn: so many are written at once; one that isn't read in time is
// broken off and makes room, and so does a client that leaves while it waits.
func TestLargeAnswersGoInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &Control{large: make(chan struct{}, largeAtOnce)}
		var began atomic.Int64
		slow := c.inTurn(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			began.Add(1)
			for {
				<-time.After(10 * time.Second) // the client reads slowly
				_, _ = w.Write(make([]byte, 100))
			}
		}))
		ask := func(ctx context.Context) {
			defer func() {
				if recover() != http.ErrAbortHandler {
					t.Error("it is not broken off")
				}
			}()
			slow.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
			panic(http.ErrAbortHandler) // it has left without an answer
		}
		for range largeAtOnce {
			go ask(t.Context())
		}
		synctest.Wait()
		left, leave := context.WithCancel(t.Context())
		go ask(left)
		leave()
		go ask(t.Context())
		synctest.Wait()
		if n := began.Load(); n != largeAtOnce {
			t.Errorf("%d are written at once", n)
		}
		<-time.After(largeWithin + 11*time.Second)
		synctest.Wait()
		if n := began.Load(); n != largeAtOnce+1 {
			t.Errorf("%d have been written", n)
		}
		<-time.After(largeWithin + 11*time.Second)
	})
}
