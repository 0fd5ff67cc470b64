//go:build unix && !linux

package postgrestest

import "syscall"

// endWithUs does nothing: a server of a process that was killed goes on.
func endWithUs(*syscall.SysProcAttr) {}
