package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"

	"chuan.dev/chuan/internal/store/postgres"
	"chuan.dev/chuan/internal/vault"
)

// Config says how a service runs.
type Config struct {
	// Manifests is the directory of manifests that is served and followed.
	Manifests string
	// Data is the directory of the records, one file an agency. It is made when it is not there.
	Data string
	// EvidenceKeyFile holds the key by which evidence is asked for. It is read at every request, so that the key can be
	// changed. When empty, evidence is not given.
	EvidenceKeyFile string
	// MasterKeyFile holds the key from which the keys of all agencies come. It is made when it is not there. Default
	// master.key in Data.
	MasterKeyFile string
	// DatabaseURIFile holds the connection string of a PostgreSQL database that keeps the records instead of files in Data.
	DatabaseURIFile string
	// Documents says where the bytes of documents are kept: a directory, or s3+https://HOST/BUCKET?region=REGION, whose
	// keys are in the environment as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Default the directory documents in Data.
	Documents string
	// MaxDocument bounds a document, in bytes. Default 20 MiB.
	MaxDocument int64
	// PublicURL is where browsers reach the service. Needed for sign-in by OpenID Connect.
	PublicURL string
	// ClientSecretFile holds the secret of the client at the OpenID provider; empty for a public client.
	ClientSecretFile string
	// TrustedProxies are the networks of the proxies before the service, whose header X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// PeersFile names the services of other agencies, to which messages are sent; empty for none but those served here.
	PeersFile string
	// TraceEndpoint is where traces are sent, by OTLP over HTTP; empty for nowhere.
	TraceEndpoint string
	// DevelopmentSignIn takes the officer's word for who they are. For trials only; every answer says so.
	DevelopmentSignIn bool
	// Logger of the service. It is never given personal data. Default: none.
	Logger *slog.Logger
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// Rest is called now and then once heavy work in the background has ended, and gives back what that took. Default: nothing.
	Rest func()
	// Recheck is how often the manifests are compared with those that are served. Default 15s.
	Recheck time.Duration
}

// Service serves the agencies of a directory of manifests.
type Service struct {
	config  Config
	log     *slog.Logger
	metrics *metrics
	lock    *os.File
	watcher *fsnotify.Watcher
	gate    *gate

	post    *post
	tracing *tracing

	// database keeps the records of all agencies; nil where each has a file of its own.
	database *postgres.Database
	// master is the key from which those of the agencies come.
	master vault.Master

	// weary holds something once heavy work in the background has ended.
	weary chan struct{}

	served   atomic.Pointer[served]
	draining atomic.Bool

	// reloading is held while manifests are read. It guards seen, which identifies those that were read last; complained,
	// which was logged of them last; and compilations, the compiled revisions by name and digest.
	reloading    sync.Mutex
	seen         string
	complained   string
	compilations map[string]*revision
}

// New opens the records and loads the manifests. It fails with a [LoadError] when no agency can be served. Whoever gets a
// service closes it.
func New(ctx context.Context, c Config) (*Service, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rest == nil {
		c.Rest = func() {}
	}
	if c.Recheck <= 0 {
		c.Recheck = recheck
	}
	if c.MasterKeyFile == "" {
		c.MasterKeyFile = filepath.Join(c.Data, "master.key")
	}
	gate, err := newGate(c)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	lock, err := lockDirectory(c.Data)
	if err != nil {
		return nil, err
	}
	if gate.ended, err = openEndedSessions(filepath.Join(c.Data, "ended-sessions"), c.Now()); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	s := &Service{
		config: c, log: c.Logger, metrics: newMetrics(), gate: gate, lock: lock,
		compilations: map[string]*revision{}, weary: make(chan struct{}, 1),
	}
	if err := s.start(ctx); err != nil {
		s.closeDatabase()
		return nil, errors.Join(err, s.gate.ended.close(), s.tracing.close(), s.lock.Close())
	}
	return s, nil
}

// start reads the master key, opens the way to other agencies, and loads the manifests for the first time.
func (s *Service) start(ctx context.Context) error {
	var err error
	if s.tracing, err = newTracing(ctx, s.config.TraceEndpoint); err != nil {
		return err
	}
	if s.tracing != nil {
		s.metrics.spans = func(changes int, took time.Duration) { s.tracing.committed(changes, took, s.config.Now()) }
	}
	if s.post, err = s.newPost(); err != nil {
		return err
	}
	if s.master, err = vault.ReadOrMakeMaster(s.config.MasterKeyFile); err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	if err := s.openDatabase(ctx); err != nil {
		return err
	}
	seen, err := fingerprint(s.config.Manifests)
	if err != nil {
		return &LoadError{Problems: []string{err.Error()}}
	}
	first, err := s.load(ctx, nil)
	if err != nil {
		return err
	}
	if !first.again {
		s.seen = seen
	}
	s.serve(nil, first)
	if len(first.problems) > 0 {
		s.complain("part of the manifests cannot be served", first.problems)
	}
	return nil
}

// Agencies returns the names of the agencies that are served, in order.
func (s *Service) Agencies() []string {
	now := s.served.Load()
	names := make([]string, 0, len(now.agencies))
	for _, a := range now.agencies {
		names = append(names, a.name)
	}
	return names
}

// Problems returns what of the manifests is not served, in words.
func (s *Service) Problems() []string { return s.served.Load().problems }

// Run follows the manifests and lets go on what has run out, until the context ends.
func (s *Service) Run(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { s.watch(ctx) })
	group.Go(func() { s.sweep(ctx) })
	group.Go(func() { s.post.run(ctx) })
	group.Go(func() { s.clearOrphans(ctx) })
	group.Go(func() { s.sealDays(ctx) })
	group.Go(func() { s.checkRecords(ctx) })
	group.Go(func() { s.rest(ctx) })
	group.Wait()
}

// Drain makes the service say that it is not ready, so that nobody is sent to it any more.
func (s *Service) Drain() { s.draining.Store(true) }

// Close waits for what is being written and closes the records.
func (s *Service) Close() error {
	var failures []error
	for _, a := range s.served.Load().agencies {
		if err := a.records.close(); err != nil {
			failures = append(failures, fmt.Errorf("records of agency %s: %w", a.name, err))
		}
	}
	s.closeDatabase()
	return errors.Join(append(failures, s.gate.ended.close(), s.tracing.close(), s.lock.Close())...)
}
