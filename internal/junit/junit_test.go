package junit_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/junit"
)

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	err := junit.Write(&out, junit.Suite{
		Name: "a <suite>", Seconds: 1.235,
		Cases: []junit.Case{
			{Name: "good", Class: "c"},
			{Name: "bad", Class: "c", Failure: junit.Failed("first line\nsecond & \x00 control")},
			{Name: "left out", Class: "c", Skipped: &junit.Skipped{Message: "no tool"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var back junit.Suites
	if err := xml.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatalf("not XML: %v\n%s", err, out.String())
	}
	got := back.Suites[0]
	if diff := cmp.Diff([]int{3, 1, 1}, []int{got.Tests, got.Failures, got.Skipped}); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if got.Seconds != 1.235 || got.Name != "a <suite>" {
		t.Errorf("suite %+v", got)
	}
	failure := got.Cases[1].Failure
	if failure.Message != "first line" || !strings.Contains(failure.Text, "second & ") {
		t.Errorf("failure %+v", failure)
	}
}
