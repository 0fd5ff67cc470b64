// Package chance is the simulator's only source of randomness.
//
// There is no stream that draws are taken from one after another: every draw is
// a pure function of (seed, scope, key, n). Scope names the purpose of a draw
// ("population.person"), key the thing it is for (an IIN), n distinguishes the repeated
// draws of one purpose apart. So concurrent requests and unrelated rules never
// shift each other's results, and nothing has to be stored or locked.
//
// The bytes are a promise: a seed means the same world in every release. A
// draw is SHA-256 over seed, scope, key, n and a block number, each integer
// eight bytes in big-endian order and each string preceded by its length in the
// same form, so ("a", "bc") and ("ab", "c") differ. Many mixes such a hash with one of a
// name.
package chance

import (
	cryptorand "crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/bits"
)

// Seed selects one world. Every value is a good seed, zero too.
type Seed uint64

// The blocks that a Sequence and Many start from. Bytes counts its blocks up from zero and
// never gets there, so they share nothing with the draws.
const (
	sequenceBlock = math.MaxUint64
	manyBlock     = math.MaxUint64 - 1
)

// Fresh returns an unpredictable seed, for a sandbox that asked for
// none. It is the only function here that is not deterministic.
func Fresh() Seed {
	var raw [8]byte
	cryptorand.Read(raw[:]) // never fails: it ends the program when the system has no randomness
	return Seed(binary.BigEndian.Uint64(raw[:]))
}

// Draw returns 64 uniform bits.
func (s Seed) Draw(scope, key string, n int) uint64 {
	block := s.block(scope, key, n, 0)
	return binary.BigEndian.Uint64(block[:8])
}

// Float returns a number in [0,1) with 53 bits of precision.
func (s Seed) Float(scope, key string, n int) float64 {
	return float(s.Draw(scope, key, n))
}

func float(drawn uint64) float64 { return float64(drawn>>11) / (1 << 53) }

// Intn returns a number in [0,limit), and 0 when limit is below 1.
func (s Seed) Intn(limit int, scope, key string, n int) int {
	if limit < 1 {
		return 0
	}
	scaled, _ := bits.Mul64(s.Draw(scope, key, n), uint64(limit))
	return int(scaled)
}

// UUID returns an identifier in the form of RFC 4122, version 4, in lower case.
func (s Seed) UUID(scope, key string, n int) string {
	block := s.block(scope, key, n, 0)
	raw := block[:16]
	raw[6] = raw[6]&0x0f | 0x40 // version 4
	raw[8] = raw[8]&0x3f | 0x80 // the RFC's variant
	text := make([]byte, 36)
	hex.Encode(text[0:8], raw[0:4])
	hex.Encode(text[9:13], raw[4:6])
	hex.Encode(text[14:18], raw[6:8])
	hex.Encode(text[19:23], raw[8:10])
	hex.Encode(text[24:36], raw[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text)
}

// Digits returns length decimal digits, leading zeros included; it is empty
// when length is below 1.
func (s Seed) Digits(length int, scope, key string, n int) string {
	const perWord = 16 // a word holds nineteen digits, the last three not quite uniform
	words := s.Bytes((max(length, 0)+perWord-1)/perWord*8, scope, key, n)
	digits := make([]byte, 0, max(length, 0))
	for ; len(words) > 0; words = words[8:] {
		rest := binary.BigEndian.Uint64(words)
		for range min(perWord, length-len(digits)) {
			digit, next := bits.Mul64(rest, 10)
			digits, rest = append(digits, '0'+byte(digit)), next
		}
	}
	return string(digits)
}

// Bytes returns length uniform bytes; it is empty when length is below 1.
func (s Seed) Bytes(length int, scope, key string, n int) []byte {
	drawn := make([]byte, 0, max(length, 0))
	for i := uint64(0); len(drawn) < length; i++ {
		block := s.block(scope, key, n, i)
		drawn = append(drawn, block[:min(len(block), length-len(drawn))]...)
	}
	return drawn
}

// block is the hash that everything above is cut from.
func (s Seed) block(scope, key string, n int, number uint64) [sha256.Size]byte {
	var room [128]byte // enough for the usual scopes and keys: nothing is allocated
	message := binary.BigEndian.AppendUint64(room[:0], uint64(s))
	message = binary.BigEndian.AppendUint64(message, uint64(len(scope)))
	message = append(message, scope...)
	message = binary.BigEndian.AppendUint64(message, uint64(len(key)))
	message = append(message, key...)
	message = binary.BigEndian.AppendUint64(message, uint64(n))
	message = binary.BigEndian.AppendUint64(message, number)
	return sha256.Sum256(message)
}
