package kyc_test

import (
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/population"
)

// Every reserved value brings its outcome in an otherwise good request.
func TestReservedValues(t *testing.T) {
	for _, r := range kyc.Service().Reserved {
		for _, operation := range r.On {
			t.Run(r.Value+"/"+operation, func(t *testing.T) {
				b := newBench(t)
				fields := b.granted("passport")
				for name, value := range map[string]any{"api_key": anyKey, "iin": citizen, "phone": myPhone} {
					fields[name] = value
				}
				fields[r.Field] = r.Value
				op, _ := b.Table.Operation(operation)
				value, _ := contract.ParseBody([]byte(body(t, fields)))
				found, ok := b.Table.ReservedIn(&contract.Call{Operation: op, Body: value})
				if !ok {
					t.Fatal("not found in a request")
				}
				same(t, found.Outcome, r.Outcome)
				got := b.Do(calltest.Request{
					Operation: operation, Want: found.Outcome, Body: body(t, fields),
					Path: map[string]string{"document_type": "passport"},
				})
				expect(t, got, r.Outcome)
			})
		}
	}
}

func TestReservedValuesAreNobodys(t *testing.T) {
	values, keys := map[string]string{}, map[string]int{}
	for _, r := range kyc.Service().Reserved {
		for _, on := range r.On {
			if other, taken := values[on+r.Value]; taken {
				t.Errorf("%s on %s is reserved for %s and %s", r.Value, on, other, r.Outcome)
			}
			values[on+r.Value] = r.Outcome
		}
		if r.About == "" {
			t.Errorf("%s says nothing about itself", r.Value)
		}
		switch r.Field {
		case "iin":
			if err := population.ValidIIN(r.Value); err != nil || !strings.HasPrefix(r.Value, "9901015") {
				t.Errorf("IIN %s: %v, or not born in 2099", r.Value, err)
			}
		case "api_key":
			if len(r.Value) < 47 {
				t.Errorf("key %s has not the real length", r.Value)
			}
			keys[r.Value] += len(r.On)
		case "code":
			if len(r.Value) != 6 || !strings.HasPrefix(r.Value, "000") {
				t.Errorf("code %s can be sent to somebody", r.Value)
			}
		default:
			t.Errorf("field %s", r.Field)
		}
	}
	for key, operations := range keys {
		if operations != 4 {
			t.Errorf("key %s is refused by %d operations, want all that take a key", key, operations)
		}
	}
}
