package gateway

import (
	"slices"
	"strconv"
	"strings"
)

// requestKey is what a request is among all of its sandbox: the operation, whom
// or which session it is about, and how many such there were.
func (g *Gateway) requestKey(v *visit) string {
	about := v.call.Subjects()
	if session := v.call.Operation.Session; len(about) == 0 && session != "" {
		about = v.call.FieldValues(session)
	}
	kind := v.call.Operation.ID + " " + strings.Join(slices.Sorted(slices.Values(about)), ",")
	return kind + " " + strconv.Itoa(v.counted.Next(kind))
}
