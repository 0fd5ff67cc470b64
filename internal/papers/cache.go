package papers

import (
	"container/list"
	"crypto/sha256"
	"encoding/json"
	"sync"
)

// cacheBytes is the most that the kept files have together. A document has 40 KB
// as a PDF and at most 400 KB as a picture.
const cacheBytes = 8 << 20

// fileCache keeps the files that were asked for last.
type fileCache struct {
	mu    sync.Mutex
	limit int
	size  int
	files map[fileKey]*list.Element
	order list.List // of keptFile, the one asked for last in front
}

type fileKey [sha256.Size]byte

type keptFile struct {
	key     fileKey
	content []byte
}

var keptFiles = fileCache{limit: cacheBytes}

// cached answers the file of a kind of a document or agreement, drawn anew if it was not
// kept. The key is all that the file is made of. The caller may not change the file.
func (c *fileCache) cached(kind string, of any, draw func() []byte) []byte {
	made, err := json.Marshal(of)
	if err != nil { // a value that JSON does not have
		return draw()
	}
	key := sha256.Sum256(append(made, kind...))
	if file, ok := c.get(key); ok {
		return file
	}
	file := draw()
	c.put(key, file)
	return file
}

func (c *fileCache) get(key fileKey) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.files[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(kept)
	return kept.Value.(keptFile).content, true
}

// put keeps a file, unless it is a large part of the limit by itself, and drops
// those that were not asked for the longest.
func (c *fileCache) put(key fileKey, file []byte) {
	if len(file) > c.limit/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files == nil {
		c.files = map[fileKey]*list.Element{}
	}
	if _, there := c.files[key]; there {
		return
	}
	c.files[key] = c.order.PushFront(keptFile{key, file})
	c.size += len(file)
	for c.size > c.limit {
		last := c.order.Remove(c.order.Back()).(keptFile)
		delete(c.files, last.key)
		c.size -= len(last.content)
	}
}
