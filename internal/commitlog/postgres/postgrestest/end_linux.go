package postgrestest

import "syscall"

// endWithUs has the server stopped at once when this process ends, however that comes.
func endWithUs(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGQUIT }
