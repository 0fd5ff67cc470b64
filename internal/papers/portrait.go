package papers

import (
	"image/color"
)

// Face is whose portrait is drawn. The same face gives the same drawing.
type Face struct {
	Seed  uint64
	Woman bool
	Age   int // in years, on the day of the photograph
}

var (
	backdrops = []color.NRGBA{rgb(0xdce8f0), rgb(0xe9e6dc), rgb(0xe0ebe0), rgb(0xe6e3ee)}
	coats     = []color.NRGBA{rgb(0x26465a), rgb(0x4f4a73), rgb(0x6e3c47), rgb(0x355d45), rgb(0x46474f)}
	shirts    = []color.NRGBA{rgb(0xf4f4f0), rgb(0xd7e3ee), rgb(0xefe2d2)}
	skins     = []color.NRGBA{rgb(0xefcbaa), rgb(0xe6bb95), rgb(0xdcab82), rgb(0xf3d6bc)}
	hairs     = []color.NRGBA{rgb(0x201c1e), rgb(0x33261f), rgb(0x54391f), rgb(0x7b5631), rgb(0x2a2a35)}
	irises    = []color.NRGBA{rgb(0x3a2719), rgb(0x4d3a20), rgb(0x35505e), rgb(0x47583a)}
)

const (
	oldAge   = 62
	youngAge = 14
)

// portrait is a face while it is drawn, in a square field of 100 by 125 units.
type portrait struct {
	Face
	p     *page
	b     box
	skin  color.NRGBA
	hair  color.NRGBA
	head  box
	child bool
	old   bool
}

// portray draws the face into a box, which it fills. The proportion of the box is
// that of a photograph, 4 by 5.
func (p *page) portray(b box, f Face) {
	d := portrait{Face: f, p: p, b: b, child: f.Age < youngAge, old: f.Age >= oldAge}
	d.skin, d.hair = pick(f.Seed, 0, skins), pick(f.Seed, 1, hairs)
	if d.old {
		d.hair = mixed(rgb(0x8b8d92), float64(roll(f.Seed, 12, 50))/100)
	}
	wide, high := 36+float64(roll(f.Seed, 4, 7)), 50+float64(roll(f.Seed, 5, 7))
	if d.child {
		wide, high = wide-1, high-9
	}
	d.head = box{50 - wide/2, 62 - high/2, wide, high}
	d.fill(box{0, 0, 100, 125}.path(), pick(f.Seed, 3, backdrops))
	d.drawHairBehind()
	d.drawBody()
	d.fill(d.head.oval(), d.skin)
	d.drawFeatures()
	d.drawHair()
	d.drawGlasses()
}

// fill paints a path that is measured in units.
func (d *portrait) fill(shape path, paint color.NRGBA) {
	unit := d.b.w / 100
	d.p.fill(shape.each(func(q point) point {
		return point{d.b.x + min(max(q.x, 0), 100)*unit, d.b.y + min(max(q.y, 0), 125)*unit}
	}), paint)
}

// drawHairBehind is the long hair of women and girls.
func (d *portrait) drawHairBehind() {
	if !d.Woman {
		return
	}
	length := []float64{14, 30, 44}[roll(d.Seed, 10, 3)]
	if d.old {
		length = 10
	}
	h := d.head
	d.fill(box{h.x - 6, h.y - 6, h.w + 12, h.h + 6 + length}.rounded(20), d.hair)
}

func (d *portrait) drawBody() {
	h, coat := d.head, pick(d.Seed, 2, coats)
	shoulder := 38 + float64(roll(d.Seed, 11, 6))
	if d.child {
		shoulder -= 8
	}
	top := h.bottom() + 7
	d.fill(box{50 - shoulder, top, 2 * shoulder, 80}.rounded(18), coat)
	neck := mixed(color.NRGBA{uint8(float64(d.skin.R) * 0.93), uint8(float64(d.skin.G) * 0.9), uint8(float64(d.skin.B) * 0.88), 255}, 0)
	d.fill(polygon(point{41, top - 1}, point{59, top - 1}, point{50, top + 22}), pick(d.Seed, 13, shirts))
	d.fill(box{42, h.bottom() - 14, 16, 24}.rounded(6), neck)
	if !d.Woman && !d.child {
		d.fill(polygon(point{48, top + 9}, point{52, top + 9}, point{54, 125}, point{46, 125}), mixed(coat, 0.35))
	}
}

