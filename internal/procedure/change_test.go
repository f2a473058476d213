package procedure

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestCompare(t *testing.T) {
	yes := true
	for name, tt := range map[string]struct {
		change  func(*spec)
		kind    ChangeKind
		path    string
		message string
	}{
		"a title":             {func(s *spec) { s.Title = "Khác" }, Editorial, "spec.title", "title of the procedure: other words"},
		"a step's title":      {func(s *spec) { stepOf(s, "B2").Title = "Khác" }, Editorial, "spec.steps[2].title", "step B2, title"},
		"a legal basis":       {func(s *spec) { s.LegalBasis = s.LegalBasis[1:] }, Editorial, "spec.legalBasis[0]", "legal basis"},
		"a longer limit":      {func(s *spec) { s.Deadline.Limit = "20d" }, Loosening, "spec.deadline.limit", "statutory limit: 15d becomes 20d"},
		"a shorter limit":     {func(s *spec) { s.Deadline.Limit = "10d" }, Tightening, "spec.deadline.limit", "15d becomes 10d"},
		"a limit in wd":       {func(s *spec) { s.Deadline.Limit = "10wd" }, Tightening, "spec.deadline.limit", "15d becomes 10wd"},
		"a longer limit, wd":  {func(s *spec) { s.Deadline.Limit = "15wd" }, Loosening, "spec.deadline.limit", "15d becomes 15wd"},
		"a cut-off":           {func(s *spec) { s.Deadline.ReceiptCutoff = "14:00" }, Loosening, "spec.deadline.receiptCutoff", ""},
		"no extension":        {func(s *spec) { s.Deadline.Extension = nil }, Tightening, "spec.deadline.extension", "is taken out"},
		"less time of a step": {func(s *spec) { stepOf(s, "B2").Time = "1wh" }, Tightening, "spec.steps[2].time", "step B2, time"},
		"a document more": {
			func(s *spec) { s.Documents = append(s.Documents, v1alpha1.RequiredDocument{ID: "moi"}) },
			Loosening, "spec.documents[4]", "document moi is added",
		},
		"a fee more": {func(s *spec) { *s.Fees[0].Amount++ }, Loosening, "spec.fees[0].amount", "fee le-phi, amount"},
		"a record less": {
			func(s *spec) { s.Records = s.Records[:1] }, Loosening, "spec.records[1]", "is taken out",
		},
		"shorter retention": {func(s *spec) { s.Records[0].Retention = "20y" }, Loosening, "spec.records[0].retention", "permanent becomes 20y"},
		"a higher target":   {func(s *spec) { s.Objectives[0].Target = ">= 99%" }, Tightening, "spec.objectives[0].target", ""},
		"a separation": {
			func(s *spec) { s.Roles[0].SeparateFrom = []v1alpha1.ID{"van-thu"} }, Tightening, "spec.roles[0].separateFrom[0]", "separate from",
		},
		"a seal":            {func(s *spec) { stepOf(s, "B6").Seal = &yes }, Tightening, "spec.steps[9].seal", "false becomes true"},
		"returns unlimited": {func(s *spec) { stepOf(s, "B6").Actions[1].MaxTimes = 0 }, Loosening, "spec.steps[9].actions[1].maxTimes", "is taken out"},
		"another target":    {func(s *spec) { stepOf(s, "B6").Actions[1].To = "B2" }, Structural, "spec.steps[9].actions[1].to", "leads to"},
		"a step less":       {func(s *spec) { s.Steps = s.Steps[:12] }, Structural, "spec.steps[12]", "step B9 is taken out"},
		"another role":      {func(s *spec) { stepOf(s, "B8").Role = "mot-cua" }, Structural, "spec.steps[11].role", ""},
		"an outcome more": {
			func(s *spec) { s.Outcomes = append(s.Outcomes, v1alpha1.Outcome{ID: "khac"}) }, Structural, "spec.outcomes[6]", "outcome khac is added",
		},
		"another order":         {func(s *spec) { slices.Reverse(s.Roles) }, Editorial, "spec", "another order"},
		"a reissue":             {func(s *spec) { s.Issue.Decision.Number = "9/QĐ-UBND" }, Editorial, "spec.issue", ""},
		"a transition":          {func(s *spec) { s.Transition = nil }, Editorial, "spec.transition", ""},
		"asked of an officer":   {func(s *spec) { s.Forms[1].Fields[0].Required = nil }, Loosening, "spec.forms[1].fields[0].required", ""},
		"asked of an applicant": {func(s *spec) { s.Forms[0].Fields[0].Required = nil }, Tightening, "spec.forms[0].fields[0].required", ""},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := &buildingPermit(t).Spec, &buildingPermit(t).Spec
			tt.change(after)
			got := Compare(before, after)
			if len(got.Differences) != 1 || got.Kind != tt.kind {
				t.Fatalf("change %+v, want one difference, %s", got, tt.kind)
			}
			if d := got.Differences[0]; d.Path != tt.path || !strings.Contains(d.Message, tt.message) || d.MessageVi == "" || d.MessageVi == d.Message {
				t.Errorf("difference %+v, want %s: … %s …", d, tt.path, tt.message)
			}
		})
	}
}

