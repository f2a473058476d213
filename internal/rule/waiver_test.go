package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const prefix = "qms.chuan.dev/waive-"

func TestWaivers(t *testing.T) {
	// W1 itself is an error and no waivable one; the rest of the catalogue is looked at by the tests of lint.
	waivers, faults := Waivers(map[string]string{
		"other":            "2027-01-01: x",
		prefix + "W1":      "2027-01-01: a reason",
		prefix + "NOTHING": "2027-01-01: a reason",
	}, prefix)
	if len(waivers) != 0 {
		t.Errorf("waivers %v, want none", waivers)
	}
	var messages []string
	for _, f := range faults {
		if f.Rule != "W1" || f.Severity != Error {
			t.Errorf("finding %v, want an error of W1", f)
		}
		messages = append(messages, f.Message)
	}
	want := []string{
		"there is no rule NOTHING; chuan explain lists those that there are",
		"findings of W1 cannot be waived: what breaks it cannot work; mend it and take the waiver out",
	}
	if diff := cmp.Diff(want, messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestApply(t *testing.T) {
	findings := []Finding{{Rule: "T3", Severity: Warning}, {Rule: "G3", Severity: Warning}, {Rule: "L3", Severity: Warning}}
	waivers := []Waiver{
		{Rule: "T3", Until: "2027-01-01", Reason: "known"},
		{Rule: "L3", Until: "2026-01-01", Reason: "ended"},
		{Rule: "Q2", Until: "2027-01-01", Reason: "not needed"},
	}
	standing, waived := Apply(findings, waivers, prefix, "2026-11-27")
	var rules []ID
	for _, f := range standing {
		rules = append(rules, f.Rule)
	}
	if diff := cmp.Diff([]ID{"G3", "L3", "W1"}, rules); diff != "" {
		t.Errorf("rules that stand (-want +got):\n%s", diff)
	}
	if len(waived) != 1 || waived[0].Rule != "T3" || waived[0].Waiver.Reason != "known" {
		t.Errorf("waived %v, want T3", waived)
	}
}

func TestUnneeded(t *testing.T) {
	findings := []Finding{{Rule: "T3", Severity: Warning}}
	waivers := []Waiver{
		{Rule: "T3", Until: "2027-01-01", Reason: "needed"},
		{Rule: "L3", Until: "2026-01-01", Reason: "ended, which Apply says"},
		{Rule: "G3", Until: "2027-01-01", Reason: "not checked"},
		{Rule: "Q2", Until: "2027-01-01", Reason: "not needed"},
	}
	unneeded := Unneeded(findings, waivers, prefix, "2026-11-27", func(id ID) bool { return id != "G3" })
	if len(unneeded) != 1 || unneeded[0].Rule != "W1" || unneeded[0].Path != `metadata.annotations["`+prefix+`Q2"]` {
		t.Errorf("findings %v, want one, of the waiver of Q2", unneeded)
	}
}
