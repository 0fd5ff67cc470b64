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

// wrongUse is an error by which a command ends with exitUsage; nil for nil.
func wrongUse(err error) error {
	if err == nil {
		return nil
	}
	return exitError{exitUsage, err}
}

func cannotListen(err error) error { return exitError{exitListen, err} }

// ended prints a command's error, if there is one, and returns the exit code:
// exitFindings for an error without a code of its own.
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
