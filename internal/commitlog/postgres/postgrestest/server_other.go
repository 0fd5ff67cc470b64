//go:build unix && !linux

package postgrestest

import "syscall"

// endWithUs does nothing: a server of a process that was killed goes on.
func endWithUs(*syscall.SysProcAttr) {}

// temporary is where folders of servers are: the empty string stands for os.TempDir.
func temporary() string { return "" }
