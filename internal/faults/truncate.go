package faults

import (
	"math"
	"strconv"
	"strings"
)

// truncateKind imitates an answer that breaks off: a proxy whose buffer was full,
// a process that died while it wrote, a mobile link that went away. The headers
// announce the whole length and less arrives. A client that doesn't compare the
// two stores half a scan, and one that reads JSON as a stream has already acted
// on the first rows.
var truncateKind = Kind{
	Name:  "truncate",
	About: "The answer announces its full Content-Length and breaks off before. The service has done its work.",
	Imitates: "A proxy with a full buffer, a process that died while it wrote. " +
		"A client that doesn't compare the lengths keeps half a document.",
	Word: true,
	Params: []Param{
		{Name: "at", Type: "bytes or percent", About: "Where the body breaks off: a number of bytes, or a share such as 50%. At least one byte is missing.",
			Default: "50%", schema: map[string]any{
				"type": []any{"integer", "string"}, "minimum": 0, "pattern": `^([0-9]+|[0-9]{1,2}(\.[0-9]+)?%)$`,
			}},
	},
	Examples: []string{"50%", "20", "{at: 12.5%}"},
	lone:     "at", work: workSend, parse: parseTruncate,
}

type truncate struct{ cut Cut }

func parseTruncate(a *arguments) Fault {
	const expected = "a number of bytes such as 20, or a share below 100% such as 50%"
	s := a.text("at", "50%")
	if number, ok := strings.CutSuffix(s, "%"); ok {
		share, err := strconv.ParseFloat(number, 64)
		if err != nil || math.IsNaN(share) || share < 0 || share >= 100 {
			a.refuse("at", quote(s), expected, "")
		}
		return truncate{Cut{Percent: share}}
	}
	bytes, err := strconv.Atoi(s)
	if err != nil || bytes < 0 {
		a.refuse("at", quote(s), expected, "")
	}
	return truncate{Cut{Bytes: bytes}}
}

func (truncate) Kind() string { return "truncate" }

func (f truncate) apply(_ Input, w *Wire) { w.Cut = &f.cut }
