package main

import (
	"bytes"
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap/zapcore"

	"chuan.dev/chuan/internal/workload"
)

const image = "--workflowd-image=chuan/workflowd:dev"

func TestFlags(t *testing.T) {
	defaults := func(change ...func(*settings)) *settings {
		s := &settings{
			workload: workload.Options{Image: "chuan/workflowd:dev"}, concurrency: 16, syncPeriod: 10 * time.Hour,
			leaderElect: true, metricsAddress: ":8443", metricsSecure: true, probeAddress: ":8081",
			logFormat: "json", logLevel: zapcore.InfoLevel,
		}
		for _, edit := range change {
			edit(s)
		}
		return s
	}
	tests := map[string]struct {
		arguments []string
		want      *settings
	}{
		"an image is enough": {[]string{image}, defaults()},
		"namespaces repeated and with commas": {
			[]string{image, "--watch-namespace", "tinh-dien-bien, tinh-lai-chau", "--watch-namespace=bo-noi-vu,"},
			defaults(func(s *settings) { s.namespaces = list{"tinh-dien-bien", "tinh-lai-chau", "bo-noi-vu"} }),
		},
		"a developer's machine": {
			[]string{image, "--leader-elect=false", "--metrics-bind-address=0", "--log-format=text", "--log-level=debug", "--development-sign-in"},
			defaults(func(s *settings) {
				s.leaderElect, s.metricsAddress, s.logFormat, s.logLevel = false, "0", "text", zapcore.DebugLevel
				s.workload.DevelopmentSignIn = true
			}),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var complaints bytes.Buffer
			got, err := parseFlags(test.arguments, &complaints)
			if err != nil || complaints.Len() > 0 {
				t.Fatalf("error %v, complaints %q; want neither", err, complaints.String())
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(settings{})); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFlagsThatCannotBe(t *testing.T) {
	tests := map[string]struct {
		arguments []string
		want      string
	}{
		"no image":            {nil, "--workflowd-image is missing"},
		"no workers":          {[]string{image, "--concurrency=0"}, "--concurrency is 0"},
		"unknown log format":  {[]string{image, "--log-format=xml"}, "use json or text"},
		"unknown log level":   {[]string{image, "--log-level=loud"}, "log-level"},
		"unknown flag":        {[]string{image, "--webhooks"}, "webhooks"},
		"an argument":         {[]string{image, "start"}, `"start" is not understood`},
		"not a sync period":   {[]string{image, "--sync-period=often"}, "sync-period"},
		"a flag and no value": {[]string{"--workflowd-image"}, "workflowd-image"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parseFlags(test.arguments, &bytes.Buffer{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestHelpNamesEveryFlagWithItsDefault(t *testing.T) {
	var help bytes.Buffer
	if _, err := parseFlags([]string{"--help"}, &help); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("error %v, want flag.ErrHelp", err)
	}
	for _, text := range []string{"Usage:", "-workflowd-image", "(default 16)", `(default ":8443")`, "(default 10h0m0s)", "(default info)"} {
		if !strings.Contains(help.String(), text) {
			t.Errorf("the help lacks %q:\n%s", text, help.String())
		}
	}
}
