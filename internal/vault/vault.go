// Package vault holds the keys of an agency and what is done with them: personal data are encrypted under a data key of
// every dossier, search keys and check codes are keyed hashes, and roots and messages are signed. All keys come from one
// master key, which is kept apart from the records; without it the records cannot be read.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"chuan.dev/chuan/internal/store"
)

// ErrWrongKey says that what was encrypted under another key, or altered, cannot be read.
var ErrWrongKey = errors.New("it was encrypted under another key, or altered")

// MasterSize is the number of bytes of a master key.
const MasterSize = 32

// keySize is the number of bytes of the keys that are derived or made: those of AES-256, and the seed of Ed25519.
const keySize = 32

// version begins everything that is encrypted. Another number would mean another cipher or other bound data: what was
// written under this one has to be readable for as long as the records are kept.
const version = 1

// What keys are derived for. A text here never changes: it would change the keys of every agency.
const (
	forWrapping  = "chuan/wrap/1/"
	forSearching = "chuan/search/1/"
	forSigning   = "chuan/sign/1/"
	forDeriving  = "chuan/derive/1/"
)

// What cipher texts are bound to beside their version, so that one of one sort is never taken for one of the other.
const (
	boundToKey   = "chuan/data-key"
	boundToEvent = "chuan/event"
)

// PurposeRoot is the purpose for which the roots of days are signed.
const PurposeRoot = "day-root"

// signatureDomain begins what is signed.
const signatureDomain = "chuan/signature/1"

// Master is the key from which those of all agencies come.
type Master [MasterSize]byte

// NewMaster makes a master key.
func NewMaster() Master {
	var m Master
	// The reader never fails: where there is no randomness, the program ends.
	_, _ = rand.Read(m[:])
	return m
}

// Keys are those of one agency. They are safe for use by several goroutines.
type Keys struct {
	wrap    cipher.AEAD
	search  []byte
	sign    ed25519.PrivateKey
	further []byte
}

// Agency derives the keys of an agency, given by its identification code.
func (m Master) Agency(code string) *Keys {
	return &Keys{
		wrap:    aead(m.derive(forWrapping, code)),
		search:  m.derive(forSearching, code),
		sign:    ed25519.NewKeyFromSeed(m.derive(forSigning, code)),
		further: m.derive(forDeriving, code),
	}
}

// derive makes the key of an agency for a purpose.
func (m Master) derive(purpose, code string) []byte {
	key, err := hkdf.Key(sha256.New, m[:], nil, purpose+code, keySize)
	if err != nil {
		// It refuses only lengths that SHA-256 cannot give.
		panic(fmt.Sprintf("derive a key: %v", err))
	}
	return key
}

// aead is AES-256-GCM under a key, with a random nonce in front of every cipher text. The standard lets one key take 2³²
// messages; the key of an agency encrypts one for every dossier, that of a dossier one for every event.
func aead(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err == nil {
		var made cipher.AEAD
		if made, err = cipher.NewGCMWithRandomNonce(block); err == nil {
			return made
		}
	}
	// It refuses only keys and blocks of another length.
	panic(fmt.Sprintf("make a cipher: %v", err))
}

// seal encrypts, and open decrypts, with the version in front, which is bound like the rest.
func seal(a cipher.AEAD, bound, plain []byte) []byte {
	sealed := make([]byte, 1, 1+a.Overhead()+len(plain))
	sealed[0] = version
	return a.Seal(sealed, nil, plain, bound) //nolint:gosec // the cipher makes the nonce itself, and takes none
}

func open(a cipher.AEAD, bound, sealed []byte) ([]byte, error) {
	switch {
	case len(sealed) == 0:
		return nil, fmt.Errorf("%w: there is nothing", ErrWrongKey)
	case sealed[0] != version:
		return nil, fmt.Errorf("%w: it has version %d, this program knows %d", ErrWrongKey, sealed[0], version)
	}
	plain, err := a.Open(nil, nil, sealed[1:], bound)
	if err != nil {
		return nil, ErrWrongKey
	}
	return plain, nil
}

// bound is what a cipher text is bound to.
func bound(sort string) []byte { return append([]byte{version}, sort...) }

