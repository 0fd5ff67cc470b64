package papers

import (
	"bytes"
	"image/color"
	"strings"
	"time"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
)

// about is what a PDF says of itself.
type about struct {
	title    string
	language string // "kk-KZ"
	made     time.Time
	padding  int // bytes that make the file larger
}

const family = "NotoSans"

// pdfOf draws pages as a PDF.
func pdfOf(pages []page, a about) []byte {
	first := fpdf.SizeType{Wd: pages[0].w, Ht: pages[0].h}
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: first})
	doc.SetCatalogSort(true)
	doc.SetCreationDate(a.made)
	doc.SetModificationDate(a.made)
	doc.SetTitle(writable(a.title), true)
	doc.SetLang(a.language)
	doc.SetProducer("kzsim", true)
	doc.SetSubject(specimen, true)
	doc.SetAutoPageBreak(false, 0)
	if a.padding > 0 {
		doc.SetXmpMetadata(padding(a.padding))
	}
	for _, f := range []*face{regular(), bold()} {
		doc.AddUTF8FontFromBytes(family, f.style, f.file)
	}
	for _, p := range pages {
		doc.AddPageFormat("", fpdf.SizeType{Wd: p.w, Ht: p.h})
		pen := pdfPen{doc: doc}
		if p.ground.A > 0 {
			pen.draw(mark{path: box{0, 0, p.w, p.h}.path(), paint: p.ground})
		}
		for _, m := range p.marks {
			pen.draw(m)
		}
	}
	var out bytes.Buffer
	_ = doc.Output(&out) // fails only on an unknown font or a full disk, and there is neither
	return out.Bytes()
}

// writable is a text as fpdf writes one: it takes whole characters of the first plane alone.
func writable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r > 0xffff {
			return '?'
		}
		return r
	}, text)
}

// packetBytes is the most that a PDF needs for an XMP packet beside the packet.
const packetBytes = 140

// padding is an XMP packet of a size, with the white space that such packets have
// for later changes.
func padding(size int) []byte {
	packet := bytes.Repeat([]byte{' '}, size)
	for i := 99; i < size; i += 100 {
		packet[i] = '\n'
	}
	copy(packet, "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"+
		"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>")
	const end = "<?xpacket end='w'?>"
	copy(packet[max(0, size-len(end)):], end)
	return packet
}

// pdfPen sets a colour or a font only where it changes.
type pdfPen struct {
	doc   *fpdf.Fpdf
	paint color.NRGBA
	face  *face
	size  float64
	used  bool
}

func (p *pdfPen) draw(m mark) {
	if !p.used || m.paint != p.paint {
		p.setPaint(m.paint)
	}
	if m.path != nil {
		p.trace(m.path)
		return
	}
	if m.face != p.face || m.size != p.size {
		p.face, p.size = m.face, m.size
		p.doc.SetFont(family, m.face.style, m.size/pointSize)
	}
	p.doc.Text(m.at.x, m.at.y, m.text)
}

func (p *pdfPen) setPaint(c color.NRGBA) {
	if p.used && c.A != p.paint.A || !p.used && c.A != 255 {
		p.doc.SetAlpha(float64(c.A)/255, "Normal")
	}
	p.doc.SetFillColor(int(c.R), int(c.G), int(c.B))
	p.doc.SetTextColor(int(c.R), int(c.G), int(c.B))
	p.paint, p.used = c, true
}

func (p *pdfPen) trace(shape path) {
	for _, s := range shape {
		switch s.kind {
		case moveTo:
			p.doc.MoveTo(s.to.x, s.to.y)
		case lineTo:
			p.doc.LineTo(s.to.x, s.to.y)
		case curveTo:
			p.doc.CurveBezierCubicTo(s.by[0].x, s.by[0].y, s.by[1].x, s.by[1].y, s.to.x, s.to.y)
		}
	}
	p.doc.DrawPath("f")
}
