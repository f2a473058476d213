package procedure

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

func overridesOf(t *testing.T, text string) *v1alpha1.ProcedureOverrides {
	t.Helper()
	var o v1alpha1.ProcedureOverrides
	if err := yaml.UnmarshalStrict([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return &o
}

func TestOverlay(t *testing.T) {
	framework := buildingPermit(t).Spec
	before := framework.DeepCopy()
	text, findings := Overlay(&framework, overridesOf(t, `
limit: 12d
roles: [{id: thu-ly, title: Công chức địa chính, minHolders: 2}]
steps:
- {id: B3, time: 1.5wd, forms: [bm-rieng], notify: [sms]}
- {id: B4B, agency: so-vhttdl}
forms: [{id: bm-rieng, title: Phiếu riêng, fields: [{name: a, title: A, type: string}]}]
records: [{id: so-rieng, title: Sổ riêng, keeps: [forms], keeper: van-thu, retention: 10y}]
objectives: [{id: dung-han, target: ">= 99%"}]
`))
	if len(findings) > 0 {
		t.Fatalf("findings %v, want none", findings)
	}
	if diff := cmp.Diff(before, &framework); diff != "" {
		t.Errorf("the framework changed:\n%s", diff)
	}
	want := framework.DeepCopy()
	want.Deadline.Limit = "12d"
	for i := range want.Roles {
		if want.Roles[i].ID == "thu-ly" {
			want.Roles[i].Title, want.Roles[i].MinHolders = "Công chức địa chính", 2
		}
	}
	for i := range want.Steps {
		switch want.Steps[i].ID {
		case "B3":
			want.Steps[i].Time, want.Steps[i].Notify = "1.5wd", []string{"sms"}
			want.Steps[i].Forms = append(want.Steps[i].Forms, "bm-rieng")
		case "B4B":
			want.Steps[i].Agency = &v1alpha1.ConsultedAgency{Name: "so-vhttdl"}
		}
	}
	want.Forms = append(want.Forms, v1alpha1.Form{
		ID: "bm-rieng", Title: "Phiếu riêng", Fields: []v1alpha1.FormField{{Name: "a", Title: "A", Type: "string"}},
	})
	want.Records = append(want.Records, v1alpha1.QualityRecord{
		ID: "so-rieng", Title: "Sổ riêng", Keeps: []v1alpha1.ID{"forms"}, Keeper: "van-thu", Retention: "10y",
	})
	want.Objectives[0].Target = ">= 99%"
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

func TestOverlayRefusesWhatLoosens(t *testing.T) {
	framework := buildingPermit(t).Spec
	tests := []struct{ overrides, path, message, messageVi string }{
		{
			"limit: 16d", "limit", "limit 16d is longer than the framework's 15d; an agency may shorten it, not lengthen it",
			"thời hạn 16d dài hơn mức 15d của quy trình khung; cơ quan chỉ được rút ngắn",
		},
		{
			"limit: 7wd", "limit", "limit 7wd may be longer than the framework's 15d on some day, for their units differ; write it in d",
			"thời hạn 7wd có ngày dài hơn mức 15d của quy trình khung vì khác đơn vị; hãy ghi theo đơn vị d",
		},
		{
			"steps: [{id: B3, time: 3wd}]", "steps[0].time",
			"time 3wd is longer than the framework's 2wd; an agency may shorten it, not lengthen it",
			"thời gian 3wd dài hơn mức 2wd của quy trình khung; cơ quan chỉ được rút ngắn",
		},
		{
			"steps: [{id: B3, time: 12wh}]", "steps[0].time",
			"time 12wh may be longer than the framework's 2wd on some day, for their units differ; write it in wd",
			"thời gian 12wh có ngày dài hơn mức 2wd của quy trình khung vì khác đơn vị; hãy ghi theo đơn vị wd",
		},
		{
			"steps: [{id: B3, time: hai}]", "steps[0].time",
			`time "hai" is no length of time that can be held against the framework's "2wd"; write it as 4wh, 2wd or 15d`,
			`thời gian "hai" không so được với mức "2wd" của quy trình khung; ghi như 4wh, 2wd hoặc 15d`,
		},
		{
			"steps: [{id: B33, time: 1wd}]", "steps[0].id", "the framework has no step B33; name one of its steps",
			"quy trình khung không có bước B33; hãy ghi bước có trong đó",
		},
		{
			"steps: [{id: B3, agency: so-x}]", "steps[0].agency", "step B3 asks no other agency; take this out",
			"bước B3 không hỏi cơ quan khác; hãy bỏ mục này",
		},
		{
			"steps: [{id: B4B, agency: so-x}, {id: B4B, agency: so-y}]", "steps[1].agency",
			"step B4B asks so-x by the framework's own word, and cannot ask so-y instead; take this out",
			"bước B4B hỏi so-x theo quy trình khung, không thể đổi sang so-y; hãy bỏ mục này",
		},
		{
			"steps: [{id: B3, forms: [phieu-tham-dinh]}]", "steps[0].forms[0]",
			"the form phieu-tham-dinh is not among those that these overrides add; add it to forms, or take it out",
			"biểu mẫu phieu-tham-dinh không nằm trong các biểu mẫu bổ sung tại đây; thêm vào forms hoặc bỏ đi",
		},
		{
			"steps: [{id: B9, notify: [email, sms]}]", "steps[0].notify[1]", "step B9 tells the applicant by sms already; take it out",
			"bước B9 đã báo cho người nộp qua sms; hãy bỏ đi",
		},
		{
			"roles: [{id: bao-ve, title: Bảo vệ}]", "roles[0].id", "the framework has no role bao-ve; name one of its roles",
			"quy trình khung không có vai trò bao-ve; hãy ghi vai trò có trong đó",
		},
		{
			"roles: [{id: van-thu, minHolders: 3}, {id: van-thu, minHolders: 2}]", "roles[1].minHolders",
			"minHolders 2 of the role van-thu is fewer than the framework's 3; ask for 3 or more",
			"minHolders 2 của vai trò van-thu ít hơn mức 3 của quy trình khung; cần từ 3 người trở lên",
		},
		{
			"forms: [{id: don-de-nghi, title: Đơn, fields: [{name: a, title: A, type: string}]}]", "forms[0].id",
			"there is a form don-de-nghi already; a form of the agency's own needs an id of its own",
			"đã có biểu mẫu don-de-nghi; biểu mẫu riêng của cơ quan cần mã riêng",
		},
		{
			"records: [{id: ho-so, title: Hồ sơ, keeps: [forms], keeper: van-thu, retention: 10y}]", "records[0].id",
			"there is a record ho-so already; a record of the agency's own needs an id of its own",
			"đã có hồ sơ lưu ho-so; hồ sơ lưu riêng của cơ quan cần mã riêng",
		},
		{
			`objectives: [{id: dung-han, target: ">= 97.5%"}]`, "objectives[0].target",
			`the target ">= 97.5%" is lower than the framework's ">= 98%"; keep it or set a stricter one`,
			`chỉ tiêu ">= 97.5%" thấp hơn chỉ tiêu ">= 98%" của quy trình khung; hãy giữ nguyên hoặc đặt chặt hơn`,
		},
		{
			`objectives: [{id: bo-sung, target: "<= 6%"}]`, "objectives[0].target",
			`the target "<= 6%" is lower than the framework's "<= 5%"; keep it or set a stricter one`,
			`chỉ tiêu "<= 6%" thấp hơn chỉ tiêu "<= 5%" của quy trình khung; hãy giữ nguyên hoặc đặt chặt hơn`,
		},
		{
			`objectives: [{id: bo-sung, target: ">= 5%"}]`, "objectives[0].target",
			`the target ">= 5%" cannot be held against the framework's "<= 5%"; write it with the same sign and unit`,
			`chỉ tiêu ">= 5%" không so được với chỉ tiêu "<= 5%" của quy trình khung; hãy ghi cùng dấu và cùng đơn vị`,
		},
		{
			`objectives: [{id: nhanh, target: ">= 5%"}]`, "objectives[0].id", "the framework has no objective nhanh; name one of its objectives",
			"quy trình khung không có mục tiêu nhanh; hãy ghi mục tiêu có trong đó",
		},
	}
	for _, tt := range tests {
		t.Run(tt.overrides, func(t *testing.T) {
			text, findings := Overlay(&framework, overridesOf(t, tt.overrides))
			if len(findings) != 1 {
				t.Fatalf("findings %v, want one", findings)
			}
			f := findings[0]
			if f.Rule != "V3" || f.Path != tt.path || f.Message != tt.message || f.MessageVi != tt.messageVi {
				t.Errorf("got %s %s\n%s\n%s\nwant V3 %s\n%s\n%s", f.Rule, f.Path, f.Message, f.MessageVi, tt.path, tt.message, tt.messageVi)
			}
			if strings.HasPrefix(tt.path, "limit") || strings.HasSuffix(tt.path, ".time") {
				if diff := cmp.Diff(&framework, text); diff != "" {
					t.Errorf("what was refused changed the text:\n%s", diff)
				}
			}
		})
	}
}

func TestALimitGivesUpThatOfDisadvantagedAreas(t *testing.T) {
	framework := buildingPermit(t)
	framework.Spec.Deadline.DisadvantagedLimit = "20d"
	p, _ := Compile(framework.Name, &framework.Spec)
	if p == nil || p.LimitFor(true).String() != "20d" || p.LimitFor(false).String() != "15d" {
		t.Fatal("want limits of 20d and 15d")
	}
	text, findings := Overlay(&framework.Spec, &v1alpha1.ProcedureOverrides{Limit: "14d"})
	if len(findings) > 0 || text.Deadline.Limit != "14d" || text.Deadline.DisadvantagedLimit != "14d" {
		t.Errorf("deadline %+v, findings %v", text.Deadline, findings)
	}
}

// TestPropertiesOfOverlays lays random overrides over a framework: nothing changes nothing, twice is once, and no time
// grows.
func TestPropertiesOfOverlays(t *testing.T) {
	framework := buildingPermit(t).Spec
	if text, findings := Overlay(&framework, nil); len(findings) > 0 || Digest(text) != Digest(&framework) {
		t.Errorf("without overrides the text differs, findings %v", findings)
	}
	c, random := unevenCalendar(t), rand.New(rand.NewPCG(3, 27))
	durations := []v1alpha1.WorkDuration{"0wh", "1wh", "4wh", "16wh", "0wd", "0.5wd", "1wd", "2wd", "3.25wd", "0d", "1d", "15d", "16d", "x"}
	pick := func() v1alpha1.WorkDuration { return durations[random.IntN(len(durations))] }
	for range 100 {
		o := &v1alpha1.ProcedureOverrides{Limit: pick()}
		for range random.IntN(6) {
			o.Steps = append(o.Steps, v1alpha1.StepOverride{
				ID: framework.Steps[random.IntN(len(framework.Steps))].ID, Time: pick(), Notify: []string{"sms"}, Agency: "so-x",
			})
		}
		once, _ := Overlay(&framework, o)
		twice, _ := Overlay(once, o)
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Fatalf("%+v laid over twice differs:\n%s", o, diff)
		}
		for i := range framework.Steps {
			if before, after := framework.Steps[i].Time, once.Steps[i].Time; before != "" && before != after && !notAfter(t, c, after, before, true) {
				t.Errorf("step %s: %s became %s", framework.Steps[i].ID, before, after)
			}
		}
		if once.Deadline.Limit != framework.Deadline.Limit && !notAfter(t, c, once.Deadline.Limit, framework.Deadline.Limit, false) {
			t.Errorf("the limit %s became %s", framework.Deadline.Limit, once.Deadline.Limit)
		}
	}
}

// TestSurelyNotLongerIsTrueOnEveryDay holds the comparison against calendars: full days, half days and days off.
func TestSurelyNotLongerIsTrueOnEveryDay(t *testing.T) {
	durations := []v1alpha1.WorkDuration{"0wh", "1wh", "8wh", "16wh", "0wd", "0.5wd", "1wd", "1.5wd", "2wd", "5wd", "0d", "1d", "2d", "5d"}
	c, sure := unevenCalendar(t), 0
	for _, a := range durations {
		for _, b := range durations {
			for _, step := range []bool{false, true} {
				short, long := parsed(t, a), parsed(t, b)
				if surelyNotLonger(short, long, step) {
					sure++
					if !notAfter(t, c, a, b, step) {
						t.Errorf("%s is not always at most %s (step %t)", a, b, step)
					}
				}
			}
		}
	}
	if sure < 2*len(durations) {
		t.Errorf("%d comparisons are sure, want at least those of each with itself", sure)
	}
}

func parsed(t *testing.T, d v1alpha1.WorkDuration) calendar.Duration {
	t.Helper()
	duration, err := calendar.ParseDuration(string(d))
	if err != nil {
		t.Fatal(err)
	}
	return duration
}

// notAfter says whether a ends no later than b from any half hour of two weeks with a half day, holidays and a Saturday.
func notAfter(t *testing.T, c *calendar.Calendar, a, b v1alpha1.WorkDuration, step bool) bool {
	t.Helper()
	short, long := parsed(t, a), parsed(t, b)
	for at := time.Date(2026, 3, 2, 0, 0, 0, 0, c.Location()); at.Day() < 16; at = at.Add(30 * time.Minute) {
		ends := func(d calendar.Duration) time.Time {
			end, err := c.Deadline(at, d, "")
			if step {
				end, err = c.Add(at, d)
			}
			if err != nil {
				t.Fatal(err)
			}
			return end
		}
		if ends(short).After(ends(long)) {
			return false
		}
	}
	return true
}

func unevenCalendar(t *testing.T) *calendar.Calendar {
	t.Helper()
	var year v1alpha1.WorkCalendarSpec
	err := yaml.UnmarshalStrict([]byte(`
series: vn
year: 2026
timeZone: Asia/Ho_Chi_Minh
workingHours:
- {days: [Monday, Tuesday, Wednesday, Thursday, Friday], periods: [{from: "07:30", to: "11:30"}, {from: "13:30", to: "17:30"}]}
- {days: [Saturday], periods: [{from: "08:00", to: "09:00"}]}
exceptions:
- {date: "2026-03-05", kind: HalfDay, title: Nửa ngày, periods: [{from: "07:30", to: "09:30"}]}
- {date: "2026-03-09", kind: Holiday, title: Nghỉ}
- {date: "2026-03-10", kind: Holiday, title: Nghỉ}
standing: Provisional
`), &year)
	if err != nil {
		t.Fatal(err)
	}
	c, err := calendar.New([]v1alpha1.WorkCalendarSpec{year}, v1alpha1.AgencyCalendar{Series: "vn"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestProfile(t *testing.T) {
	source := buildingPermit(t)
	source.Spec.AdministrativeProcedure.Code = "1.009994.000.00.00.H18"
	p, findings := Compile(source.Name, &source.Spec)
	if p == nil {
		t.Fatal(findings)
	}
	want := &Profile{
		Name: "qt-xd-07", Code: "QT-XD-07", Catalogue: "1.009994", Province: "H18",
		Roles: []RoleProfile{
			{ID: "mot-cua", Title: "Công chức Bộ phận Một cửa", MinHolders: 1, Steps: 2},
			{ID: "lanh-dao-phong", Title: "Lãnh đạo Phòng Kinh tế - Hạ tầng", Separate: []v1alpha1.ID{"thu-ly"}, MinHolders: 1, Steps: 2},
			{ID: "thu-ly", Title: "Công chức thụ lý", Separate: []v1alpha1.ID{"lanh-dao-phong", "lanh-dao-ubnd"}, MinHolders: 1, Steps: 2},
			{ID: "lanh-dao-ubnd", Title: "Lãnh đạo UBND", Separate: []v1alpha1.ID{"thu-ly"}, MinHolders: 1, CanDelegate: true, Steps: 1},
			{ID: "van-thu", Title: "Văn thư", MinHolders: 1, Steps: 1},
		},
		Asks:  []string{"Đơn đề nghị cấp giấy phép xây dựng", "Bản vẽ thiết kế xây dựng", "Bản cam kết an toàn công trình liền kề"},
		Gives: []string{"Giấy phép xây dựng"},
	}
	if diff := cmp.Diff(want, p.Profile()); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
}

func TestCutCatalogueCode(t *testing.T) {
	for code, want := range map[string][2]string{
		"1.009994":                  {"1.009994", ""},
		"1.000948.H38":              {"1.000948", "H38"},
		"2.000815.000.00.00.H55.02": {"2.000815", "H55"},
	} {
		if national, province := cutCatalogueCode(code); national != want[0] || province != want[1] {
			t.Errorf("%s is %s of %q, want %s of %q", code, national, province, want[0], want[1])
		}
	}
}
