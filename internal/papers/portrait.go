package papers

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
)

// A portrait is 120 by 160 pixels, the proportion of a passport photograph.
const (
	portraitWidth  = 120
	portraitHeight = 160
)

var (
	backdrops = []color.RGBA{{222, 232, 240, 255}, {236, 230, 218, 255}, {224, 236, 222, 255}, {238, 224, 228, 255}}
	coats     = []color.RGBA{{38, 70, 83, 255}, {94, 84, 142, 255}, {122, 62, 72, 255}, {52, 94, 66, 255}, {70, 70, 78, 255}}
	faces     = []color.RGBA{{231, 169, 119, 255}, {146, 176, 196, 255}, {172, 190, 134, 255}, {206, 150, 168, 255}, {190, 176, 214, 255}}
	hairs     = []color.RGBA{{34, 34, 40, 255}, {88, 58, 40, 255}, {150, 104, 52, 255}, {120, 124, 132, 255}, {46, 60, 96, 255}}
)

// oval is an ellipse by its centre and its half axes, in pixels.
type oval struct {
	x, y, rx, ry int
}

// holds reports whether the pixel lies inside.
func (o oval) holds(x, y int) bool {
	dx, dy := (x-o.x)*o.ry, (y-o.y)*o.rx
	return dx*dx+dy*dy <= o.rx*o.rx*o.ry*o.ry
}

// shape is an oval of one colour, seen only above the pixel row below (0: whole).
type shape struct {
	oval
	above int
	paint color.RGBA
}

// covers reports whether the shape paints the pixel.
func (s shape) covers(x, y int) bool {
	return (s.above == 0 || y < s.above) && s.holds(x, y)
}

// FacePhoto draws a small colour JPEG: an abstract portrait of flat ovals, whose
// colours and proportions follow from the seed. It is nobody's face, and is not
// meant to pass a face detector.
func FacePhoto(seed uint64) []byte {
	shapes, backdrop := portrait(seed)
	img := image.NewRGBA(image.Rect(0, 0, portraitWidth, portraitHeight))
	for y := range portraitHeight {
		for x := range portraitWidth {
			img.SetRGBA(x, y, topmost(shapes, backdrop, x, y))
		}
	}
	var out bytes.Buffer
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: 80}) // fails only beyond 65535 pixels
	return out.Bytes()
}

// topmost answers the colour of the first shape that covers the pixel.
func topmost(shapes []shape, backdrop color.RGBA, x, y int) color.RGBA {
	for _, s := range shapes {
		if s.covers(x, y) {
			return s.paint
		}
	}
	return backdrop
}

// portrait answers the shapes from the front to the back, and what is behind them.
func portrait(seed uint64) ([]shape, color.RGBA) {
	face, hair, coat := pick(seed, 0, faces), pick(seed, 1, hairs), pick(seed, 2, coats)
	dark := color.RGBA{40, 36, 40, 255}
	head := oval{x: 60, y: 70, rx: 26 + roll(seed, 4, 7), ry: 35 + roll(seed, 5, 6)}
	apart := 10 + roll(seed, 6, 4)
	fringe := head.y - head.ry + 10 + roll(seed, 7, 14)
	eye := 2 + roll(seed, 8, 2)
	return []shape{
		{oval{head.x, head.y, head.rx + 2, head.ry + 2}, fringe, hair},
		{oval{head.x - apart, head.y - 2, eye + 1, eye}, 0, dark},
		{oval{head.x + apart, head.y - 2, eye + 1, eye}, 0, dark},
		{oval{head.x, head.y + 18, 6 + roll(seed, 9, 6), 2}, 0, dark},
		{head, 0, face},
		{oval{head.x, head.y + head.ry, 12, 16}, 0, face},
		{oval{head.x, head.y - 4, head.rx + 5, head.ry + 4}, head.y + roll(seed, 10, 50), hair},
		{oval{60, 166, 44 + roll(seed, 11, 12), 46}, 0, coat},
	}, pick(seed, 3, backdrops)
}

// pick chooses one colour by the n-th roll of the seed.
func pick(seed uint64, n int, from []color.RGBA) color.RGBA {
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
