package exchange

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"chuan.dev/chuan/internal/vault"
)

// The headers by which an agency signs that it asks for a document that was sent along with a question.
const (
	senderHeader    = "Chuan-Agency"
	timeHeader      = "Chuan-Time"
	keyHeader       = "Chuan-Key"
	signatureHeader = "Chuan-Signature"
)

// fetchPurpose keeps the signatures of requests for documents apart from those of other things.
const fetchPurpose = "chuan/enclosure/1"

// fetchTime is how far the clocks of two services may differ, and for how long a signed request holds. A request that is
// replayed in that time reads once more what it has read, and changes nothing.
const fetchTime = 5 * time.Minute

// Fetch is a request for a document that was sent along with a question: of Asker, by Asked, of a dossier of the asker,
// under its hash in hexadecimal.
type Fetch struct {
	Asker, Asked, Dossier, SHA256 string
	At                            time.Time
}

func (f Fetch) signed() []byte {
	var b []byte
	for _, field := range []string{f.Asker, f.Asked, f.Dossier, f.SHA256} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
		b = append(b, field...)
	}
	return binary.BigEndian.AppendUint64(b, uint64(f.At.UnixMilli()))
}

// Get asks a peer for a document. The caller closes what it reads.
func Get(ctx context.Context, client *http.Client, from Peer, f Fetch, signer Signer) (io.ReadCloser, error) {
	address := from.path("enclosures/" + url.PathEscape(f.Dossier) + "/" + url.PathEscape(f.SHA256))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set(senderHeader, f.Asked)
	r.Header.Set(timeHeader, strconv.FormatInt(f.At.UnixMilli(), 10))
	r.Header.Set(keyHeader, signer.KeyID())
	r.Header.Set(signatureHeader, base64.StdEncoding.EncodeToString(signer.Sign(fetchPurpose, f.signed())))
	answer, err := client.Do(r)
	if failure, ok := errors.AsType[*url.Error](err); ok {
		return nil, fmt.Errorf("it cannot be reached: %w", failure.Err)
	}
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.Join(refusal(answer), answer.Body.Close())
	}
	return answer.Body, nil
}

// Asks returns who asks for a document, as a request says and does not prove yet.
func Asks(r *http.Request) string { return r.Header.Get(senderHeader) }

// VerifyFetch says why a request for a document is not to be answered at an instant; nil when it is. The time of the
// request is read from its headers.
func VerifyFetch(r *http.Request, f Fetch, now time.Time, keys []ed25519.PublicKey) error {
	milli, err := strconv.ParseInt(r.Header.Get(timeHeader), 10, 64)
	if err != nil {
		return ErrForged
	}
	f.At = time.UnixMilli(milli)
	if d := now.Sub(f.At); d > fetchTime || d < -fetchTime {
		return fmt.Errorf("%w: the request is of another time", ErrForged)
	}
	signature, err := base64.StdEncoding.DecodeString(r.Header.Get(signatureHeader))
	if err != nil {
		return ErrForged
	}
	if len(keys) == 0 {
		return ErrUnknownSender
	}
	for _, key := range keys {
		if vault.KeyID(key) == r.Header.Get(keyHeader) && vault.Verify(key, fetchPurpose, f.signed(), signature) {
			return nil
		}
	}
	return ErrForged
}
