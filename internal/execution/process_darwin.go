package execution

import "syscall"

// dieWithUs does nothing: macOS can't end the command if we are killed.
func dieWithUs(*syscall.SysProcAttr) {}
