package exchange

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path"
	"sync"
	"time"

	"sigs.k8s.io/yaml"
)

// Peer is another agency, as it is reached and known.
type Peer struct {
	// Code is its identification code, and Name that of its Agency, by which procedures and addresses name it.
	Code string `json:"code"`
	Name string `json:"name"`
	// URL of the service that serves it, as https://qms.so-van-hoa.example.vn.
	URL string `json:"url"`
	// PlainHTTP allows an address without TLS. Messages hold personal data: it is for networks that are closed in
	// themselves, as that of a cluster.
	PlainHTTP bool `json:"plainHTTP,omitempty"`
	// Keys by which its signatures are verified, in base64: two while it changes from one to the next.
	Keys []Key `json:"keys"`
}

// Key is a public key of an agency (Ed25519).
type Key []byte

// PublicKeys are the keys as signatures are verified by them.
func (p Peer) PublicKeys() []ed25519.PublicKey {
	keys := make([]ed25519.PublicKey, 0, len(p.Keys))
	for _, key := range p.Keys {
		keys = append(keys, ed25519.PublicKey(key))
	}
	return keys
}

// Notifications says how applicants are told of things: a service that sends them as text messages, by mail or on a portal
// takes them by HTTP.
type Notifications struct {
	// URL to which notifications are posted.
	URL string `json:"url"`
	// PlainHTTP: see [Peer].
	PlainHTTP bool `json:"plainHTTP,omitempty"`
	// TokenFile holds what is sent as Authorization: Bearer TOKEN; empty for nothing.
	TokenFile string `json:"tokenFile,omitempty"`
}

// Peers is what a peers file says.
type Peers struct {
	Agencies      []Peer         `json:"agencies,omitempty"`
	Notifications *Notifications `json:"notifications,omitempty"`
}

// ByCode returns the agency of a code.
func (p *Peers) ByCode(code string) (Peer, bool) {
	return p.find(func(a *Peer) bool { return a.Code == code })
}

// ByName returns the agency of a name.
func (p *Peers) ByName(name string) (Peer, bool) {
	return p.find(func(a *Peer) bool { return a.Name == name })
}

func (p *Peers) find(is func(*Peer) bool) (Peer, bool) {
	for i := range p.Agencies {
		if is(&p.Agencies[i]) {
			return p.Agencies[i], true
		}
	}
	return Peer{}, false
}

// Bounds of a peers file.
const (
	maxPeersFile = 4 << 20
	maxPeers     = 10_000
	maxKeys      = 3
)

// ParsePeers reads a peers file, which is YAML or JSON, strictly.
func ParsePeers(text []byte) (*Peers, error) {
	p := &Peers{}
	if err := yaml.UnmarshalStrict(text, p); err != nil {
		return nil, err
	}
	if len(p.Agencies) > maxPeers {
		return nil, fmt.Errorf("agencies: there are %d, more than %d", len(p.Agencies), maxPeers)
	}
	names, codes := map[string]bool{}, map[string]bool{}
	for i := range p.Agencies {
		a := &p.Agencies[i]
		if err := a.check(); err != nil {
			return nil, fmt.Errorf("agencies[%d]: %w", i, err)
		}
		if names[a.Name] || codes[a.Code] {
			return nil, fmt.Errorf("agencies[%d]: the name %s or the code %s is there already: list every agency once", i, a.Name, a.Code)
		}
		names[a.Name], codes[a.Code] = true, true
	}
	if n := p.Notifications; n != nil {
		if err := checkURL(n.URL, n.PlainHTTP); err != nil {
			return nil, fmt.Errorf("notifications.url: %w", err)
		}
	}
	return p, nil
}

func (p *Peer) check() error {
	switch {
	case p.Code == "" || len(p.Code) > maxCode:
		return errors.New("code: give the identification code of the agency, as H18.35.01")
	case p.Name == "" || len(p.Name) > maxCode || path.Base(p.Name) != p.Name:
		return errors.New("name: give the name of its Agency, as xa-a")
	case len(p.Keys) == 0 || len(p.Keys) > maxKeys:
		return fmt.Errorf("keys: give the public key of the agency, and at most %d while it changes", maxKeys)
	}
	for i, key := range p.Keys {
		if len(key) != ed25519.PublicKeySize {
			return fmt.Errorf("keys[%d]: an Ed25519 public key has %d bytes, in base64, not %d", i, ed25519.PublicKeySize, len(key))
		}
	}
	if err := checkURL(p.URL, p.PlainHTTP); err != nil {
		return fmt.Errorf("url: %w", err)
	}
	return nil
}

func checkURL(text string, plain bool) error {
	at, err := url.Parse(text)
	switch {
	case err != nil || at.Host == "" || at.User != nil || at.RawQuery != "" || at.Fragment != "":
		return errors.New("give a URL with a host and without user, query and fragment, as https://qms.example.vn")
	case at.Scheme == "https", at.Scheme == "http" && plain:
		return nil
	case at.Scheme == "http":
		return errors.New("it is not encrypted, and messages hold personal data: use https, or set plainHTTP: true where the network is closed")
	default:
		return errors.New("the scheme has to be https")
	}
}

// Directory is a peers file that is followed: a change is taken up at the next use. A file that cannot be used leaves what
// was read before in place, and is complained of once.
type Directory struct {
	file string
	log  *slog.Logger

	mu         sync.Mutex
	peers      *Peers
	modified   time.Time
	size       int64
	text       []byte
	complained string
}

// OpenDirectory reads a peers file. An empty name is a directory without anybody.
func OpenDirectory(file string, log *slog.Logger) (*Directory, error) {
	d := &Directory{file: file, log: log, peers: &Peers{}}
	if file == "" {
		return d, nil
	}
	if err := d.read(); err != nil {
		return nil, err
	}
	return d, nil
}

// Now returns the peers as the file has them now.
func (d *Directory) Now() *Peers {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == "" {
		return d.peers
	}
	if err := d.read(); err != nil && err.Error() != d.complained {
		d.complained = err.Error()
		d.log.Error("the peers file cannot be used; the last good one still is", "error", err)
	}
	return d.peers
}

// read reads the file when it has changed.
func (d *Directory) read() (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("peers file %s: %w", d.file, err)
		}
	}()
	info, err := os.Stat(d.file)
	if err != nil {
		return err
	}
	if info.ModTime().Equal(d.modified) && info.Size() == d.size {
		return nil
	}
	f, err := os.Open(d.file)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxPeersFile+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if len(text) > maxPeersFile {
		return fmt.Errorf("it has more than %d bytes", maxPeersFile)
	}
	d.modified, d.size = info.ModTime(), info.Size()
	if bytes.Equal(text, d.text) {
		return nil
	}
	peers, err := ParsePeers(text)
	if err != nil {
		return err
	}
	d.peers, d.text, d.complained = peers, text, ""
	return nil
}
