package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"go.uber.org/zap/zapcore"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"chuan.dev/chuan/internal/workload"
)

// settings are what the flags say.
type settings struct {
	workload        workload.Options
	concurrency     int
	namespaces      list
	syncPeriod      time.Duration
	leaderElect     bool
	leaderNamespace string
	metricsAddress  string
	metricsSecure   bool
	probeAddress    string
	logFormat       string
	logLevel        zapcore.Level
}

// list is a flag that may be repeated and takes several values with commas between.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds values.
func (l *list) Set(text string) error {
	for value := range strings.SplitSeq(text, ",") {
		if value = strings.TrimSpace(value); value != "" {
			*l = append(*l, value)
		}
	}
	return nil
}

const usage = `manager is the operator of Chuan.

It finds the cluster through KUBECONFIG, or through its service account when it runs in one.

Usage:
  manager --workflowd-image IMAGE [flags]

Examples:
  manager --workflowd-image chuan/workflowd:dev                       # in a cluster
  manager --workflowd-image chuan/workflowd:dev --leader-elect=false  # on a developer's machine
  manager --workflowd-image chuan/workflowd:dev --watch-namespace tinh-dien-bien,tinh-lai-chau

Flags:
`

// parseFlags reads the command line. The error is flag.ErrHelp when only help was asked for.
func parseFlags(arguments []string, complaints io.Writer) (*settings, error) {
	s := &settings{}
	flags := flag.NewFlagSet("manager", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.Usage = func() {
		_, _ = io.WriteString(complaints, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&s.workload.Image, "workflowd-image", "", "image of the workflow service (required)")
	flags.BoolVar(&s.workload.DevelopmentSignIn, "development-sign-in", false,
		"let officers sign in to the services by a request header, without any proof; for demonstrations only")
	flags.IntVar(&s.concurrency, "concurrency", 16, "agencies that are worked on at once")
	flags.Var(&s.namespaces, "watch-namespace", "namespace to look after, repeated or separated by commas; all when not given")
	flags.DurationVar(&s.syncPeriod, "sync-period", 10*time.Hour, "time after which every object is looked at again, in case news was lost")
	flags.BoolVar(&s.leaderElect, "leader-elect", true, "act only while holding the lease, so that several managers may run")
	flags.StringVar(&s.leaderNamespace, "leader-election-namespace", "", "namespace of the lease; the manager's own when not given")
	flags.StringVar(&s.metricsAddress, "metrics-bind-address", ":8443", "address of the metrics; 0 switches them off")
	flags.BoolVar(&s.metricsSecure, "metrics-secure", true, "serve metrics over TLS, to those who may read them")
	flags.StringVar(&s.probeAddress, "health-probe-bind-address", ":8081", "address of /healthz and /readyz; 0 switches them off")
	flags.StringVar(&s.logFormat, "log-format", "json", "json or text")
	flags.TextVar(&s.logLevel, "log-level", zapcore.InfoLevel, "least level that is logged: debug, info, warn or error")
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	return s, s.validate(flags.Args())
}

func (s *settings) validate(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is not understood: see manager --help", rest[0])
	case s.workload.Image == "":
		return errors.New("--workflowd-image is missing: name the image of the workflow service, as chuan/workflowd:dev")
	case s.concurrency < 1:
		return fmt.Errorf("--concurrency is %d: it is at least 1", s.concurrency)
	case s.logFormat != "json" && s.logFormat != "text":
		return fmt.Errorf("--log-format is %q: use json or text", s.logFormat)
	}
	return nil
}

func (s *settings) logger() logr.Logger {
	return zap.New(zap.UseDevMode(s.logFormat == "text"), zap.Level(s.logLevel))
}

// version is what the build recorded of the module's version.
func version() string {
	if build, ok := debug.ReadBuildInfo(); ok {
		return build.Main.Version
	}
	return "unknown"
}
