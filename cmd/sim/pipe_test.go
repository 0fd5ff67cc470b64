//go:build linux

package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestStandardErrorIsNotRead: a launcher that reads the first line and then closes the
// pipe, or reads no more, gets its answers all the same, and a good end.
func TestStandardErrorIsNotRead(t *testing.T) {
	t.Parallel()
	const requests = 700 // at level info more than a pipe takes
	for name, after := range map[string]func(*os.File){
		"closed": func(read *os.File) { read.Close() },
		"unread": func(*os.File) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			line := self("as:sim", "serve", "--addr", "127.0.0.1:0", "--log-level", "info", "--config=")
			cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
			cmd.Stderr = write
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			write.Close()
			first, err := bufio.NewReaderSize(read, 16).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			after(read)
			url := regexp.MustCompile(`http://\S+:\d+`).FindString(first)
			for range requests {
				resp, err := http.Post(url+approvePath, "application/json", strings.NewReader(approveBody))
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("it ends with %v", err)
			}
		})
	}
}
