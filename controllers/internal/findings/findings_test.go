package findings_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

var today = calendar.NewDay(2026, time.November, 27)

func found(id rule.ID, severity rule.Severity, path string) rule.Finding {
	return rule.Finding{Rule: id, Severity: severity, Path: path, Message: "it is so"}
}

func waivers(values map[rule.ID]string) findings.Waivers {
	annotations := map[string]string{"note": "2020-01-01: none of ours"}
	for id, value := range values {
		annotations[v1alpha1.AnnotationWaivePrefix+string(id)] = value
	}
	return findings.WaiversOf(annotations, today)
}

func rules(found []rule.Finding) (ids []rule.ID) {
	for _, f := range found {
		ids = append(ids, f.Rule)
	}
	return ids
}

// waivable are two warnings of the catalogue, whatever they are.
func waivable(t *testing.T) (a, b rule.ID) {
	t.Helper()
	var ids []rule.ID
	for _, r := range rule.All() {
		if r.Severity == rule.Warning {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) < 2 {
		t.Fatalf("the catalogue has the warnings %v, want two", ids)
	}
	return ids[0], ids[1]
}

func TestStanding(t *testing.T) {
	a, b := waivable(t)
	all := []rule.Finding{
		found("G2", rule.Error, "spec.a"), found(a, rule.Warning, "spec.b"), found("G2", rule.Error, "spec.a"), found(b, rule.Warning, "spec.c"),
	}
	tests := map[string]struct {
		waivers map[rule.ID]string
		want    []rule.ID
		faults  int
		ends    string
	}{
		"no waiver, each finding once": {want: []rule.ID{"G2", a, b}},
		"waived": {
			waivers: map[rule.ID]string{a: "2026-11-27: known"}, want: []rule.ID{"G2", b}, ends: "2026-11-28",
		},
		"two, of which one ends first": {
			waivers: map[rule.ID]string{a: "2027-03-31: known", b: "2026-12-31: known"}, want: []rule.ID{"G2"}, ends: "2027-01-01",
		},
		"one that has ended": {
			waivers: map[rule.ID]string{a: "2026-11-26: known"}, want: []rule.ID{"G2", a, b, "W1"},
		},
		"one that makes no sense": {
			waivers: map[rule.ID]string{a: "for ever"}, want: []rule.ID{"G2", a, b}, faults: 1,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := waivers(tt.waivers)
			if diff := cmp.Diff(tt.want, rules(w.Standing(all))); diff != "" {
				t.Errorf("findings that stand (-want +got):\n%s", diff)
			}
			if len(w.Faults()) != tt.faults {
				t.Errorf("faults of the waivers %v, want %d", w.Faults(), tt.faults)
			}
			if got, want := w.Waive(a), !slices.Contains(tt.want, a); got != want {
				t.Errorf("%s is waived: %t, want %t", a, got, want)
			}
			day, ok := w.Ends()
			if ok != (tt.ends != "") || ok && day.String() != tt.ends {
				t.Errorf("the next waiver has ended on %s (%t), want %q", day, ok, tt.ends)
			}
		})
	}
	if standing := waivers(map[rule.ID]string{a: "2027-01-01: known"}).Standing(nil); len(standing) != 0 {
		t.Errorf("a waiver that is not needed gives %v; the linter says so, which sees all", standing)
	}
}

func TestViolated(t *testing.T) {
	one, two := found("T2", rule.Error, ""), found("G2", rule.Error, "spec.steps[1]")
	tests := map[string]struct {
		found []rule.Finding
		want  string
	}{
		"one":     {[]rule.Finding{one}, "T2: it is so"},
		"several": {[]rule.Finding{one, two}, "G2, T2: 2 findings: T2: it is so; G2 spec.steps[1]: it is so"},
		"more than are spelled out": {
			[]rule.Finding{one, one, one, two, two},
			"G2, T2: 5 findings: T2: it is so; T2: it is so; T2: it is so; and 2 more: chuan lint shows all",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := findings.Violated(tt.found); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNoted(t *testing.T) {
	a, b := found("T3", rule.Warning, "spec.a"), found("G5", rule.Warning, "spec.b")
	for want, warnings := range map[string][]rule.Finding{
		"all is well": nil,
		"all is well; 1 warning: T3: chuan lint shows it":        {a},
		"all is well; 3 warnings: G5, T3: chuan lint shows them": {a, b, a},
	} {
		if got := findings.Noted("all is well", warnings); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOf(t *testing.T) {
	all := []rule.Finding{found("T3", rule.Warning, ""), found("T2", rule.Error, ""), found("L2", rule.Error, "")}
	onTime := func(id rule.ID) bool { return id[0] == 'T' }
	if diff := cmp.Diff([]rule.ID{"T3", "T2"}, rules(findings.Of(all, onTime))); diff != "" {
		t.Errorf("findings on time (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]rule.ID{"T3"}, rules(findings.Warnings(all))); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]rule.ID{"T2", "L2"}, rules(findings.Errors(all))); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}
