package printform_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/dossier/dossiertest"
	. "chuan.dev/chuan/internal/printform"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/procedure/proceduretest"
	"chuan.dev/chuan/internal/statistics"
)

var zone = dossiertest.Calendar().Location()

// day is a time of day in June 2026, of which the first is a Monday.
func day(d, hour int) time.Time { return time.Date(2026, time.June, d, hour, 0, 0, 0, zone).UTC() }

func agency() Agency {
	return Agency{Code: "H18.35.01", Title: "UBND xã Thanh Nưa", Desk: "Trung tâm Phục vụ hành chính công", Phone: "02153000000"}
}

// names knows the officers by their ids. From 2030 on, everybody has another office.
func names(id v1alpha1.ID, at time.Time) (name, position v1alpha1.Title) {
	if at.Year() >= 2030 {
		return "Tên khác", "Chức vụ khác"
	}
	return v1alpha1.Title("Ông/Bà " + string(id)), "Công chức"
}

// printed is a dossier whose forms are printed.
func printed(events []dossier.Event, revisions map[string]*procedure.Procedure) *Case {
	return &Case{
		Agency: agency(), Code: "H18.35.01-260601-0007", Events: events, Officer: names, Zone: zone,
		Procedure: func(digest string) (*procedure.Procedure, bool) {
			p, ok := revisions[digest]
			return p, ok
		},
	}
}

// all is the text of every form that was printed after an event, and of the control slip at every event after it.
func all(t *testing.T, c *Case, after int) map[string]string {
	t.Helper()
	texts := map[string]string{}
	put := func(form v1alpha1.PrintForm, seq int64) {
		sheet, err := c.Sheet(form, seq)
		if err != nil {
			t.Fatalf("%s at event %d: %v", form, seq, err)
		}
		text, err := json.Marshal(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var read Sheet
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		texts[fmt.Sprintf("%s at %d", form, seq)] = string(text)
	}
	for _, p := range Printed(c.Events) {
		if p.Seq > int64(after) {
			put(p.Form, p.Seq)
		}
	}
	for i := range c.Events[after:] {
		put(ControlSlip, int64(after+i+1))
	}
	return texts
}

// TestReproducible leads random dossiers through random procedures: what was printed is printed the same after every event
// that follows.
func TestReproducible(t *testing.T) {
	seen := map[v1alpha1.PrintForm]int{}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 3))
		spec := proceduretest.Draw(r)
		p, findings := procedure.Compile("rut-tham", spec)
		next, more := procedure.Compile("rut-tham", proceduretest.Succeed(r, spec))
		if p == nil || next == nil {
			t.Fatal(findings, more)
		}
		revisions := map[string]*procedure.Procedure{"digest": p, "digest-2": next}
		l := dossiertest.Begin(r, p)
		l.Successor = next
		first, known := map[string]string{}, 0
		for k := range 40 {
			var c dossier.Command = l.Reception()
			if k > 0 {
				l.Pass()
				c = l.Next()
			}
			if k%8 == 7 {
				c = dossier.Extend{Officer: "lanh-dao-0", Version: l.State.Version, By: "1wh", Reason: "Mưa lũ"}
			}
			_, _ = l.Do(c) // What is refused changes nothing.
			if _, err := l.Do(dossier.Expire{}); err != nil {
				t.Fatal(err)
			}
			maps.Copy(first, all(t, printed(l.Events, revisions), known))
			known = len(l.Events)
		}
		for form, now := range all(t, printed(l.Events, revisions), 0) {
			if first[form] != now {
				t.Fatalf("seed %d: %s after event %d (-first +now):\n%s", seed, form, len(l.Events), cmp.Diff(first[form], now))
			}
		}
		for _, print := range Printed(l.Events) {
			seen[print.Form]++
		}
	}
	for _, form := range []v1alpha1.PrintForm{Receipt, Supplement, Refusal, Apology, Discontinuance, ControlSlip} {
		if seen[form] == 0 {
			t.Errorf("%s was never printed: %v", form, seen)
		}
	}
}

// permit is the building permit of the tests of package dossier.
func permit(t *testing.T) *procedure.Procedure {
	t.Helper()
	text, err := os.ReadFile("../dossier/testdata/cap-phep.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var object v1alpha1.QualityProcedure
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		t.Fatal(err)
	}
	p, findings := procedure.Compile(object.Name, &object.Spec)
	if p == nil {
		t.Fatal(findings)
	}
	return p
}

// story is a dossier of the building permit.
type story struct {
	t *testing.T
	*dossiertest.Life
}

func begin(t *testing.T) *story {
	t.Helper()
	s := &story{t, dossiertest.Begin(rand.New(rand.NewPCG(1, 1)), permit(t))}
	s.Now = day(1, 8)
	s.do(dossier.Receive{
		Officer: "mot-cua-0", Revision: 3, Digest: "digest", Channel: "counter", ReturnBy: "post",
		Applicant: dossier.Applicant{Name: "Lò Văn Xôm", Phone: "0912345678", Address: "bản Mớ"},
		Forms: procedure.Forms{"don-de-nghi": {
			"chuDauTu": "Lò Văn Xôm", "soDinhDanh": "011234567890", "dienTich": 84.5, "soTang": 2.0, "lienKe": false, "diTich": false,
		}},
		Documents: map[v1alpha1.ID]int32{"ban-ve": 1},
	})
	return s
}

