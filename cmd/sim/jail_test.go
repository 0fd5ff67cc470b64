//go:build linux

package main

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

func init() { parts["as:jailer"] = jailer }

// nobody is the user of the image.
const nobody = 65532

// TestEmptyRoot: the static binary alone in a read-only root, as a user without
// rights, with no network but loopback, serves, is healthy, and on SIGTERM answers
// what is in flight.
func TestEmptyRoot(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root: only root may change its root directory")
	}
	t.Parallel()
	root := t.TempDir()
	putInto(t, root)
	var said bytes.Buffer
	line := self("as:jailer", root)
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	err := cmd.Start()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) {
		t.Skipf("needs namespaces of its own, which this system doesn't give: %v", err)
	}
	if err == nil {
		err = cmd.Wait()
	}
	t.Logf("%s", &said)
	if err != nil {
		t.Error(err)
	}
}

// putInto a folder the binary as an image has it.
func putInto(t *testing.T, folder string) {
	t.Helper()
	name := shipped(t)
	if err := os.Link(name, filepath.Join(folder, "sim")); err != nil {
		t.Fatal(err)
	}
	binary, err := elf.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	if libraries, err := binary.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("not a static binary: it needs %v (%v)", libraries, err)
	}
}

// jailer runs the simulator in the root that its argument names. It is in
// namespaces of its own, which no other process sees.
func jailer() {
	j := jail{root: os.Args[1]}
	for _, step := range []struct {
		about string
		do    func() error
	}{
		{"the root is read-only", j.mount},
		{"there is loopback, and no other network", loopback},
		{"it serves", j.start},
		{"it runs as nobody", j.checkUser},
		{"it says that it is healthy", func() error { return j.healthcheck(exitGood) }},
		{"it answers what is in flight when it is told to stop", j.stopInFlight},
		{"it has stopped", func() error { return j.healthcheck(exitFindings) }},
	} {
		if err := step.do(); err != nil {
			fmt.Printf("not so: %s: %v\n", step.about, err)
			os.Exit(1)
		}
		fmt.Println(step.about)
	}
}

type jail struct {
	root string
	sim  *exec.Cmd
	base string
}

func (j *jail) mount() error {
	for _, m := range []struct {
		from, at string
		flags    uintptr
	}{
		{"none", "/", syscall.MS_REC | syscall.MS_PRIVATE},
		{j.root, j.root, syscall.MS_BIND},
		{"none", j.root, syscall.MS_BIND | syscall.MS_REMOUNT | syscall.MS_RDONLY},
	} {
		if err := syscall.Mount(m.from, m.at, "", m.flags, ""); err != nil {
			return fmt.Errorf("mount %s: %w", m.at, err)
		}
	}
	if err := os.WriteFile(filepath.Join(j.root, "file"), nil, 0o600); !errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("a file could be written (%v)", err)
	}
	return nil
}

// loopback brings the only interface of a new network up.
func loopback() error {
	all, err := net.Interfaces()
	if err != nil || len(all) != 1 || all[0].Name != "lo" {
		return fmt.Errorf("interfaces %v (%v)", all, err)
	}
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(socket)
	var request struct { // struct ifreq
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], "lo")
	request.flags = syscall.IFF_UP | syscall.IFF_RUNNING
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(socket), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		return errno
	}
	return nil
}

// inside is a command within the jail, with an empty environment.
func (j *jail) inside(args ...string) *exec.Cmd {
	return &exec.Cmd{
		Path: "/sim", Args: append([]string{"/sim"}, args...), Dir: "/", Env: []string{},
		SysProcAttr: &syscall.SysProcAttr{
			Chroot: j.root, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, Pdeathsig: syscall.SIGKILL,
		},
	}
}

func (j *jail) start() error {
	j.sim = j.inside("serve")
	said := newTranscript()
	j.sim.Stderr = said
	if err := j.sim.Start(); err != nil {
		return err
	}
	at, ok := said.wait(`http://(\S+:\d+)`)
	if !ok {
		return errors.New(said.String())
	}
	j.base = "http://" + at
	return j.ask(http.StatusOK, "/api/v1/backend/info/kz/exec_proc_info/", `{"api_key":"my key","iin":"901123300258"}`)
}

// ask the simulator: a POST if there is a body.
func (j *jail) ask(status int, path, body string) error {
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(context.Background(), method, j.base+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		return fmt.Errorf("%s: %s %s (%v)", path, resp.Status, answer, err)
	}
	return nil
}

func (j *jail) checkUser() error {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", j.sim.Process.Pid))
	if err != nil {
		return err
	}
	for _, line := range []string{"Uid:\t65532\t65532\t65532\t65532\n", "Gid:\t65532\t65532\t65532\t65532\n", "CapEff:\t0000000000000000\n"} {
		if !strings.Contains(string(status), line) {
			return fmt.Errorf("no %q in %s", line, status)
		}
	}
	return nil
}

func (j *jail) healthcheck(want int) error {
	err := j.inside("healthcheck").Run()
	var failed *exec.ExitError
	switch {
	case want == exitGood:
		return err
	case errors.As(err, &failed) && failed.ExitCode() == want:
		return nil
	}
	return fmt.Errorf("want exit code %d, not %v", want, err)
}

// stopInFlight tells the simulator to stop while a slow request is on its way.
func (j *jail) stopInFlight() error {
	const sandbox = "/_sim/sandboxes/default"
	if err := j.ask(http.StatusCreated, sandbox+"/faults", `{"on": "kyc.address.approve", "fault": {"delay": "4s"}}`); err != nil {
		return err
	}
	answered := make(chan error, 1)
	go func() {
		answered <- j.ask(http.StatusOK, "/api/v1/backend/address/approve/", `{"api_key":"my key","iin":"901123300258"}`)
	}()
	if err := j.ask(http.StatusOK, sandbox+"/expectations", `{"on": "kyc.address.approve", "count": ">=1", "within": "20s"}`); err != nil {
		return err
	}
	if err := j.sim.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	for { // until nobody new is served
		c, err := net.Dial("tcp", strings.TrimPrefix(j.base, "http://"))
		if err != nil {
			break
		}
		c.Close()
	}
	select {
	case err := <-answered:
		return fmt.Errorf("the slow request was over too early for this to prove anything (%v)", err)
	default:
	}
	if err := <-answered; err != nil {
		return err
	}
	return j.sim.Wait()
}
