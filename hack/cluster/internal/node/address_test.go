package node

import (
	"strings"
	"testing"
)

func TestOverlapping(t *testing.T) {
	for network, want := range map[string]string{
		"10.244.0.0/24":  "pods",
		"10.244.0.7/32":  "pods",
		"10.0.0.0/8":     "pods", // which holds the services, too: one is enough to refuse
		"10.96.5.0/24":   "services",
		"10.95.0.0/16":   "",
		"10.244.1.0/24":  "",
		"192.168.1.0/24": "",
		"0.0.0.0/0":      "",
		"fd00::/8":       "",
		"no network":     "",
	} {
		if got := overlapping(network); !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: got %q, want %q", network, got, want)
		}
	}
}
