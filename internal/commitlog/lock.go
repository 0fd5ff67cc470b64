package commitlog

import "errors"

// ErrInUse is the error of a file that another process uses.
var ErrInUse = errors.New("the file is in use")
