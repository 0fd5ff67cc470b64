package kyc

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	sum := sha256.Sum256([]byte(key))
	k.digest = hex.EncodeToString(sum[:digestBytes])
	return nil
}
