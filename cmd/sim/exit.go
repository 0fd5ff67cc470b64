package main

import (
	"errors"
	"fmt"
)

// exitError is an error with the exit code that it leads to.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }

func (e exitError) Unwrap() error { return e.err }

func wrongUse(err error) error     { return exitError{exitUsage, err} }
func cannotListen(err error) error { return exitError{exitListen, err} }

// ended tells of a command's error, if there is one, and answers the exit code:
// of an error that has none of its own, exitFindings.
func ended(env environment, command string, err error) int {
	if err == nil {
		return exitGood
	}
	fmt.Fprintf(env.stderr, "sim %s: %v\n", command, err)
	if e := (exitError{}); errors.As(err, &e) {
		return e.code
	}
	return exitFindings
}
