package commitlog

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// disk is a file as it is written.
type disk interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

// File is a Storage in one file. Beside it stands a file of the same name with .lock,
// which is locked while the File is open, and, during a rewriting, one with .new.
type File struct {
	name string
	log  *slog.Logger
	lock io.Closer
	open func(name string, flags int) (disk, error) // tests put in disks that fail

	mu   sync.Mutex // guards the fields below
	disk disk
	size int64 // of what is whole
}

// filePermissions: what is kept holds tokens.
const filePermissions = 0o600

func openDisk(name string, flags int) (disk, error) {
	return os.OpenFile(name, flags, filePermissions)
}

// OpenFile opens the file, or makes it; its folder has to exist. The error says why that is not
// possible: the file is in use, it is no log (ErrNoLog), or the folder can't be written.
func OpenFile(name string, log *slog.Logger) (*File, error) { return openFile(name, log, openDisk) }

// ErrNoLog is the error of a file that holds something else.
var ErrNoLog = errors.New("not a log of commits, as `sim serve --state FILE` writes it")

func openFile(name string, log *slog.Logger, open func(string, int) (disk, error)) (*File, error) {
	lock, err := lockFile(name + ".lock")
	if err != nil {
		return nil, err
	}
	f := &File{name: name, log: log, lock: lock, open: open}
	if err := f.begin(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// begin makes the file unless it is there, and tries whether it can be rewritten.
func (f *File) begin() error {
	trial, err := f.open(f.name+".new", os.O_CREATE|os.O_RDWR|os.O_TRUNC)
	if err != nil {
		return err
	}
	if err := errors.Join(trial.Close(), os.Remove(f.name+".new")); err != nil {
		return err
	}
	if f.disk, err = f.open(f.name, os.O_CREATE|os.O_RDWR); err != nil {
		return err
	}
	head := make([]byte, len(magic))
	n, err := f.disk.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	if n == len(magic) && string(head) == magic {
		f.size = int64(n)
		return nil
	}
	if string(head[:n]) != magic[:n] {
		return ErrNoLog
	}
	return f.makeEmpty() // it is new, or its first bytes were being written
}

func (f *File) makeEmpty() error {
	if _, err := f.disk.WriteAt([]byte(magic), 0); err != nil {
		return err
	}
	f.size = int64(len(magic))
	return errors.Join(f.disk.Sync(), syncFolder(f.name))
}

// Load implements Storage. What was being written when the process or the machine
// failed is cut off, and the log says how much that was.
func (f *File) Load(each func([]byte) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	size, err := f.scan(int64(len(magic)), each)
	if err != nil {
		return err
	}
	f.size = size
	return f.cutTail()
}

// scan the whole records from an offset on, and answer where the last one ends.
func (f *File) scan(from int64, each func([]byte) error) (end int64, err error) {
	in := bufio.NewReaderSize(io.NewSectionReader(f.disk, from, 1<<62), 1<<16)
	var head [headerSize]byte
	var record []byte
	for at := from; ; at += headerSize + int64(len(record)) {
		if _, err := io.ReadFull(in, head[:]); err == io.EOF {
			return at, nil
		} else if err != nil && err != io.ErrUnexpectedEOF {
			return at, err
		}
		h, ok := readHeader(head[:], at)
		if ok {
			record, ok, err = readRecord(in, h, record)
		}
		switch {
		case err != nil:
			return at, err
		case !ok:
			return at, f.broken(at)
		}
		if err := each(record); err != nil {
			return at, fmt.Errorf("the record at byte %d: %w", at, err)
		}
	}
}

// readRecord into a buffer that is used again; false if it isn't whole.
func readRecord(in *bufio.Reader, h header, into []byte) (record []byte, whole bool, err error) {
	record = slices.Grow(into[:0], int(h.length))[:h.length]
	switch _, err := io.ReadFull(in, record); err {
	case nil:
		return record, crc32.Checksum(record, castagnoli) == h.sum, nil
	case io.EOF, io.ErrUnexpectedEOF:
		return nil, false, nil
	default:
		return nil, false, err
	}
}

// broken is nil if what stands at an offset is the rest of an unfinished write.
func (f *File) broken(at int64) error {
	rest, err := io.ReadAll(io.NewSectionReader(f.disk, at, 1<<62))
	if err != nil {
		return err
	}
	if next, found := wholeRecord(rest, at); found {
		return damage(at, next)
	}
	return nil
}

// cutTail off behind the last whole record.
func (f *File) cutTail() error {
	rest, err := io.Copy(io.Discard, io.NewSectionReader(f.disk, f.size, 1<<62))
	if err != nil || rest == 0 {
		return err
	}
	if err := f.disk.Truncate(f.size); err != nil {
		return err
	}
	f.log.Warn("the last write had not ended and was cut off", "file", f.name, "bytes", rest, "at", f.size)
	return nil
}

// Append implements Storage, in one write.
func (f *File) Append(records [][]byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.append(records)
}

func (f *File) append(records [][]byte) error {
	var frames []byte
	for _, r := range records {
		frames = appendFrame(frames, f.size+int64(len(frames)), r)
	}
	if _, err := f.disk.WriteAt(frames, f.size); err != nil {
		return errors.Join(err, f.disk.Truncate(f.size))
	}
	f.size += int64(len(frames))
	return nil
}

// Sync implements Storage.
func (f *File) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.disk.Sync()
}

// Close implements Storage.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	if f.disk != nil {
		err = f.disk.Close()
	}
	return errors.Join(err, f.lock.Close())
}

// syncFolder makes sure that a failure of the machine can't lose a new name in the folder of a
// file. Windows has no such call and needs none.
func syncFolder(of string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(filepath.Dir(of))
	if err != nil {
		return err
	}
	err = folder.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) {
		err = nil // a file system that has no such call
	}
	return errors.Join(err, folder.Close())
}
