package main

import (
	"context"
	"errors"
	"flag"
	"net"
	"net/http"
	"time"
)

// healthcheck asks a simulator on this machine, as a container's HEALTHCHECK
// does.
func healthcheck(ctx context.Context, env environment, args []string) int {
	flags := flag.NewFlagSet("healthcheck", flag.ContinueOnError)
	at, apart := "127.0.0.1:8080", ""
	flags.Var(address(&at), "addr", "address that the simulator listens on")
	flags.Var(address(&apart), "control-addr", "address that its control API listens on, if it has one of its own")
	timeout := flags.Duration("timeout", 3*time.Second, "how long to wait for the answer")
	tellRanges(flags)
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	if apart != "" {
		at = apart
	}
	return ended(env, "healthcheck", checkHealth(ctx, "http://"+reachable(at)+"/_sim/health/ready", *timeout))
}

func checkHealth(ctx context.Context, url string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return wrongUse(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

// reachable turns an address to listen on into one to call: 0.0.0.0 is none.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