func (d *portrait) drawFeatures() {
	h, dark := d.head, rgb(0x2e2523)
	middle := h.y + h.h*0.5
	apart := h.w*0.2 + float64(roll(d.Seed, 6, 3))
	eye := 2.2 + float64(roll(d.Seed, 8, 3))*0.2
	if d.child {
		middle, eye = middle+2, eye+0.6
	}
	brow := d.hair
	for _, side := range []float64{-1, 1} {
		x := 50 + side*apart
		d.fill(box{50 + side*(h.w/2+0.5) - 3, middle - 3, 6, 11}.oval(), d.skin)
		d.fill(box{x - eye*1.5, middle - eye, eye * 3, eye * 2}.oval(), rgb(0xfbfaf7))
		d.fill(box{x - eye*0.85, middle - eye*0.9, eye * 1.7, eye * 1.8}.oval(), pick(d.Seed, 14, irises))
		d.fill(box{x - eye*1.6, middle - eye*1.15, eye * 3.2, 0.9}.rounded(0.4), dark)
		d.fill(box{x - 4.6, middle - 7.6 - float64(roll(d.Seed, 15, 2)), 9.2, 1.7}.rounded(0.8), brow)
		if d.old {
			d.fill(box{x - 3.6, middle + 4.6, 7.2, 0.5}.path(), faint(dark, 90))
		}
	}
	shade := faint(rgb(0x8d5a3f), 130)
	d.fill(polygon(point{49, middle + 1}, point{51, middle + 1}, point{53.4, middle + 11}, point{50, middle + 12.4}, point{46.6, middle + 11}), faint(shade, 60))
	mouth, lip := 5+float64(roll(d.Seed, 9, 3)), rgb(0x9c5a4e)
	if d.Woman {
		lip = rgb(0xb0484f)
	}
	y := h.y + h.h*0.8
	var smile path
	smile.move(point{50 - mouth, y})
	smile.curve(point{50 - mouth/3, y - 0.6}, point{50 + mouth/3, y - 0.6}, point{50 + mouth, y})
	smile.curve(point{50 + mouth/2, y + 3.4}, point{50 - mouth/2, y + 3.4}, point{50 - mouth, y})
	d.fill(smile, lip)
}

// drawHair is what lies on the forehead, and a man's beard.
func (d *portrait) drawHair() {
	h := d.head
	line := h.y + h.h*(0.17+float64(roll(d.Seed, 7, 10))/100)
	if d.old && !d.Woman && roll(d.Seed, 16, 2) == 0 {
		line = h.y + 3 // a high forehead
	}
	parting := 50 + float64(roll(d.Seed, 17, 16)-8)
	var cap path
	cap.move(point{h.x - 3, h.y + h.h*0.44})
	cap.curve(point{h.x - 6, h.y - 9}, point{h.right() + 6, h.y - 9}, point{h.right() + 3, h.y + h.h*0.44})
	cap.curve(point{h.right() - 1, line + 2}, point{parting + 10, line}, point{parting, line})
	cap.curve(point{parting - 10, line}, point{h.x + 1, line + 2}, point{h.x - 3, h.y + h.h*0.44})
	d.fill(cap, d.hair)
	if d.Woman || d.Age < 25 {
		return
	}
	y := h.y + h.h*0.8
	switch roll(d.Seed, 18, 5) {
	case 0: // a moustache
		d.fill(box{43, y - 4.2, 14, 3}.rounded(1.5), d.hair)
	case 1: // a short beard
		var beard path
		beard.move(point{h.x + 2, y - 8})
		beard.curve(point{h.x + 3, h.bottom() + 6}, point{h.right() - 3, h.bottom() + 6}, point{h.right() - 2, y - 8})
		beard.curve(point{h.right() - 8, y + 8}, point{h.x + 8, y + 8}, point{h.x + 2, y - 8})
		d.fill(beard, d.hair)
	}
}

func (d *portrait) drawGlasses() {
	often := 6
	if d.old {
		often = 2
	}
	if d.child || roll(d.Seed, 19, often) != 0 {
		return
	}
	h, rim := d.head, rgb(0x30343b)
	middle, apart := h.y+h.h*0.5, h.w*0.2+float64(roll(d.Seed, 6, 3))
	for _, side := range []float64{-1, 1} {
		lens := box{50 + side*apart - 6.4, middle - 4.6, 12.8, 10}
		d.fill(lens.rounded(4).hole(lens.inset(0.9).rounded(3.2)), rim)
	}
	d.fill(box{50 - apart + 6, middle - 0.6, 2*apart - 12, 1}.path(), rim)
}

// photograph is the size of a portrait of its own, in millimetres.
var photograph = box{w: 36, h: 45}

// FacePhoto draws the portrait as a JPEG: simple flat shapes that fit sex and age.
// It is no real person, and is not meant to pass a face detector. The caller may not change it.
func FacePhoto(f Face) []byte {
	return keptFiles.cached("face", f, func() []byte {
		p := page{w: photograph.w, h: photograph.h}
		p.portray(photograph, f)
		return jpegOf(p.picture())
	})
}

// pick chooses one colour by the n-th roll of the seed.
func pick(seed uint64, n int, from []color.NRGBA) color.NRGBA {
	return from[roll(seed, n, len(from))]
}

// roll answers the n-th number of the seed, from 0 below limit. It mixes the
// bits as splitmix64 does, so that neighbouring seeds give unrelated portraits.
func roll(seed uint64, n, limit int) int {
	z := seed + uint64(n+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return int(z % uint64(limit))
}
