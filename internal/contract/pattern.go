package contract

import "path"

// Fits reports whether a name, of an operation or an outcome, is of a pattern such
// as kyc.address.*: the asterisk stands for any text, dots included. A pattern that
// can't be read fits nothing, and nothing fits an empty name.
func Fits(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil && name != ""
}
