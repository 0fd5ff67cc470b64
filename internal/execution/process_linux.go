package execution

import "syscall"

// dieWithUs ends the command if we are killed and can't do it ourselves.
func dieWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
