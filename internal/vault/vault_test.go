package vault

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const code = "H18.35.01"

// master is a key that only tests use: the bytes 0, 1, 2 and so on.
func master() Master {
	var m Master
	for i := range m {
		m[i] = byte(i)
	}
	return m
}

func TestWhatIsSealedIsOpened(t *testing.T) {
	keys := master().Agency(code)
	key, kept := keys.NewDataKey()
	again, err := master().Agency(code).DataKey(kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, plain := range []string{"", "Lò Văn Páo", strings.Repeat("x", 1<<20)} {
		sealed := key.Seal(3, []byte(plain))
		if bytes.Contains(sealed, []byte(plain)) && plain != "" {
			t.Error("the cipher text shows the plain text")
		}
		if bytes.Equal(sealed, key.Seal(3, []byte(plain))) {
			t.Error("the same plain text gave the same cipher text twice")
		}
		opened, err := again.Open(3, sealed)
		if err != nil || string(opened) != plain {
			t.Errorf("%d bytes were opened as %d: %v", len(plain), len(opened), err)
		}
	}
}

func TestWhatIsNotWhatWasSealedIsRefused(t *testing.T) {
	keys := master().Agency(code)
	key, kept := keys.NewDataKey()
	other, otherKept := keys.NewDataKey()
	sealed := key.Seal(3, []byte("0912345678"))
	altered := func(i int) []byte {
		b := bytes.Clone(sealed)
		b[(i+len(b))%len(b)] ^= 1
		return b
	}
	for name, open := range map[string]func() ([]byte, error){
		"another event":     func() ([]byte, error) { return key.Open(4, sealed) },
		"another dossier":   func() ([]byte, error) { return other.Open(3, sealed) },
		"another version":   func() ([]byte, error) { return key.Open(3, altered(0)) },
		"altered nonce":     func() ([]byte, error) { return key.Open(3, altered(1)) },
		"altered text":      func() ([]byte, error) { return key.Open(3, altered(14)) },
		"altered tag":       func() ([]byte, error) { return key.Open(3, altered(-1)) },
		"cut off":           func() ([]byte, error) { return key.Open(3, sealed[:len(sealed)-1]) },
		"version only":      func() ([]byte, error) { return key.Open(3, sealed[:1]) },
		"nothing":           func() ([]byte, error) { return key.Open(3, nil) },
		"no key":            func() ([]byte, error) { return DataKey{}.Open(3, sealed) },
		"a key as an event": func() ([]byte, error) { return DataKey{keys.wrap}.Open(0, kept) },
	} {
		if plain, err := open(); !errors.Is(err, ErrWrongKey) || plain != nil {
			t.Errorf("%s: %q, %v; want %v", name, plain, err, ErrWrongKey)
		}
	}
	for name, read := range map[string]func() (DataKey, error){
		"of another agency":     func() (DataKey, error) { return master().Agency("H18.35.02").DataKey(otherKept) },
		"under another master":  func() (DataKey, error) { return NewMaster().Agency(code).DataKey(kept) },
		"disposed of":           func() (DataKey, error) { return keys.DataKey(nil) },
		"an event as a key":     func() (DataKey, error) { return keys.DataKey(DataKey{keys.wrap}.Seal(0, make([]byte, keySize))) },
		"of the wrong length":   func() (DataKey, error) { return keys.DataKey(seal(keys.wrap, bound(boundToKey), []byte("short"))) },
		"altered":               func() (DataKey, error) { return keys.DataKey(append(bytes.Clone(kept), 0)) },
		"of an unknown version": func() (DataKey, error) { return keys.DataKey(append([]byte{version + 1}, kept[1:]...)) },
	} {
		if _, err := read(); !errors.Is(err, ErrWrongKey) {
			t.Errorf("data key %s: %v, want %v", name, err, ErrWrongKey)
		}
	}
}

func TestSearchKeysKeepSortsValuesAndAgenciesApart(t *testing.T) {
	keys := master().Agency(code)
	seen := map[string]string{}
	for name, hash := range map[string]fmt.Stringer{
		"identity":       keys.SearchKey("identity", "012345678901"),
		"phone":          keys.SearchKey("phone", "012345678901"),
		"other value":    keys.SearchKey("identity", "012345678902"),
		"moved boundary": keys.SearchKey("identity0", "12345678901"),
		"no sort":        keys.SearchKey("", "identity012345678901"),
		"other agency":   master().Agency("H18.35.02").SearchKey("identity", "012345678901"),
		"other master":   NewMaster().Agency(code).SearchKey("identity", "012345678901"),
	} {
		if other, taken := seen[hash.String()]; taken {
			t.Errorf("%s and %s have the same search key", name, other)
		}
		seen[hash.String()] = name
	}
	if keys.SearchKey("identity", "1") != master().Agency(code).SearchKey("identity", "1") {
		t.Error("the search key of a value changed")
	}
}

func TestDerivedKeysKeepPurposesSaltsAndAgenciesApart(t *testing.T) {
	keys := master().Agency(code)
	seen := map[[keySize]byte]string{}
	for name, key := range map[string][keySize]byte{
		"cookies":       keys.Derive("cookies", []byte("salt")),
		"other purpose": keys.Derive("cookie", []byte("salt")),
		"other salt":    keys.Derive("cookies", []byte("Salt")),
		"no salt":       keys.Derive("cookies", nil),
		"other agency":  master().Agency("H18.35.02").Derive("cookies", []byte("salt")),
		"other master":  NewMaster().Agency(code).Derive("cookies", []byte("salt")),
	} {
		if other, taken := seen[key]; taken {
			t.Errorf("%s and %s have the same key", name, other)
		}
		seen[key] = name
	}
	if keys.Derive("cookies", []byte("salt")) != master().Agency(code).Derive("cookies", []byte("salt")) {
		t.Error("the key of a purpose changed")
	}
}

func TestSignaturesHoldForOneKeyPurposeAndMessage(t *testing.T) {
	keys, other := master().Agency(code), master().Agency("H18.35.02")
	message := []byte("2026-11-27")
	signature := keys.Sign("root", message)
	altered := bytes.Clone(signature)
	altered[0] ^= 1
	if !Verify(keys.Public(), "root", message, signature) {
		t.Error("the signature does not hold")
	}
	for name, holds := range map[string]bool{
		"another key":       Verify(other.Public(), "root", message, signature),
		"another purpose":   Verify(keys.Public(), "message", message, signature),
		"another message":   Verify(keys.Public(), "root", []byte("2026-11-28"), signature),
		"moved boundary":    Verify(keys.Public(), "root2", message[1:], signature),
		"altered signature": Verify(keys.Public(), "root", message, altered),
		"no signature":      Verify(keys.Public(), "root", message, nil),
		"no key":            Verify(nil, "root", message, signature),
		"half a key":        Verify(keys.Public()[:16], "root", message, signature),
	} {
		if holds {
			t.Errorf("the signature holds for %s", name)
		}
	}
	keys.Public()[0] ^= 1
	if !Verify(keys.Public(), "root", message, signature) {
		t.Error("whoever got the public key could change that of the agency")
	}
	if keys.KeyID() == other.KeyID() || keys.KeyID() != KeyID(keys.Public()) {
		t.Errorf("key ids %s and %s", keys.KeyID(), other.KeyID())
	}
}

// What was written once has to be readable for as long as records are kept. These bytes were made by the first version of
// this package, agree with what another implementation of the same standards gives, and are never made anew.
func TestTheBytesOfTheFirstVersionAreReadForEver(t *testing.T) {
	const (
		kept      = "01c3d9cf97b3d37e5c377ab54028e31e4a6dc013fd8f7208478047154043290f9453274f0e407821f06cbb76aec425be09541cbdb2676d1a89970de4c5"
		sealed    = "0153b53e670d923336a50211917752e2136004cfba3820960630d6fc5881dc29ac2caffffa490562357863a4c0d04df01ada4a1974"
		search    = "178478050691f4fe64955989c2c9f803bedd99736637fb9ccb7232b9d412b4c8"
		public    = "c01d21c012da1736f634df764e39adef51745303c0ec339f3f1b94ddc8e10179"
		keyID     = "5146194def2d2de9"
		signature = "6c0dad9911348fb54c8f3065a20b884ed534698158ca757d78b54498c4e443fa7c32998077b713c5810fca94ed3ce54f0d4dc70b417fd801cb8cd25989cc5003"
	)
	keys := master().Agency(code)
	key, err := keys.DataKey(fromHex(t, kept))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := key.Open(7, fromHex(t, sealed))
	if err != nil || string(plain) != `{"name":"Lò Văn Páo"}` {
		t.Errorf("opened %q, %v", plain, err)
	}
	if got := keys.SearchKey("identity", "012345678901").String(); got != search {
		t.Errorf("search key %s, want %s", got, search)
	}
	if got := hex.EncodeToString(keys.Public()); got != public || keys.KeyID() != keyID {
		t.Errorf("public key %s named %s, want %s named %s", got, keys.KeyID(), public, keyID)
	}
	if got := hex.EncodeToString(keys.Sign("root", []byte("2026-11-27"))); got != signature {
		t.Errorf("signature %s, want %s", got, signature)
	}
	if !Verify(ed25519.PublicKey(fromHex(t, public)), "root", []byte("2026-11-27"), fromHex(t, signature)) {
		t.Error("the signature does not hold")
	}
}

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestKeysAreNeverShown(t *testing.T) {
	m := master()
	keys := m.Agency(code)
	key, _ := keys.NewDataKey()
	holder := struct {
		Master Master
		Keys   *Keys
		Key    DataKey
	}{m, keys, key}
	var log bytes.Buffer
	for _, logger := range []*slog.Logger{
		slog.New(slog.NewTextHandler(&log, nil)), slog.New(slog.NewJSONHandler(&log, nil)),
	} {
		logger.Info("keys", "master", m, "keys", keys, "key", key, "holder", holder)
	}
	encoded, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, value := range []any{m, &m, keys, *keys, key, &key, holder} {
			fmt.Fprintf(&printed, verb, value)
		}
	}
	shown := log.String() + string(encoded) + printed.String()
	for _, secret := range [][]byte{m[:8], keys.search[:8], keys.further[:8], keys.sign.Seed()[:8]} {
		numbers := strings.Trim(fmt.Sprint(secret), "[]") //nolint:staticcheck // as fmt prints bytes, not as text
		for _, form := range []string{
			string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)), numbers,
			strings.ReplaceAll(numbers, " ", ","), strings.Trim(fmt.Sprintf("%#v", secret), "[]byte{}"),
		} {
			if strings.Contains(shown, form) {
				t.Errorf("a key is shown as %q", form)
			}
		}
	}
	if !strings.Contains(shown, hidden) {
		t.Errorf("it does not say that there is a key: %s", shown)
	}
}

func BenchmarkSeal(b *testing.B) {
	key, _ := master().Agency(code).NewDataKey()
	plain := bytes.Repeat([]byte("x"), 500)
	for b.Loop() {
		key.Seal(1, plain)
	}
}

func BenchmarkDataKey(b *testing.B) {
	keys := master().Agency(code)
	_, kept := keys.NewDataKey()
	for b.Loop() {
		if _, err := keys.DataKey(kept); err != nil {
			b.Fatal(err)
		}
	}
}