func (s *story) do(c dossier.Command) {
	s.t.Helper()
	if _, err := s.Do(c); err != nil {
		s.t.Fatalf("%+v: %v", c, err)
	}
}

func (s *story) act(at time.Time, officer, action v1alpha1.ID, change ...func(*dossier.Act)) *story {
	s.t.Helper()
	s.Now = at
	c := dossier.Act{Officer: officer, Version: s.State.Version, Action: action, Reason: "Theo quy định"}
	for _, f := range change {
		f(&c)
	}
	s.do(c)
	return s
}

func (s *story) sheet(form v1alpha1.PrintForm, seq int64) Sheet {
	s.t.Helper()
	sheet, err := printed(s.Events, map[string]*procedure.Procedure{"digest": s.Procedure}).Sheet(form, seq)
	if err != nil {
		s.t.Fatal(err)
	}
	return sheet
}

// last is the last event that printed a form.
func (s *story) last(form v1alpha1.PrintForm) int64 {
	s.t.Helper()
	for _, print := range slices.Backward(Printed(s.Events)) {
		if print.Form == form {
			return print.Seq
		}
	}
	s.t.Fatalf("%s was not printed", form)
	return 0
}

func TestSupplementAndReceipt(t *testing.T) {
	s := begin(t).act(day(1, 9), "mot-cua-0", "yeu-cau-bo-sung")
	sheet := s.sheet(Supplement, s.last(Supplement))
	want := &SupplementPart{
		Missing: []Component{{No: 1, ID: "ban-ve", Title: "Bản vẽ thiết kế", Kind: "original", Copies: 1}},
		Reason:  "Theo quy định", Until: s.State.Tokens[0].Expires, Times: 1,
	}
	if diff := cmp.Diff(want, sheet.Supplement); diff != "" || sheet.Number != "H18.35.01-260601-0007/HDHS" {
		t.Errorf("M02 %s (-want +got):\n%s", sheet.Number, diff)
	}
	s.act(day(2, 9), "mot-cua-1", "nop-lai", func(c *dossier.Act) { c.Documents = map[v1alpha1.ID]int32{"ban-ve": 2} }).
		act(day(2, 10), "mot-cua-1", "tiep-nhan")
	sheet = s.sheet(Receipt, s.last(Receipt))
	wantReceipt := &ReceiptPart{
		Serial: "0007", Sets: 1, Limit: "15d", ReturnBy: "post", Components: []Component{
			{No: 1, ID: "don", Title: "Đơn đề nghị", Kind: "original", Copies: 1},
			{No: 2, ID: "ban-ve", Title: "Bản vẽ thiết kế", Kind: "original", Copies: 2},
		},
	}
	if diff := cmp.Diff(wantReceipt, sheet.Receipt); diff != "" {
		t.Errorf("M01 (-want +got):\n%s", diff)
	}
	// Fifteen days after the second of June is the seventeenth, a Wednesday.
	if !sheet.ReceivedAt.Equal(day(1, 8)) || !sheet.AcceptedAt.Equal(day(2, 10)) || !sheet.Due.Equal(day(17, 17).Add(30*time.Minute)) {
		t.Errorf("received %v, accepted %v, due %v", sheet.ReceivedAt, sheet.AcceptedAt, sheet.Due)
	}
	if by := sheet.By; by == nil || by.ID != "mot-cua-1" || by.Name != "Ông/Bà mot-cua-1" || by.Role != "Công chức Một cửa" {
		t.Errorf("printed by %+v", by)
	}
	if sheet.Applicant.Name != "Lò Văn Xôm" || sheet.Procedure != (Procedure{Code: "QT-XD-07", Title: s.Procedure.Spec.Title, Revision: 3}) {
		t.Errorf("head %+v", sheet)
	}
}

func TestRefusalAndDiscontinuance(t *testing.T) {
	s := begin(t).act(day(1, 9), "mot-cua-0", "tu-choi")
	sheet := s.sheet(Refusal, s.last(Refusal))
	if r := sheet.Refusal; r == nil || r.Reason != "Theo quy định" || len(r.Missing) != 1 || !sheet.Due.IsZero() {
		t.Errorf("M03 %+v", sheet)
	}
	s = begin(t).act(day(1, 9), "mot-cua-0", "tiep-nhan", func(c *dossier.Act) { c.Documents = map[v1alpha1.ID]int32{"ban-ve": 2} })
	s.act(day(1, 10), "lanh-dao-phong-0", "phan-cong", func(c *dossier.Act) { c.Assignee = "thu-ly-1" })
	s.act(day(1, 14), "thu-ly-1", "bo-sung")
	s.Now = day(1, 14).AddDate(0, 3, 0)
	s.do(dossier.Expire{})
	sheet = s.sheet(Discontinuance, s.last(Discontinuance))
	want := &DiscontinuancePart{
		Stages:  []Stage{{Step: Step{ID: "CHO-BO-SUNG", Title: "Chờ bổ sung", Role: "Công chức Một cửa"}, Since: day(1, 14)}},
		Outcome: "Dừng giải quyết",
	}
	if diff := cmp.Diff(want, sheet.Discontinuance); diff != "" || sheet.By != nil {
		t.Errorf("M05 by %v (-want +got):\n%s", sheet.By, diff)
	}
}

