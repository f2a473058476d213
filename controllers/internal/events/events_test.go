package events_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/controllers/internal/events"
)

func condition(conditionType string, status metav1.ConditionStatus, reason string) metav1.Condition {
	return metav1.Condition{Type: conditionType, Status: status, Reason: reason, Message: "because " + reason}
}

func TestBetween(t *testing.T) {
	var (
		ready       = []metav1.Condition{condition("Ready", "True", "Succeeded")}
		progressing = []metav1.Condition{condition("Ready", "False", "Progressing"), condition("Reconciling", "True", "Progressing")}
		missing     = []metav1.Condition{condition("Ready", "False", "ProcedureNotFound"), condition("Reconciling", "True", "ProcedureNotFound")}
		stalled     = []metav1.Condition{condition("Ready", "False", "ParentCycle"), condition("Stalled", "True", "ParentCycle")}
		failing     = []metav1.Condition{condition("Ready", "Unknown", "TransientError"), condition("Reconciling", "True", "TransientError")}
		suspended   = []metav1.Condition{condition("Ready", "Unknown", "Suspended")}
	)
	event := func(eventType, reason string) []events.Event {
		return []events.Event{{Type: eventType, Reason: reason, Note: "because " + reason}}
	}
	tests := map[string]struct {
		before, after []metav1.Condition
		want          []events.Event
	}{
		"first progress is silent":        {nil, progressing, nil},
		"becomes ready":                   {progressing, ready, event("Normal", "Succeeded")},
		"stays ready":                     {ready, ready, nil},
		"ready at once":                   {nil, ready, event("Normal", "Succeeded")},
		"progresses again":                {ready, progressing, nil},
		"something is missing":            {nil, missing, event("Warning", "ProcedureNotFound")},
		"something else is missing":       {missing, missing, nil},
		"stalls, told once":               {missing, stalled, event("Warning", "ParentCycle")},
		"stays stalled":                   {stalled, stalled, nil},
		"recovers":                        {stalled, ready, event("Normal", "Succeeded")},
		"a call fails":                    {ready, failing, event("Warning", "TransientError")},
		"the call keeps failing":          {failing, failing, nil},
		"suspended":                       {ready, suspended, event("Normal", "Suspended")},
		"nothing is known on either side": {nil, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, events.Between(test.before, test.after)); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoteFitsTheAPI(t *testing.T) {
	long := condition("Ready", "False", "RoleVacant")
	long.Message = strings.Repeat("ế", 999)
	note := events.Between(nil, []metav1.Condition{long})[0].Note
	if len(note) > 1024 {
		t.Errorf("the note has %d bytes, the API accepts 1024", len(note))
	}
	if !utf8.ValidString(note) || !strings.HasSuffix(note, "ế…") {
		t.Errorf("the note is not cut at a character: %q", note[len(note)-8:])
	}
}
