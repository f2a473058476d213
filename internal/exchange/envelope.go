// Package exchange carries messages between agencies (liên thông): signed, numbered by their sender for every receiver, and
// taken once, in order, by whoever they are for. An agency that is down delays messages and loses none. What a message says,
// and what it does to the records, is not the business of this package.
package exchange

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"chuan.dev/chuan/internal/vault"
)

// The errors for which a receiver turns an envelope away. None of them takes the number of the message: the sender tries
// again, because keys and addresses are put right by people.
var (
	// ErrMalformed: it is not an envelope.
	ErrMalformed = errors.New("this is not a message between agencies")
	// ErrMisdirected: it is for another agency.
	ErrMisdirected = errors.New("the message is for another agency")
	// ErrUnknownSender: the sender is not an agency that this service knows.
	ErrUnknownSender = errors.New("the sender is not known here")
	// ErrForged: it was not signed by its sender, or was altered.
	ErrForged = errors.New("the signature is not that of the sender")
)

// Bounds of an envelope, in bytes: as JSON, and of the body in it, which grows by a third there.
const (
	MaxEnvelope = 1 << 20
	MaxBody     = 700 << 10
)

// purpose keeps the signatures of messages apart from those of other things.
const purpose = "chuan/message/1"

// Envelope is a message on its way.
type Envelope struct {
	// Sender and Receiver are the codes of the two agencies.
	Sender   string `json:"sender"`
	Receiver string `json:"receiver"`
	// Number of the message among those of this sender to this receiver, from 1, without gaps.
	Number int64 `json:"number"`
	// Kind of the message, which says what the body is.
	Kind string `json:"kind"`
	// At is when it was written, to the millisecond.
	At time.Time `json:"at"`
	// Body of the message. The signature is over these very bytes.
	Body []byte `json:"body"`
	// Key names the key of the signature.
	Key       string `json:"key"`
	Signature []byte `json:"signature"`
}

// Signer signs for an agency; [vault.Keys] does.
type Signer interface {
	Sign(purpose string, message []byte) []byte
	KeyID() string
}

// Sign signs an envelope for its sender.
func Sign(e Envelope, signer Signer) Envelope {
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Key = signer.KeyID()
	e.Signature = signer.Sign(purpose, e.signed())
	return e
}

// signed is what the signature is made over: every field but the signature, each with its length in front, so that nothing
// can be moved from one field into the next.
func (e *Envelope) signed() []byte {
	b := make([]byte, 0, 128+len(e.Body))
	for _, field := range []string{e.Sender, e.Receiver, e.Kind, e.Key} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
		b = append(b, field...)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(e.Number))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMilli()))
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Body)))
	return append(b, e.Body...)
}

// Read reads an envelope strictly. It does not verify it.
func Read(text []byte) (Envelope, error) {
	var e Envelope
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil || decoder.More() {
		return Envelope{}, ErrMalformed
	}
	switch {
	case e.Sender == "" || len(e.Sender) > maxCode || e.Receiver == "" || len(e.Receiver) > maxCode,
		e.Kind == "" || len(e.Kind) > maxCode, e.Number < 1, e.At.IsZero(), len(e.Body) > MaxBody:
		return Envelope{}, ErrMalformed
	}
	return e, nil
}

// maxCode bounds codes, names and kinds, in bytes.
const maxCode = 100

// Verify says why an envelope is not to be taken by an agency from a sender whose keys are given; nil when it is.
func Verify(e *Envelope, receiver string, keys []ed25519.PublicKey) error {
	if e.Receiver != receiver {
		return ErrMisdirected
	}
	if len(keys) == 0 {
		return ErrUnknownSender
	}
	for _, key := range keys {
		if vault.KeyID(key) == e.Key && vault.Verify(key, purpose, e.signed(), e.Signature) {
			return nil
		}
	}
	return fmt.Errorf("%w: it names the key %.32q", ErrForged, e.Key)
}
