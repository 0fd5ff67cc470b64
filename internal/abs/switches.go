package abs

import "github.com/kzsim/kzsim/internal/contract"

// Words of the switches.
const (
	unknownAccept = "accept"
	unknownError  = "error"
	asPDF         = "pdf"
	asTIFF        = "tiff"
	asArray       = "array"
	asObject      = "object"
	ofMatching    = "matching"
	ofAll         = "all"
	strictIDsOn   = "on"
)

// unknown covers every error that no document shows, but for duplicate-refer: the
// document itself calls the reference unique.
var unknown = contract.Switch{
	Key:    "abs.unknown",
	About:  "Is it accepted or an error to name a client, loan, demand or reason that the ABS does not know, or to end a demand twice?",
	Values: []string{unknownAccept, unknownError}, Default: unknownAccept, Strict: unknownError, Ledger: []int{51, 53, 56, 60, 111, 117},
}

var scanFormat = contract.Switch{
	Key: "abs.scan", About: "What kind of file is the scan of an agreement?",
	Values: []string{asPDF, asTIFF}, Default: asPDF, Ledger: []int{54},
}

var listShape = contract.Switch{
	Key: "abs.list", About: "Is a page of demands an array that the count leads, or an object?",
	Values: []string{asArray, asObject}, Default: asArray, Ledger: []int{58},
}

var allCount = contract.Switch{
	Key: "abs.all_count", About: "Does all_count count the demands that match the filter, or all that there are?",
	Values: []string{ofMatching, ofAll}, Default: ofMatching, Ledger: []int{59},
}

// refusesUnknown reports whether what no document mentions is an error.
func refusesUnknown(c *contract.Call) bool { return c.Profile.Is(unknown, unknownError) }

// strictIDs reports whether control digits count.
func strictIDs(c *contract.Call) bool { return c.Profile.Is(contract.StrictIDs, strictIDsOn) }
