package service

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"chuan.dev/chuan/internal/exchange"
	"chuan.dev/chuan/internal/store"
)

// post is how the agencies that are served here and those of other services reach each other, and how applicants are told
// of things.
type post struct {
	service *Service
	peers   *exchange.Directory
	client  *http.Client
	sender  *exchange.Sender

	sent    *prometheus.CounterVec
	taken   *prometheus.CounterVec
	parked  *prometheus.GaugeVec
	delayed *prometheus.GaugeVec
	limits  *limiter[netip.Prefix]
	state   standstills
}

func (s *Service) newPost() (*post, error) {
	peers, err := exchange.OpenDirectory(s.config.PeersFile, s.log)
	if err != nil {
		return nil, err
	}
	p := &post{
		service: s, peers: peers, client: exchange.NewClient(), limits: newLimiter[netip.Prefix](messageRate, messageBurst),
		sent: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chuan_messages_sent_total",
			Help: "Attempts to deliver messages, by agency, kind and result: taken, refused for good, or failed.",
		}, []string{"agency", "kind", "result"}),
		taken: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chuan_messages_received_total",
			Help: "Messages of other agencies, by agency, kind and result: applied, repeated, late, parked, or turned away.",
		}, []string{"agency", "kind", "result"}),
		parked: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "chuan_messages_parked",
			Help: "Messages of other agencies that could not be applied and wait for somebody to look at them.",
		}, []string{"agency"}),
		delayed: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "chuan_messages_delayed",
			Help: "1 while messages of an agency to a receiver are not taken.",
		}, []string{"agency", "receiver"}),
	}
	p.sender = &exchange.Sender{Open: p.open, Now: s.config.Now, Log: s.log, Observe: p.observe}
	s.metrics.registry.MustRegister(p.sent, p.taken, p.parked, p.delayed)
	return p, nil
}

// lookEvery is how often it is looked for messages that nobody was woken for: those that were left by another replica of
// the service that has ended.
const lookEvery = 5 * time.Minute

// run sends what waits until the context ends.
func (p *post) run(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.sender.Run(ctx)
	}()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		for _, a := range p.service.served.Load().agencies {
			p.sender.Wake(a.name)
			p.countParked(ctx, a)
		}
		select {
		case <-ctx.Done():
			<-done
			return
		case <-tick.C:
		}
	}
}

// open opens the outbox of an agency.
func (p *post) open(name string) (exchange.Box, bool) {
	d, release, err := p.service.desk(name)
	if err != nil {
		return exchange.Box{}, false
	}
	return exchange.Box{
		Agency: name, Outbox: d.records, Release: release,
		Deliver: func(ctx context.Context, m store.Message) error {
			ctx, end := p.service.tracing.delivery(ctx, m.Kind)
			err := p.deliver(ctx, d, m)
			end(err)
			return err
		},
		Lost: d.lost,
	}, true
}

// observe counts an attempt to deliver, and remembers who does not take messages.
func (p *post) observe(agency string, m store.Message, err error) {
	result, delayed := "taken", 0.0
	switch refused := new(exchange.RefusedError); {
	case errors.As(err, &refused):
		result = "refused"
	case err != nil:
		result, delayed = "failed", 1
	}
	p.sent.WithLabelValues(agency, m.Kind, result).Inc()
	p.delayed.WithLabelValues(agency, m.To).Set(delayed)
	p.state.delay(agency, m.To, delayed > 0)
}

// deliver brings one message to its receiver: to an agency that is served here in the same way as to any other, but without
// the network.
func (p *post) deliver(ctx context.Context, d *desk, m store.Message) error {
	body, err := d.unsealed(ctx, m)
	if err != nil {
		return err
	}
	if slices.Contains(ways, m.To) {
		return p.notify(ctx, d, m, body)
	}
	e := exchange.Sign(exchange.Envelope{
		Sender: d.spec.Code, Receiver: m.To, Number: m.Number, Kind: m.Kind, At: m.At, Body: body,
	}, d.records.keys)
	if name, ok := p.servedHere(m.To); ok {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		receiver, release, err := p.service.desk(name)
		if err != nil {
			return err
		}
		defer release()
		_, err = p.take(ctx, receiver, text)
		return err
	}
	peer, ok := p.peers.Now().ByCode(m.To)
	if !ok {
		return errors.New("the agency is neither served here nor in the peers file")
	}
	return exchange.Post(ctx, p.client, peer, e)
}

