package papers

import (
	_ "embed"
	"fmt"
	"sync"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed font/NotoSans-Regular.ttf
var regularFile []byte

//go:embed font/NotoSans-Bold.ttf
var boldFile []byte

// face is one weight of the embedded type.
type face struct {
	style  string // what fpdf calls the weight
	file   []byte
	glyphs map[rune]glyph
}

// glyph has its measures in ems. The outline starts at the base line, y grows
// downwards.
type glyph struct {
	advance float64
	outline path
}

const (
	lastRune  = 0x2200 // no sign of the embedded files has a higher number
	ascent    = 1.07   // of a line of text above its base line, in ems
	descent   = 0.29   // below it
	lineSpace = 1.22   // from one base line to the next
)

// faces reads the embedded files once.
var faces = sync.OnceValue(func() map[string]*face {
	return map[string]*face{"": loadFace("", regularFile), "B": loadFace("B", boldFile)}
})

func regular() *face { return faces()[""] }
func bold() *face    { return faces()["B"] }

// loadFace panics on a file that is no font: the file is part of the program.
func loadFace(style string, file []byte) *face {
	parsed, err := sfnt.Parse(file)
	if err != nil {
		panic(fmt.Sprintf("the embedded font %q: %v", style, err))
	}
	f := &face{style: style, file: file, glyphs: map[rune]glyph{}}
	var buffer sfnt.Buffer
	for r := ' '; r < lastRune; r++ {
		index, err := parsed.GlyphIndex(&buffer, r)
		if err != nil || index == 0 {
			continue
		}
		f.glyphs[r] = loadGlyph(parsed, &buffer, index)
	}
	return f
}

func loadGlyph(font *sfnt.Font, buffer *sfnt.Buffer, index sfnt.GlyphIndex) glyph {
	em := fixed.I(int(font.UnitsPerEm()))
	ems := func(v fixed.Int26_6) float64 { return float64(v) / float64(em) }
	advance, _ := font.GlyphAdvance(buffer, index, em, 0)
	segments, _ := font.LoadGlyph(buffer, index, em, nil) // of a space: none
	g := glyph{advance: ems(advance)}
	at := func(p fixed.Point26_6) point { return point{ems(p.X), ems(p.Y)} }
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			g.outline.move(at(s.Args[0]))
		case sfnt.SegmentOpLineTo:
			g.outline.line(at(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			g.outline.quad(at(s.Args[0]), at(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			g.outline.curve(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
		}
	}
	return g
}

// width of a text in ems.
func (f *face) width(text string) float64 {
	total := 0.0
	for _, r := range text {
		total += f.glyphs[r].advance
	}
	return total
}
