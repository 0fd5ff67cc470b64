package main

import (
	"bufio"
	"flag"
	"fmt"
	"net/http"
	"net/textproto"
	"os"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/delivery"
)

// calls are the settings of what services call by themselves.
type calls struct {
	deliver, target, call []string
	patience              time.Duration
}

func (c *calls) flags(f *flag.FlagSet) {
	f.Var(list{values: &c.deliver}, "deliver", "OPERATION=URL: where the client takes what a service sends by itself (or sandbox:ID), with commas between several")
	f.Var(list{values: &c.call}, "call", "SERVICE=NAME or OPERATION=NAME: the target (or its URL) that the services call, such as abs=bank or abs=sandbox:self, with commas between several")
	c.systems(f)
}

// systems are the settings of the systems that can be called by a name.
func (c *calls) systems(f *flag.FlagSet) {
	f.Var(list{values: &c.target}, "target", "NAME=URL: a system that sandboxes may call under this name, by its base URL, with commas between several; SIM_TARGET_NAME_AUTHORIZATION is the header that its calls have, SIM_TARGET_NAME_HEADERS are others, a line each, and SIM_TARGET_NAME_CA is a file of authorities in PEM form")
	f.DurationVar(&c.patience, "deliver-patience", delivery.DefaultPatience, "time within which what services send by themselves has to be answered; then it is tried again")
}

// targets of the default sandbox, and the systems that any may name.
func (c *calls) targets(variable func(string) string) (to delivery.Targets, systems map[string]delivery.System, err error) {
	if to.Endpoints, err = delivery.ParseEndpoints(c.deliver); err != nil {
		return to, nil, err
	}
	if to.Systems, err = delivery.ParseCalls(c.call); err != nil {
		return to, nil, err
	}
	systems, err = delivery.ParseSystems(c.target, func(name string) (delivery.System, error) { return systemOf(name, variable) })
	return to, systems, err
}

// systemOf a name is what the environment says of it.
func systemOf(name string, variable func(string) string) (s delivery.System, err error) {
	prefix := "SIM_TARGET_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	s.Authorization = variable(prefix + "_AUTHORIZATION")
	if lines := variable(prefix + "_HEADERS"); lines != "" {
		header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(strings.TrimSpace(lines) + "\n\n"))).ReadMIMEHeader()
		if err != nil {
			return s, fmt.Errorf("%s_HEADERS is no list of headers, one \"Name: value\" a line", prefix) // the error itself quotes the line
		}
		s.Header = http.Header(header)
	}
	if file := variable(prefix + "_CA"); file != "" {
		if s.CA, err = os.ReadFile(file); err != nil {
			return s, fmt.Errorf("%s_CA: %w", prefix, err)
		}
	}
	return s, nil
}