// TestCompareOfEveryField spoils each value of a text in turn: it is seen, and seen backwards as the opposite.
func TestCompareOfEveryField(t *testing.T) {
	source := buildingPermit(t)
	if same := Compare(&source.Spec, source.Spec.DeepCopy()); same.Kind != Unchanged || len(same.Differences) > 0 {
		t.Fatalf("a text differs from itself: %+v", same)
	}
	encoded, err := json.Marshal(source.Spec)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for n := 0; ; n++ {
		var tree any
		if err := json.Unmarshal(encoded, &tree); err != nil {
			t.Fatal(err)
		}
		left := n
		path, spoilt := spoil(tree, "spec", &left)
		if !spoilt {
			break
		}
		text, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		var after spec
		if err := json.Unmarshal(text, &after); err != nil {
			continue // not a value of this type
		}
		if path == "spec.suspend" || strings.HasPrefix(path, "spec.issue.") {
			continue
		}
		seen++
		forth, back := Compare(&source.Spec, &after), Compare(&after, &source.Spec)
		if forth.Kind == Unchanged || forth.Differences[0].Path == "spec" {
			t.Errorf("%s: the change is not seen: %+v", path, forth)
		}
		if diff := cmp.Diff(kindsOf(forth, false), kindsOf(back, true)); diff != "" {
			t.Errorf("%s: kinds forth and back (-forth +back reversed):\n%s", path, diff)
		}
	}
	if seen < 300 {
		t.Errorf("%d values were spoilt, want every one of the building permit", seen)
	}
}

func kindsOf(change Change, reversed bool) map[string]int {
	kinds := map[string]int{}
	for _, d := range change.Differences {
		kind := d.Kind
		if reversed {
			kind = kind.Reversed()
		}
		kinds[string(kind)]++
	}
	return kinds
}

// spoil changes the nth value of a tree and returns its path.
func spoil(node any, path string, n *int) (string, bool) {
	replace := func(value any, set func(any), path string) (string, bool) {
		var other any
		switch v := value.(type) {
		case string:
			other = v + "x"
			if strings.HasSuffix(v, "wh") || strings.HasSuffix(v, "wd") {
				other = "9" + v
			}
		case float64:
			other = v + 1
		case bool:
			other = !v
		default:
			return spoil(value, path, n)
		}
		if *n > 0 {
			*n--
			return "", false
		}
		set(other)
		return path, true
	}
	switch v := node.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if at, done := replace(v[name], func(o any) { v[name] = o }, path+"."+name); done {
				return at, true
			}
		}
	case []any:
		for i := range v {
			if at, done := replace(v[i], func(o any) { v[i] = o }, fmt.Sprintf("%s[%d]", path, i)); done {
				return at, true
			}
		}
	}
	return "", false
}
