package commitlog

import (
	"log/slog"
	"os"

	_ "github.com/kzsim/kzsim/internal/testgc"
)

// Disk lets tests put in disks that fail.
type Disk = disk

// OpenFileOn opens a file on a disk of the test's.
func OpenFileOn(name string, open func(string, int) (Disk, error)) (*File, error) {
	return openFile(name, slog.New(slog.DiscardHandler), open)
}

// OpenDisk opens a disk that works.
func OpenDisk(name string, flags int) (*os.File, error) {
	return os.OpenFile(name, flags, filePermissions)
}
