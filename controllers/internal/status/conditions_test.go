package status_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/status"
)

var (
	monday  = time.Date(2026, 3, 2, 8, 0, 0, 123456789, time.UTC)
	tuesday = monday.AddDate(0, 0, 1)
)

func TestSetterMovesTransitionTimeWithStatusOnly(t *testing.T) {
	agency := &v1alpha1.Agency{}
	fields := status.OfAgency(agency)

	status.NewSetter(fields, 1, monday).False("RolesStaffed", "RoleVacant", "nobody holds van-thu")
	status.NewSetter(fields, 2, tuesday).False("RolesStaffed", "RoleVacant", "nobody holds lanh-dao")
	want := metav1.Condition{
		Type: "RolesStaffed", Status: metav1.ConditionFalse, ObservedGeneration: 2,
		LastTransitionTime: metav1.NewTime(monday.Truncate(time.Second)),
		Reason:             "RoleVacant", Message: "nobody holds lanh-dao",
	}
	if diff := cmp.Diff([]metav1.Condition{want}, agency.Status.Conditions); diff != "" {
		t.Errorf("after a change of message (-want +got):\n%s", diff)
	}

	status.NewSetter(fields, 2, tuesday).True("RolesStaffed", "Staffed", "")
	want.Status, want.Reason, want.Message = metav1.ConditionTrue, "Staffed", ""
	want.LastTransitionTime = metav1.NewTime(tuesday.Truncate(time.Second))
	if diff := cmp.Diff([]metav1.Condition{want}, agency.Status.Conditions); diff != "" {
		t.Errorf("after a change of status (-want +got):\n%s", diff)
	}
}

func TestSetterSortsTrioFirst(t *testing.T) {
	agency := &v1alpha1.Agency{}
	set := status.NewSetter(status.OfAgency(agency), 1, monday)
	for _, conditionType := range []string{"WorkflowAvailable", "Stalled", "Accepted", "Ready", "Reconciling"} {
		set.True(conditionType, "Reason", "")
	}
	var got []string
	for _, condition := range agency.Status.Conditions {
		got = append(got, condition.Type)
	}
	want := []string{"Ready", "Reconciling", "Stalled", "Accepted", "WorkflowAvailable"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestSummarize(t *testing.T) {
	type trio map[string]string
	tests := map[string]struct {
		outcome  status.Outcome
		want     trio
		observed bool
	}{
		"succeeded": {status.Succeeded("all is well"), trio{"Ready": "True Succeeded"}, true},
		"waiting": {
			status.Waiting("NotAvailable", "0 of 1 replicas"),
			trio{"Ready": "False NotAvailable", "Reconciling": "True NotAvailable"},
			true,
		},
		"failing": {
			status.Failing("connection refused"),
			trio{"Ready": "Unknown TransientError", "Reconciling": "True TransientError"},
			false,
		},
		"stalled": {
			status.Stalled("ParentCycle", "a names b, b names a"),
			trio{"Ready": "False ParentCycle", "Stalled": "True ParentCycle"},
			true,
		},
		"suspended":      {status.Suspended(), trio{"Ready": "Unknown Suspended"}, true},
		"nothing to say": {status.Outcome{}, trio{"Ready": "False Before", "Reconciling": "True Before", "Stalled": "True Before"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			plan := &v1alpha1.AuditPlan{}
			set := status.NewSetter(status.OfAuditPlan(plan), 1, monday)
			set.False("Ready", "Before", "before")
			set.True("Reconciling", "Before", "before")
			set.True("Stalled", "Before", "before")
			set.Summarize(test.outcome)
			got := trio{}
			for _, condition := range plan.Status.Conditions {
				got[condition.Type] = string(condition.Status) + " " + condition.Reason
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("conditions (-want +got):\n%s", diff)
			}
			if test.outcome.Observed() != test.observed {
				t.Errorf("Observed() = %t, want %t", test.outcome.Observed(), test.observed)
			}
		})
	}
}

func TestMessage(t *testing.T) {
	if got := status.Message("Tết Nguyên đán"); got != "Tết Nguyên đán" {
		t.Errorf("a short message was changed: %q", got)
	}
	got := status.Message(strings.Repeat("ế", status.MaxMessage+1))
	if count := utf8.RuneCountInString(got); count != status.MaxMessage {
		t.Errorf("a long message has %d characters, want %d", count, status.MaxMessage)
	}
	if !strings.HasSuffix(got, "ế…") {
		t.Errorf("a cut message does not say so: %q", got[len(got)-10:])
	}
}

func TestList(t *testing.T) {
	tests := map[string]struct {
		names []string
		limit int
		want  string
	}{
		"none":      {nil, 3, ""},
		"sorted":    {[]string{"b", "a"}, 3, "a, b"},
		"repeated":  {[]string{"b", "a", "b"}, 2, "a, b"},
		"cut":       {[]string{"d", "c", "b", "a"}, 2, "a, b and 2 more"},
		"just fits": {[]string{"c", "b", "a"}, 3, "a, b, c"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := status.List(test.names, test.limit); got != test.want {
				t.Errorf("List(%q, %d) = %q, want %q", test.names, test.limit, got, test.want)
			}
		})
	}
}
