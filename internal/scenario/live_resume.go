package scenario

import (
	"fmt"
	"strconv"
	"strings"
)

// ResumeFault puts a fault on under the id that it had before, by which its draws
// go. It is false for what is no id of a live fault, or isn't behind the last one:
// ids only count up.
func (r *Runtime) ResumeFault(id string, f LiveFault) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "fault-"))
	l := &r.live
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil || id != fmt.Sprintf("fault-%d", n) || n <= l.last {
		return false
	}
	l.last = n
	f.ID = id
	l.all = append(l.all, &liveCounted{LiveFault: f})
	return true
}