func TestControlSlip(t *testing.T) {
	s := begin(t).act(day(1, 9), "mot-cua-0", "tiep-nhan", func(c *dossier.Act) { c.Documents = map[v1alpha1.ID]int32{"ban-ve": 2} })
	s.act(day(1, 10), "lanh-dao-phong-0", "phan-cong", func(c *dossier.Act) { c.Assignee = "thu-ly-1" })
	atAssignment := int64(len(s.Events))
	conclusion := func(c *dossier.Act) {
		c.Forms = procedure.Forms{"phieu-tham-dinh": {"ketLuan": "dat"}}
	}
	s.act(day(8, 10), "thu-ly-1", "du-dieu-kien", conclusion)

	type line struct {
		Step, Giver, Taker v1alpha1.ID
		Result             statistics.Punctuality
		Left               bool
	}
	lines := func(seq int64) []line {
		var all []line
		for i, h := range s.sheet(ControlSlip, seq).ControlSlip.HandOvers {
			if h.No != i+1 {
				t.Errorf("line %d is numbered %d", i+1, h.No)
			}
			l := line{Step: h.Step.ID, Result: h.Result, Left: !h.LeftAt.IsZero()}
			if h.Giver != nil {
				l.Giver = h.Giver.ID
			}
			if h.Taker != nil {
				l.Taker = h.Taker.ID
			}
			all = append(all, l)
		}
		return all
	}
	want := []line{
		{Step: "B1", Taker: "mot-cua-0", Result: statistics.OnTime, Left: true},
		{Step: "B2", Giver: "mot-cua-0", Taker: "lanh-dao-phong-0", Result: statistics.OnTime, Left: true},
		{Step: "B3", Giver: "lanh-dao-phong-0", Taker: "thu-ly-1"},
	}
	if diff := cmp.Diff(want, lines(atAssignment)); diff != "" {
		t.Errorf("M06 at the assignment (-want +got):\n%s", diff)
	}
	// The step was late. Of the branches behind it, the question to the other agency was left out.
	want[2].Left, want[2].Result = true, statistics.Late
	want = append(want, line{Step: "B4A", Giver: "thu-ly-1"})
	if diff := cmp.Diff(want, lines(int64(len(s.Events)))); diff != "" {
		t.Errorf("M06 at the end (-want +got):\n%s", diff)
	}
}

func TestApology(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for {
		spec := proceduretest.Draw(r)
		if spec.Deadline.Extension == nil || spec.Deadline.Extension.Times < 2 {
			continue
		}
		p, _ := procedure.Compile("rut-tham", spec)
		s := &story{t, dossiertest.Begin(r, p)}
		reception := s.Reception()
		reception.Officer = "mot-cua-0"
		s.do(reception)
		s.do(s.Complete(s.State.Tokens[0], "mot-cua-0", "nhan"))
		if s.State.Clock.State != v1alpha1.ClockRunning {
			continue
		}
		first := s.State.Clock.Due
		s.do(dossier.Extend{Officer: "lanh-dao-0", Version: s.State.Version, By: "1wh", Reason: "Chờ kết quả đo đạc"})
		second := s.State.Clock.Due
		s.do(dossier.Extend{Officer: "lanh-dao-0", Version: s.State.Version, By: "2wh", Reason: "Mưa lũ"})
		sheet := s.sheet(Apology, s.last(Apology))
		want := &ApologyPart{
			Reason: "Mưa lũ", Delay: Delay{At: s.State.ChangedAt, By: "2wh", Before: second, Due: s.State.Clock.Due},
			History: []Delay{{At: s.State.ChangedAt, By: "1wh", Before: first, Due: second}},
		}
		if diff := cmp.Diff(want, sheet.Apology); diff != "" || !strings.HasSuffix(sheet.Number, "/PXL") {
			t.Errorf("M04 %s (-want +got):\n%s", sheet.Number, diff)
		}
		return
	}
}

func TestNotPrinted(t *testing.T) {
	s := begin(t)
	c := printed(s.Events, map[string]*procedure.Procedure{"digest": s.Procedure})
	for _, form := range []v1alpha1.PrintForm{Receipt, Register, "M09"} {
		if _, err := c.Sheet(form, 1); !errors.Is(err, ErrNotPrinted) {
			t.Errorf("%s: %v", form, err)
		}
	}
	if _, err := c.Sheet(ControlSlip, 2); err == nil {
		t.Error("a form at an event that is not there")
	}
	if _, err := printed(s.Events, nil).Sheet(ControlSlip, 1); err == nil {
		t.Error("a form without the revision")
	}
}
