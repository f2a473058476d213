package vault

import (
	"encoding/base64"
	"testing"
)

func TestPublicKeysAreReadAsTheyAreWritten(t *testing.T) {
	key := master().Agency(code).Public()
	text, err := PublicPEM(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(text), base64.StdEncoding.EncodeToString(key), base64.StdEncoding.EncodeToString(key) + "\n"} {
		if got, err := ParsePublic([]byte(text)); err != nil || !got.Equal(key) {
			t.Errorf("%q was read as %x, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "key", base64.StdEncoding.EncodeToString(key[:31]), "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9\n" +
			"q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==\n-----END PUBLIC KEY-----\n",
	} {
		if _, err := ParsePublic([]byte(text)); err == nil {
			t.Errorf("%q was taken for a key", text)
		}
	}
}