// DataKey encrypts the personal data of one dossier. It is safe for use by several goroutines. The zero value is no key:
// it can neither seal nor open.
type DataKey struct {
	aead cipher.AEAD
}

// NewDataKey makes the data key of a new dossier, and the form in which it is kept with the records.
func (k *Keys) NewDataKey() (key DataKey, kept []byte) {
	secret := make([]byte, keySize)
	// The reader never fails: where there is no randomness, the program ends.
	_, _ = rand.Read(secret)
	return DataKey{aead(secret)}, seal(k.wrap, bound(boundToKey), secret)
}

// DataKey reads a data key as it is kept.
func (k *Keys) DataKey(kept []byte) (DataKey, error) {
	secret, err := open(k.wrap, bound(boundToKey), kept)
	if err == nil && len(secret) != keySize {
		err = ErrWrongKey
	}
	if err != nil {
		return DataKey{}, fmt.Errorf("data key: %w", err)
	}
	return DataKey{aead(secret)}, nil
}

// Seal encrypts what belongs to an event of a dossier, which is bound to the sequence number of the event. The same plain
// text gives another cipher text every time.
func (d DataKey) Seal(seq int64, plain []byte) []byte { return seal(d.aead, boundTo(seq), plain) }

// Open decrypts what Seal has encrypted.
func (d DataKey) Open(seq int64, sealed []byte) ([]byte, error) {
	if d.aead == nil {
		return nil, fmt.Errorf("event %d: %w", seq, ErrWrongKey)
	}
	plain, err := open(d.aead, boundTo(seq), sealed)
	if err != nil {
		return nil, fmt.Errorf("event %d: %w", seq, err)
	}
	return plain, nil
}

// boundTo is what the data of an event are bound to.
func boundTo(seq int64) []byte {
	return binary.BigEndian.AppendUint64(bound(boundToEvent), uint64(seq))
}

// SearchKey is the keyed hash under which a value is found, as an identity number. The sort of value keeps equal values of
// different sorts apart.
func (k *Keys) SearchKey(sort, value string) store.Hash {
	mac := hmac.New(sha256.New, k.search)
	// Nothing that is written to a hash can fail.
	_, _ = mac.Write(domain(nil, sort))
	_, _ = mac.Write([]byte(value))
	return store.Hash(mac.Sum(nil))
}

// Derive makes a key of the agency for a purpose of its own, out of its keys and a salt, which may be empty. Who has the salt
// only, as whoever has a backup of the records, cannot make it.
func (k *Keys) Derive(purpose string, salt []byte) [keySize]byte {
	key, err := hkdf.Key(sha256.New, k.further, salt, purpose, keySize)
	if err != nil {
		// It refuses only lengths that SHA-256 cannot give.
		panic(fmt.Sprintf("derive a key: %v", err))
	}
	return [keySize]byte(key)
}

// Sign signs a message for a purpose, which keeps signatures of different sorts apart.
func (k *Keys) Sign(purpose string, message []byte) []byte {
	return ed25519.Sign(k.sign, signed(purpose, message))
}

// Public is the key by which the agency's signatures are verified, and KeyID its name.
func (k *Keys) Public() ed25519.PublicKey {
	// A signing key of Ed25519 holds its public key in its second half.
	return ed25519.PublicKey(append([]byte(nil), k.sign[ed25519.PrivateKeySize-ed25519.PublicKeySize:]...))
}

// KeyID names the signing key: the beginning of a hash over it.
func (k *Keys) KeyID() string { return KeyID(k.Public()) }

// KeyID names a public key.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// Verify says whether a signature is that of a key over a message for a purpose.
func Verify(key ed25519.PublicKey, purpose string, message, signature []byte) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, signed(purpose, message), signature)
}

// signed is what a signature is made over: plain Ed25519, so that other programs can verify it, over the message behind its
// purpose.
func signed(purpose string, message []byte) []byte {
	return append(domain([]byte(signatureDomain), purpose), message...)
}

// domain appends a name with its length in front, so that no name and what follows it read like another name.
func domain(to []byte, name string) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(name))), name...)
}