// servedHere returns the name of an agency that is served by this service.
func (p *post) servedHere(code string) (string, bool) {
	for _, a := range p.service.served.Load().agencies {
		if a.spec.Code == code {
			return a.name, true
		}
	}
	return "", false
}

// codeOf returns the code of an agency that a procedure names, when messages can be sent to it.
func (p *post) codeOf(name string) (string, bool) {
	if a, ok := p.service.served.Load().agency(name); ok {
		return a.spec.Code, true
	}
	peer, ok := p.peers.Now().ByName(name)
	return peer.Code, ok
}

// keysOf are the keys by which the signatures of an agency are verified; none for one that is not known.
func (p *post) keysOf(code string) []ed25519.PublicKey {
	if name, ok := p.servedHere(code); ok {
		if a, ok := p.service.served.Load().agency(name); ok {
			return []ed25519.PublicKey{a.records.keys.Public()}
		}
	}
	peer, _ := p.peers.Now().ByCode(code)
	return peer.PublicKeys()
}

// sealedBody is the body of a message as it waits in the outbox: encrypted under the data key of the dossier because of
// which it is sent, like the event that brought it about.
type sealedBody struct {
	Seq    int64  `json:"seq"`
	Sealed []byte `json:"sealed,omitempty"`
	// Plain is the body where the dossier has no data key: it is older than there are keys.
	Plain []byte `json:"plain,omitempty"`
}

// outgoingOf is a message as it is put into the outbox.
func outgoingOf(key dataKey, to, kind string, seq int64, body any) (store.Outgoing, error) {
	plain, err := json.Marshal(body)
	if err != nil {
		return store.Outgoing{}, fmt.Errorf("message %s: %w", kind, err)
	}
	kept := sealedBody{Seq: seq, Plain: plain}
	if key != nil {
		kept = sealedBody{Seq: seq, Sealed: key.Seal(seq, plain)}
	}
	text, err := json.Marshal(kept)
	return store.Outgoing{To: to, Kind: kind, Body: text}, err
}

// unsealed is the body of a message as it is sent.
func (d *desk) unsealed(ctx context.Context, m store.Message) ([]byte, error) {
	var kept sealedBody
	if err := json.Unmarshal(m.Body, &kept); err != nil {
		return nil, fmt.Errorf("message as it was kept: %w", err)
	}
	if len(kept.Sealed) == 0 {
		return kept.Plain, nil
	}
	record, err := d.records.Load(ctx, m.Code)
	if err != nil {
		return nil, err
	}
	if len(record.Key) == 0 {
		return nil, &exchange.RefusedError{Reason: "the record because of which it was sent has been disposed of"}
	}
	key, err := d.records.keys.DataKey(record.Key)
	if err != nil {
		return nil, err
	}
	return key.Open(kept.Seq, kept.Sealed)
}

// posted wakes the sender when something is to be sent.
func (d *desk) posted(c store.Change) {
	if len(c.Messages) > 0 && d.records.post != nil {
		d.records.post.sender.Wake(d.name)
	}
}

// maxLost bounds the messages that are sent again at a time. When there are more, the receiver asks for the rest.
const maxLost = 200

// lost are messages that a receiver has taken and lost since. It goes through all records, because this happens only where
// somebody restored theirs from a backup.
func (d *desk) lost(ctx context.Context, receiver string, from, before int64) ([]store.Message, error) {
	before = min(before, from+maxLost)
	var messages []store.Message
	for record, err := range d.records.Records(ctx) {
		if err != nil {
			return nil, err
		}
		if m := record.Message; m != nil && m.To == receiver && m.Number >= from && m.Number < before {
			messages = append(messages, m.Message)
		}
	}
	slices.SortFunc(messages, func(a, b store.Message) int { return cmp.Compare(a.Number, b.Number) })
	return messages, nil
}
