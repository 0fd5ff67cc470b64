package commitlog

import (
	"errors"
	"os"
)

// Rewrite implements Storage: into a file beside this one, which then takes its name.
func (f *File) Rewrite() (Rewriting, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	next := &File{name: f.name + ".new", log: f.log, open: f.open}
	var err error
	if next.disk, err = f.open(next.name, os.O_CREATE|os.O_RDWR|os.O_TRUNC); err != nil {
		return nil, err
	}
	r := &fileRewriting{file: f, next: next, from: f.size}
	if err := next.makeEmpty(); err != nil {
		r.Discard()
		return nil, err
	}
	return r, nil
}

type fileRewriting struct {
	file, next *File
	from       int64 // what stands behind it comes after the new records
	pending    [][]byte
	bytes      int
}

// chunk is how many bytes are collected for one write.
const chunk = 1 << 20

// Add implements Rewriting.
func (r *fileRewriting) Add(record []byte) error {
	r.pending = append(r.pending, append([]byte(nil), record...))
	if r.bytes += len(record); r.bytes < chunk {
		return nil
	}
	return r.flush()
}

func (r *fileRewriting) flush() error {
	err := r.next.append(r.pending)
	r.pending, r.bytes = nil, 0
	return err
}

// Commit implements Rewriting. The file is open under its old name or its new one, never
// while it is renamed: Windows doesn't rename an open file.
func (r *fileRewriting) Commit() error {
	err := r.flush()
	if err == nil {
		err = r.next.disk.Sync() // most of it, while appending goes on
	}
	f := r.file
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		_, err = f.scan(r.from, r.Add)
	}
	if err == nil {
		err = r.flush()
	}
	if err = errors.Join(err, r.next.disk.Sync()); err != nil {
		r.Discard()
		return err
	}
	return r.takeName()
}

func (r *fileRewriting) takeName() error {
	f := r.file
	if err := errors.Join(r.next.disk.Close(), f.disk.Close()); err != nil {
		return err
	}
	renamed := os.Rename(r.next.name, f.name)
	disk, err := f.open(f.name, os.O_RDWR)
	if err != nil {
		return errors.Join(renamed, err)
	}
	f.disk = disk
	if renamed != nil {
		return errors.Join(renamed, os.Remove(r.next.name))
	}
	f.size = r.next.size
	return syncFolder(f.name)
}

// Discard implements Rewriting.
func (r *fileRewriting) Discard() {
	_ = errors.Join(r.next.disk.Close(), os.Remove(r.next.name)) // the next rewriting writes over it
}
