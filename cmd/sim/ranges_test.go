package main

import (
	"flag"
	"net"
	"strings"
	"testing"
	"time"
)

// TestEveryNumberHasARange: no flag that is a number or a duration is forgotten.
func TestEveryNumberHasARange(t *testing.T) {
	for _, flags := range []*flag.FlagSet{new(serveConfig).flags(), new(execConfig).flags(), new(verifyConfig).flags()} {
		flags.VisitAll(func(f *flag.Flag) {
			value, ok := f.Value.(flag.Getter)
			if !ok {
				return
			}
			switch value.Get().(type) {
			case int, int64, float64, time.Duration:
				allowed, ok := rangeOf(flags, f.Name)
				if !ok {
					t.Errorf("sim %s --%s has no range", flags.Name(), f.Name)
				} else if err := allowed.check(f.Value); err != nil {
					t.Errorf("the default of --%s: %v", f.Name, err)
				}
			}
		})
	}
}

// TestValuesOutOfRange are refused, by flag and by variable, before a busy port is told.
func TestValuesOutOfRange(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	busy := taken.Addr().String()
	refused := func(env map[string]string, says string, args ...string) {
		t.Helper()
		p := launch(t, env, args...)
		if code := <-p.code; code != exitUsage || !strings.Contains(p.stderr.String(), says) {
			t.Errorf("%v %v: exit code %d, %s", env, args, code, p.stderr)
		}
	}
	for name, values := range map[string][]string{
		"max-held": {"-1", "0", "1048577"}, "max-body": {"-1", "0", "1073741825"}, "memory": {"-1", "0", "1099511627777"},
		"max-rate": {"-1", "NaN", "Inf", "-Inf", "1e7"}, "chaos": {"-0.1", "1.1", "NaN"}, "expires": {"-1h", "0s", "1ms", "8761h"},
	} {
		for _, value := range values {
			refused(nil, "for flag --"+name+": ", "serve", "--addr", busy, "--"+name+"="+value)
			refused(map[string]string{variable(name): value}, variable(name)+"=", "serve", "--addr", busy)
		}
	}
	for _, args := range [][]string{
		{"exec", "--min-coverage", "NaN"}, {"exec", "--timeout", "-1s"}, {"exec", "--grace", "2h"},
		{"verify", "--timeout", "-1s"}, {"healthcheck", "--timeout", "0s"},
	} {
		refused(nil, "from ", args...)
	}
	refused(nil, "has 16 characters or more, not 5", "serve", "--addr", busy, "--control-token", "short")
	refused(nil, "did you mean", "serve", "--addr", busy, "--scenario", "payment")
	refused(nil, "is not OPERATION=URL", "serve", "--addr", busy, "--deliver", "x")
}

// TestATokenThatIsTooShortIsNotShown.
func TestATokenThatIsTooShortIsNotShown(t *testing.T) {
	p := launch(t, map[string]string{"SIM_CONTROL_TOKEN": "hush-hush"}, "serve", "--addr", "127.0.0.1:0")
	if code := <-p.code; code != exitUsage || strings.Contains(p.stderr.String(), "hush") || !strings.Contains(p.stderr.String(), "SIM_CONTROL_TOKEN") {
		t.Errorf("exit code %d, %s", code, p.stderr)
	}
}
