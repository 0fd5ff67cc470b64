package kyc

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"unicode/utf8"
)

// apiKey is a request's API key. Keys are credentials, so only the digest of one
// gets further than the request: sessions and subscriptions know it by that.
type apiKey struct{ digest string }

// digestBytes is how much of a key's SHA-256 stands for it.
const digestBytes = 8

// UnmarshalJSON reads the key itself. The empty one stays empty.
func (k *apiKey) UnmarshalJSON(raw []byte) error {
	var key string
	if err := json.Unmarshal(raw, &key); err != nil || key == "" {
		return err
	}
	k.take(key)
	return nil
}

// Fill takes a decoded key as UnmarshalJSON does; false leaves it to that.
func (k *apiKey) Fill(value any) bool {
	key, ok := value.(string)
	if !ok || !utf8.ValidString(key) {
		return false
	}
	if key != "" {
		k.take(key)
	}
	return true
}

func (k *apiKey) take(key string) {
	sum := sha256.Sum256([]byte(key))
	k.digest = hex.EncodeToString(sum[:digestBytes])
}
