package dossier

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// everything is an event in which nothing is empty.
func everything() Data {
	moment := time.Date(2026, time.June, 1, 1, 0, 0, 0, time.UTC)
	return Data{
		Receipt: &Receipt{
			Procedure: "giay-phep", Revision: 1, Digest: "d", Channel: v1alpha1.ChannelPost,
			Applicant: Applicant{Name: "BÍ MẬT", IdentityNumber: "BÍ MẬT", Phone: "BÍ MẬT", Email: "BÍ MẬT", Address: "BÍ MẬT"},
			Agencies:  Agencies{SupportPoint: "a", Receiving: "b", Competent: "c"}, ReturnBy: v1alpha1.ChannelPost, Sets: 2,
		},
		Left:    []string{"main"},
		Entered: []Token{{Branch: "main", Step: "B1", Due: moment, Expires: moment}},
		Forms: procedure.Forms{
			"don": {"ten": "BÍ MẬT", "nganh": "Ăn uống", "anh": "BÍ MẬT.jpg"}, "la": {"gi": "BÍ MẬT"},
			"phieu-tham-dinh": {"ketLuan": "dat", "lyDo": nil},
		},
		Documents: map[v1alpha1.ID]int32{"don": 1}, ActsFor: "an", Reason: "BÍ MẬT",
		Assignment: &Assignment{Step: "B3", Officer: "chi"}, Heading: "cap", Prints: []v1alpha1.PrintForm{"M01"},
		Clock: &Clock{
			State: v1alpha1.ClockStopped, StartedAt: moment, Due: moment, StoppedAt: moment, StoppedQuarters: 3, FinishedAt: moment,
		},
		Ending:      &Ending{Outcome: "cap", Result: v1alpha1.ResultGranted},
		Attachments: []Attachment{{Document: "don", SHA256: "00", Size: 1, MediaType: "a/b", Name: "BÍ MẬT"}, {SHA256: "01", Size: 2, MediaType: "a/b"}},
		Result:      &Result{Outcome: "cap", Book: "GP/2026", Number: 7, Text: "07/GP", Replaces: "06/GP"},
		Extension:   &Extension{By: "5wd", Before: moment, Due: moment, StoppedQuarters: 3},
		Payment:     &Payment{Fee: "le-phi", Amount: 75000, Currency: "VND", Receipt: "1", Method: PaidInCash},
		Place:       "Kho 1", Loan: &Loan{To: "Thanh tra", Until: "2026-07-01"},
		Consultation: &Consultation{Step: "B4", Branch: "main", Agency: "H18.05", Reference: "x"},
		Rebase:       &Rebase{Revision: 2, Digest: "e", Requested: true, Steps: map[v1alpha1.ID]v1alpha1.ID{"B3": "T3"}},
		Disposal:     &Disposal{Minutes: "12/BB", Date: "2047-01-05", Class: "20y"},
	}
}

func TestSplitAndJoin(t *testing.T) {
	p := load(t, "giay-phep")
	for name, data := range map[string]Data{"everything": everything(), "nothing": {}} {
		public, personal := Split(p, data)
		text, err := json.Marshal(public)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "BÍ MẬT") {
			t.Errorf("%s: personal data stay: %s", name, text)
		}
		var read Data
		through(t, public, &read)
		var secret *Personal
		through(t, personal, &secret)
		if diff := cmp.Diff(data, Join(read, secret)); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
		if name == "nothing" && personal != nil {
			t.Errorf("personal data in nothing: %+v", personal)
		}
	}
}

func TestSplitLeavesTheEventAlone(t *testing.T) {
	data := everything()
	public, personal := Split(load(t, "giay-phep"), data)
	Join(public, personal)
	if diff := cmp.Diff(everything(), data); diff != "" {
		t.Errorf("the event changed (-before +after):\n%s", diff)
	}
	if public.Forms["don"]["nganh"] != "Ăn uống" || public.Forms["la"] == nil || len(public.Forms["la"]) != 0 {
		t.Errorf("public forms %v", public.Forms)
	}
}
