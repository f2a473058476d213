package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ExpectedHeader tells the sender of a message that came too early which number is expected.
const ExpectedHeader = "Chuan-Expected-Number"

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// NewClient returns the client by which services reach each other. It follows no redirects: a message goes to the
// address that the peers file names, and nowhere else.
func NewClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxConnsPerHost = deliveries
	transport.MaxResponseHeaderBytes = maxAnswer
	return &http.Client{
		Transport: transport, Timeout: deliveryTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// MessagesURL is where a peer takes messages.
func (p Peer) MessagesURL() string { return p.path("messages") }

func (p Peer) path(rest string) string {
	return strings.TrimSuffix(p.URL, "/") + "/api/v1/agencies/" + url.PathEscape(p.Name) + "/" + rest
}

// Post brings an envelope to a peer. The error is a [GapError] when the peer misses messages before it; any other means
// that it has to be tried again.
func Post(ctx context.Context, client *http.Client, to Peer, e Envelope) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	answer, err := post(ctx, client, to.MessagesURL(), text, nil)
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(drain(answer.Body), answer.Body.Close()) }()
	switch {
	case answer.StatusCode/100 == 2:
		return nil
	case answer.StatusCode == http.StatusConflict && answer.Header.Get(ExpectedHeader) != "":
		expected, err := strconv.ParseInt(answer.Header.Get(ExpectedHeader), 10, 64)
		if err != nil || expected < 0 {
			return errors.New("the receiver answers with a number that is none")
		}
		return &GapError{Expected: expected}
	default:
		return refusal(answer)
	}
}

// Notification is what an applicant is to be told.
type Notification struct {
	// ID of the notification, the same in every attempt.
	ID string `json:"id"`
	// Agency is the code of the agency that tells it, and Dossier that of the dossier.
	Agency  string `json:"agency"`
	Dossier string `json:"dossier"`
	// Way is sms, email or portal; To is the telephone number or the address, empty for the portal.
	Way string `json:"way"`
	To  string `json:"to,omitempty"`
	// Text in Vietnamese.
	Text string `json:"text"`
	// At is when it came about.
	At time.Time `json:"at"`
}

// Notify hands a notification to the service that sends them. The error is a [RefusedError] when it will never take it.
func Notify(ctx context.Context, client *http.Client, address, token string, n Notification) error {
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	header := http.Header{"Idempotency-Key": {n.ID}}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	answer, err := post(ctx, client, address, text, header)
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(drain(answer.Body), answer.Body.Close()) }()
	switch answer.StatusCode {
	case http.StatusBadRequest, http.StatusGone, http.StatusUnprocessableEntity:
		return &RefusedError{Reason: refusal(answer).Error()}
	}
	if answer.StatusCode/100 == 2 {
		return nil
	}
	return refusal(answer)
}

func post(
	ctx context.Context, client *http.Client, address string, text []byte, header http.Header,
) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	maps.Copy(r.Header, header)
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	// The error of a client repeats the whole address.
	if failure, ok := errors.AsType[*url.Error](err); ok {
		return nil, fmt.Errorf("it cannot be reached: %w", failure.Err)
	}
	return answer, err
}

// word is what may be repeated of an answer: anything else could hold personal data, and goes into logs.
var word = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// refusal is an answer as an error.
func refusal(answer *http.Response) error {
	var problem struct{ Code string }
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err == nil && json.Unmarshal(text, &problem) == nil && word.MatchString(problem.Code) {
		return fmt.Errorf("it answers %d, %s", answer.StatusCode, problem.Code)
	}
	return fmt.Errorf("it answers %d", answer.StatusCode)
}

// drain reads the rest of a body, so that its connection can be used again.
func drain(body io.Reader) error {
	_, err := io.Copy(io.Discard, io.LimitReader(body, maxAnswer))
	return err
}
