package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"chuan.dev/chuan/internal/service"
)

const usage = `workflowd serves the workflow of state agencies from a directory of manifests.

Usage:
  workflowd --manifests DIR [flags]
  workflowd COMMAND --help

Examples:
  # Try the example, with officers who sign in by the header Chuan-Officer; then open http://localhost:8080/
  workflowd --manifests examples/dien-bien --development-sign-in

  # Keep the records elsewhere and give evidence to whoever has the key
  workflowd --manifests /etc/chuan/manifests --data /var/lib/chuan --evidence-key-file /etc/chuan/evidence/key

Commands:
`

const exitCodes = `
Exit codes:
  0  it was asked to end, and ended
  1  it could not run: the address is taken, another workflowd has the data directory, the disk failed
  2  wrong flags, or no agency of the manifests can be served; every problem is printed with its file and line
`

// drainTime is how long requests may take to end when the program does.
const (
	drainTime   = 20 * time.Second
	defaultPort = ":8080"
	defaultData = "./data"
	formatText  = "text"
	formatJSON  = "json"
)

type options struct {
	service           service.Config
	listen, logFormat string
}

// runServe serves until the context ends and returns the exit code.
func runServe(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "workflowd: %v\nRun workflowd --help for its flags.\n", err)
		return exitUsage
	}
	o.service.Rest = settle
	o.service.Logger = logger(o.logFormat, stderr)
	s, err := service.New(ctx, o.service)
	var load *service.LoadError
	switch {
	case errors.As(err, &load):
		fmt.Fprintf(stderr, "workflowd: no agency of %s can be served:\n%v\n", o.service.Manifests, load)
		return exitManifests
	case err != nil:
		fmt.Fprintf(stderr, "workflowd: %v\n", err)
		return exitFailed
	}
	failure := serve(ctx, s, o, stdout)
	if err := errors.Join(failure, s.Close()); err != nil {
		fmt.Fprintf(stderr, "workflowd: %v\n", err)
		return exitFailed
	}
	return 0
}

func parse(args []string, stdout io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("workflowd", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.service.Manifests, "manifests", "", "`directory` of the manifests to serve; changes are taken up without a restart (required)")
	flags.StringVar(&o.service.Data, "data", defaultData, "`directory` of the records, one file an agency")
	flags.StringVar(&o.listen, "listen", defaultPort, "`address` to listen on")
	flags.StringVar(&o.service.EvidenceKeyFile, "evidence-key-file", "", "`file` with the key by which evidence is asked for; without it none is given")
	flags.StringVar(&o.service.MasterKeyFile, "master-key-file", "", "`file` of the key that protects personal data and signs; made when it is not there; keep it apart from the backups (default DATA/master.key)")
	flags.StringVar(&o.service.DatabaseURIFile, "database-uri-file", "", "`file` with the connection string of a PostgreSQL database that keeps the records instead of files")
	flags.StringVar(&o.service.Documents, "documents", "", "where documents are kept: a `directory`, or s3+https://HOST/BUCKET with the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (default DATA/documents)")
	flags.Int64Var(&o.service.MaxDocument, "max-document", 20<<20, "the most `bytes` of a document that is handed in")
	flags.StringVar(&o.service.PublicURL, "public-url", "", "`URL` at which browsers reach the service; needed for officers to sign in")
	flags.StringVar(&o.service.ClientSecretFile, "client-secret-file", "", "`file` with the secret of the client at the OpenID provider; without it the client is a public one")
	flags.StringVar(&o.service.PeersFile, "peers-file", "", "`file` that names the services of other agencies, to which questions between agencies are sent")
	flags.StringVar(&o.service.TraceEndpoint, "trace-endpoint", "", "`URL` to which traces are sent by OTLP over HTTP; without it there are none")
	flags.Func("trusted-proxies", "`networks` of the proxies before the service, as 10.0.0.0/8,fd00::/8, whose word on a client's address is taken",
		func(text string) error { return o.service.TrustProxies(text) })
	flags.BoolVar(&o.service.DevelopmentSignIn, "development-sign-in", false, "take officers' word for who they are, for trials only: the header Chuan-Officer names the officer")
	flags.StringVar(&o.logFormat, "log-format", formatText, "`format` of the log: text or json")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stdout)
			fmt.Fprint(stdout, usage)
			for _, c := range commands() {
				fmt.Fprintf(stdout, "  %-9s %s\n", c.name, c.summary)
			}
			fmt.Fprint(stdout, "\nFlags:\n")
			flags.PrintDefaults()
			fmt.Fprint(stdout, exitCodes)
		}
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.service.Manifests == "":
		return o, errors.New("--manifests is missing: name the directory of the manifests to serve")
	case o.logFormat != formatText && o.logFormat != formatJSON:
		return o, fmt.Errorf("--log-format is %q: choose text or json", o.logFormat)
	}
	return o, nil
}

func logger(format string, w io.Writer) *slog.Logger {
	if format == formatJSON {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// serve answers requests until the context ends, and then lets those end that have begun.
func serve(ctx context.Context, s *service.Service, o options, stdout io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return err
	}
	server := service.NewServer(s, o.listen)
	announce(stdout, s, listener.Addr(), o)
	background, stop := context.WithCancel(ctx)
	var ended sync.WaitGroup
	ended.Go(func() { s.Run(background) })
	settle()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = drain(s, server)
	}
	stop()
	ended.Wait()
	return err
}

// drain ends the server once the requests that have begun are answered.
func drain(s *service.Service, server *http.Server) error {
	s.Drain()
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off after %s: %w", drainTime, err), server.Close())
	}
	return nil
}

// announce says what is served and where to look.
func announce(w io.Writer, s *service.Service, at net.Addr, o options) {
	host, port, err := net.SplitHostPort(at.String())
	if ip := net.ParseIP(host); err == nil && (ip == nil || ip.IsUnspecified()) {
		host = "localhost"
	}
	fmt.Fprintf(w, "workflowd serves %d agencies of %s\n", len(s.Agencies()), o.service.Manifests)
	fmt.Fprintf(w, "  pages    http://%s/\n", net.JoinHostPort(host, port))
	fmt.Fprintf(w, "  API      http://%s/api/v1/agencies\n", net.JoinHostPort(host, port))
	fmt.Fprintf(w, "  records  %s\n", o.service.Data)
	if problems := s.Problems(); len(problems) > 0 {
		fmt.Fprintf(w, "  %d problems keep part of the manifests from being served:\n", len(problems))
		for _, p := range problems {
			fmt.Fprintf(w, "    %s\n", p)
		}
	}
	if o.service.DevelopmentSignIn {
		fmt.Fprintf(w, "  sign-in  DEVELOPMENT: the header %s names the officer; not for real dossiers\n", service.OfficerHeader)
	}
}
