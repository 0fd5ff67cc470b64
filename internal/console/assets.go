package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/problem"
)

//go:embed static
var static embed.FS

const indexName = "index.html"

// asset is a file of the console with the headers that the browser gets for it.
type asset struct {
	content     []byte
	contentType string
	etag        string
	packed      bool
}

// packedExt is the extension of files that are packed by gzip, since the binary has little room.
// They are served as they are, under their names without it.
const packedExt = ".gz"

// types are said here and not asked of the machine: it may have others, and reads many files
// for them at the start.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
}

// assets are the files that browsers get, by their names. They are made once, when one is asked
// for. What can't be read isn't there; the files are part of the program, so a test sees to it
// that all are.
var assets = sync.OnceValue(func() map[string]asset {
	all := map[string]asset{}
	add := func(name string, content []byte) {
		sum := sha256.Sum256(content)
		name, packed := strings.CutSuffix(name, packedExt)
		all[name] = asset{content, types[path.Ext(name)], `"` + hex.EncodeToString(sum[:8]) + `"`, packed}
	}
	add(scriptName, joinedScripts())
	add(stylesName, joinedStyles())
	for _, pattern := range []string{"static/*.*", "static/words/*"} {
		names, _ := fs.Glob(static, pattern)
		for _, name := range names {
			if content, err := static.ReadFile(name); err == nil {
				add(name[len("static/"):], content)
			}
		}
	}
	return all
})

func (c *console) page(w http.ResponseWriter, r *http.Request) { c.send(w, r, indexName) }

func (c *console) asset(w http.ResponseWriter, r *http.Request) { c.send(w, r, r.PathValue("name")) }

// send a file; the browser asks each time whether it has changed, so that pages
// of two versions of the program never mix.
func (c *console) send(w http.ResponseWriter, r *http.Request, name string) {
	a, ok := assets()[name]
	if !ok {
		refuse(w, problem.New(http.StatusNotFound, "the console has no file %q", name))
		return
	}
	header := w.Header()
	header.Set("Content-Type", a.contentType)
	header.Set("Cache-Control", "no-cache")
	header.Set("ETag", a.etag)
	if a.packed {
		header.Set("Content-Encoding", "gzip") // every browser takes it, and only browsers ask
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.content))
}
