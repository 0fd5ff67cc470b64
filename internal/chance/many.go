package chance

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// Many draws for many things from one hash, a number for each: a draw of its own would
// cost a hash for each of them. What one thing draws says nothing about what another does.
type Many struct{ high, low uint64 }

// Thing is one that Many draws for.
type Thing struct{ high, low uint64 }

// Many returns the draws that the hash of (seed, scope, key, n) makes.
func (s Seed) Many(scope, key string, n int) Many {
	block := s.block(scope, key, n, manyBlock)
	return Many{binary.BigEndian.Uint64(block[:8]), binary.BigEndian.Uint64(block[8:16])}
}

// ThingOf is the thing with a name. It costs a hash, so keep it.
func ThingOf(name string) Thing {
	block := sha256.Sum256([]byte(name))
	return Thing{binary.BigEndian.Uint64(block[:8]), binary.BigEndian.Uint64(block[8:16])}
}

// Float returns the thing's number in [0,1), with 53 bits of precision.
func (m Many) Float(of Thing) float64 { return float(m.draw(of)) }

// draw mixes both as wyhash does, by the halves of a product, and then as SplitMix64 does.
func (m Many) draw(of Thing) uint64 {
	high, low := bits.Mul64(m.high^of.high, m.low^of.low)
	drawn := high ^ low
	drawn = (drawn ^ drawn>>30) * 0xbf58476d1ce4e5b9
	drawn = (drawn ^ drawn>>27) * 0x94d049bb133111eb
	return drawn ^ drawn>>31
}
