package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"testing"
	"testing/synctest"
)

// TestTurnsOfLargeBodies: so many large bodies are decoded at once; small ones don't wait, and a client that leaves gives its place up.
func TestTurnsOfLargeBodies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const atOnce = 3
		b := newBodies(atOnce * shareOfTurn)
		var ends []func()
		for range atOnce {
			end, err := b.turn(t.Context(), largeBody)
			if err != nil {
				t.Fatal(err)
			}
			ends = append(ends, end)
		}
		if _, err := b.turn(t.Context(), largeBody-1); err != nil {
			t.Errorf("a small body: %v", err)
		}
		left, leave := context.WithCancel(t.Context())
		leave()
		if _, err := b.turn(left, largeBody); !errors.Is(err, context.Canceled) {
			t.Errorf("a client that has left: %v", err)
		}
		waiting := make(chan error, 1)
		go func() {
			r := httptest.NewRequest("PUT", "/", bytes.NewReader(make([]byte, largeBody)))
			body := b.count(r)
			defer body.release()
			body.turn = r.Context()
			_, err := io.ReadAll(&body)
			waiting <- err
		}()
		synctest.Wait()
		if len(waiting) != 0 {
			t.Error("a large body doesn't wait")
		}
		ends[0]()
		ends[0]() // nothing more
		if err := <-waiting; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if n, used := len(b.turns), b.used.Load(); n != len(ends)-1 || used != 0 {
			t.Errorf("%d turns are taken, %d bytes are counted", n, used)
		}
	})
}
