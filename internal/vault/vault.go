// Package vault holds the keys of an agency and what is done with them: personal data are encrypted under a data key of
// every dossier, search keys and check codes are keyed hashes, and roots and messages are signed. All keys come from one
// master key, which is kept apart from the records; without it the records cannot be read.
package vault

import (
	"crypto/ed25519"
	"errors"

	"chuan.dev/chuan/internal/store"
)

// ErrWrongKey: what was encrypted under another key, or altered, cannot be read.
var ErrWrongKey = errors.New("it was encrypted under another key, or altered")

// MasterSize is the number of bytes of a master key.
const MasterSize = 32

// Master is the key from which those of all agencies come.
type Master [MasterSize]byte

// Keys are those of one agency. They are safe for use by several goroutines.
type Keys struct{}

// Agency derives the keys of an agency, given by its identification code.
func (m Master) Agency(code string) *Keys { return &Keys{} }

// DataKey encrypts the personal data of one dossier.
type DataKey struct{}

// NewDataKey makes the data key of a new dossier, and the form in which it is kept with the records.
func (k *Keys) NewDataKey() (key DataKey, kept []byte) { panic("pending") }

// DataKey reads a data key as it is kept.
func (k *Keys) DataKey(kept []byte) (DataKey, error) { panic("pending") }

// Seal encrypts what belongs to an event of a dossier, which is bound to the sequence number of the event. The same plain
// text gives another cipher text every time.
func (d DataKey) Seal(seq int64, plain []byte) []byte { panic("pending") }

// Open decrypts what Seal has encrypted.
func (d DataKey) Open(seq int64, sealed []byte) ([]byte, error) { panic("pending") }

// SearchKey is the keyed hash under which a value is found, as an identity number. The sort of value keeps equal values of
// different sorts apart.
func (k *Keys) SearchKey(sort, value string) store.Hash { panic("pending") }

// Sign signs a message for a purpose, which keeps signatures of different sorts apart.
func (k *Keys) Sign(purpose string, message []byte) []byte { panic("pending") }

// Public is the key by which the agency's signatures are verified, and KeyID its name.
func (k *Keys) Public() ed25519.PublicKey { panic("pending") }

// KeyID names the signing key: the beginning of a hash over it.
func (k *Keys) KeyID() string { panic("pending") }

// Verify says whether a signature is that of a key over a message for a purpose.
func Verify(key ed25519.PublicKey, purpose string, message, signature []byte) bool { panic("pending") }
