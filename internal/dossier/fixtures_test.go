package dossier

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// load compiles a procedure of testdata, as it is or with changes of its text.
func load(t *testing.T, name string, changes ...func(*v1alpha1.QualityProcedureSpec)) *procedure.Procedure {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var object v1alpha1.QualityProcedure
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(&object.Spec)
	}
	p, findings := procedure.Compile(object.Name, &object.Spec)
	if p == nil {
		t.Fatalf("%s does not compile: %v", name, findings)
	}
	return p
}

// office works from Monday to Friday, 07:30 to 11:30 and 13:30 to 17:30, from 2026 to 2032. Officer "an" holds the
// counter, "binh" heads the division, "chi" and "dung" handle dossiers, "giang" signs, "ha" seals; "kiem" does
// everything. Exceptions are days on which it works otherwise.
func office(t testing.TB, exceptions ...v1alpha1.CalendarException) Office {
	t.Helper()
	var years []v1alpha1.WorkCalendarSpec
	for year := int32(2026); year <= 2032; year++ {
		years = append(years, v1alpha1.WorkCalendarSpec{
			Series: "vn", Year: year, Standing: v1alpha1.CalendarProvisional, TimeZone: "Asia/Ho_Chi_Minh",
			WorkingHours: []v1alpha1.WeeklyHours{{
				Days:    []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
				Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}, {From: "13:30", To: "17:30"}},
			}},
		})
	}
	c, err := calendar.New(years, v1alpha1.AgencyCalendar{Series: "vn", Exceptions: exceptions})
	if err != nil {
		t.Fatal(err)
	}
	return Office{Calendar: c, Officers: []v1alpha1.Officer{
		{ID: "an", Roles: []v1alpha1.ID{"mot-cua"}},
		{ID: "binh", Roles: []v1alpha1.ID{"lanh-dao-phong"}},
		{ID: "chi", Roles: []v1alpha1.ID{"thu-ly"}},
		{ID: "dung", Roles: []v1alpha1.ID{"thu-ly"}},
		{ID: "giang", Roles: []v1alpha1.ID{"lanh-dao-ubnd"}},
		{ID: "ha", Roles: []v1alpha1.ID{"van-thu"}},
		{ID: "kiem", Roles: []v1alpha1.ID{"mot-cua", "lanh-dao-phong", "thu-ly", "lanh-dao-ubnd", "van-thu"}},
	}}
}

// at is a time of day in Điện Biên; the first of June 2026 is a Monday.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	zone, err := calendar.LoadZone("")
	if err != nil {
		t.Fatal(err)
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return moment.UTC()
}

// application is a complete form of the building permit.
func application(changes map[string]any) procedure.Forms {
	values := map[string]any{
		"chuDauTu": "Lò Văn Xôm", "soDinhDanh": "011234567890", "dienTich": 84.5, "soTang": float64(2), "lienKe": false, "diTich": false,
	}
	maps.Copy(values, changes)
	return procedure.Forms{"don-de-nghi": values}
}

func appraisal(conclusion string) procedure.Forms {
	return procedure.Forms{"phieu-tham-dinh": {"ketLuan": conclusion, "lyDo": "Theo hồ sơ"}}
}

func survey() procedure.Forms { return procedure.Forms{"bien-ban": {"dungHienTrang": true}} }

// reception takes in a complete dossier of the building permit at the counter.
func reception() Receive {
	return Receive{
		Officer: "an", Revision: 3, Digest: "digest", Channel: v1alpha1.ChannelCounter,
		Applicant: Applicant{Name: "Lò Văn Xôm"},
		Forms:     application(nil), Documents: map[v1alpha1.ID]int32{"ban-ve": 2},
	}
}

// story is a dossier on its way.
type story struct {
	t      *testing.T
	p      *procedure.Procedure
	office Office
	now    time.Time
	state  State
	events []Event
	// books are the last numbers of the books of results.
	books map[string]int64
}

// begin receives a dossier on Monday the first of June 2026 at eight.
func begin(t *testing.T, name string, r Receive) *story {
	t.Helper()
	s := &story{t: t, p: load(t, name), office: office(t), now: at(t, "2026-06-01 08:00")}
	s.do(r)
	return s
}

// try applies a command when it is not refused. A version that is left out is the one that there is.
func (s *story) try(c Command) ([]Event, error) {
	s.t.Helper()
	s.office.Today = calendar.DayOf(s.now, s.office.Calendar.Location())
	events, err := Decide(s.p, s.state, s.seen(c), s.now, s.office)
	if err != nil {
		return nil, err
	}
	if n, ok := Numbering(s.p, events); ok {
		if s.books == nil {
			s.books = map[string]int64{}
		}
		s.books[n.Book]++
		events[n.Event].Data = n.Put(s.books[n.Book], events[n.Event].Data)
	}
	recorded := s.state
	for _, e := range events {
		if s.state, err = Fold(s.state, e); err != nil {
			s.t.Fatalf("Fold: %v", err)
		}
		if recorded, err = Fold(recorded, s.readBack(e)); err != nil {
			s.t.Fatalf("Fold what was recorded: %v", err)
		}
	}
	s.events = append(s.events, events...)
	if diff := cmp.Diff(s.state, recorded, sameNumbers); diff != "" {
		s.t.Fatalf("%T: state by the record (-folded +recorded):\n%s", c, diff)
	}
	return events, nil
}

// seen fills in the version of the dossier where a command leaves it out.
func (s *story) seen(c Command) Command {
	filled := reflect.New(reflect.TypeOf(c)).Elem()
	filled.Set(reflect.ValueOf(c))
	if version := filled.FieldByName("Version"); version.IsValid() && version.Int() == 0 {
		version.SetInt(s.state.Version)
	}
	command, _ := reflect.TypeAssert[Command](filled)
	return command
}

// readBack is an event as it comes back from a record that keeps its personal data apart, both as JSON.
func (s *story) readBack(e Event) Event {
	s.t.Helper()
	public, personal := Split(s.p, e.Data)
	var secret *Personal
	through(s.t, personal, &secret)
	e.Data = Data{}
	through(s.t, public, &e.Data)
	e.Data = Join(e.Data, secret)
	return e
}

// through writes a value as JSON and reads it again.
func through(t *testing.T, from, to any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// sameNumbers compares whole numbers with the same numbers read from JSON.
var sameNumbers = cmp.FilterValues(func(a, b any) bool {
	_, wholeA := a.(int64)
	_, wholeB := b.(int64)
	return wholeA != wholeB
}, cmp.Comparer(func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }))

// do applies a command that must be accepted.
func (s *story) do(c Command) []Event {
	s.t.Helper()
	events, err := s.try(c)
	if err != nil {
		s.t.Fatalf("%+v: %v", c, err)
	}
	return events
}

// act takes an action that must be accepted.
func (s *story) act(officer, action v1alpha1.ID, more ...func(*Act)) []Event {
	s.t.Helper()
	c := Act{Officer: officer, Action: action}
	for _, change := range more {
		change(&c)
	}
	return s.do(c)
}

// refused checks that a command is refused with a code, and that both messages say something.
func (s *story) refused(c Command, want Code) *Refusal {
	s.t.Helper()
	_, err := s.try(c)
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Code != want {
		s.t.Fatalf("%+v: %v, want a refusal with %s", c, err, want)
	}
	if refusal.Message == "" || refusal.MessageVi == "" {
		s.t.Errorf("%s: a message is missing: %+v", want, refusal)
	}
	return refusal
}

// stands checks at which steps the dossier stands.
func (s *story) stands(want ...v1alpha1.ID) {
	s.t.Helper()
	got := map[v1alpha1.ID]bool{}
	for _, t := range s.state.Tokens {
		got[t.Step] = true
	}
	expected := map[v1alpha1.ID]bool{}
	for _, step := range want {
		expected[step] = true
	}
	if !maps.Equal(got, expected) || len(s.state.Tokens) != len(want) {
		s.t.Fatalf("the dossier stands at %+v, want %v", s.state.Tokens, want)
	}
}

func reason(c *Act) { c.Reason = "Thiếu giấy tờ" }

func to(officer v1alpha1.ID) func(*Act) { return func(c *Act) { c.Assignee = officer } }

func in(step v1alpha1.ID) func(*Act) { return func(c *Act) { c.Step = step } }

func with(forms procedure.Forms) func(*Act) { return func(c *Act) { c.Forms = forms } }

// licence takes in a dossier of the licence, which knows everything that happens besides the steps.
func licence(t *testing.T) *story {
	t.Helper()
	return begin(t, "giay-phep", Receive{
		Officer: "an", Revision: 1, Digest: "eins", Channel: v1alpha1.ChannelCounter,
		Applicant: Applicant{Name: "Quàng Thị Pâng", IdentityNumber: "011198000123", Phone: "0912000000"},
		Forms:     procedure.Forms{"don": {"ten": "Quàng Thị Pâng", "nganh": "Ăn uống"}},
	})
}

// accepted is a licence whose clock runs and that chi appraises.
func accepted(t *testing.T) *story {
	t.Helper()
	s := licence(t)
	s.act("an", "tiep-nhan")
	s.act("binh", "phan-cong", to("chi"))
	return s
}

// decided is a licence that is signed and numbered, and waits to be handed over; its fee is not paid.
func decided(t *testing.T, conclusion v1alpha1.ID) *story {
	t.Helper()
	s := accepted(t)
	s.act("chi", conclusion, with(appraisal("dat")))
	if conclusion == "dat" {
		s.act("an", "dong-y")
	}
	s.sign()
	return s
}

// sign brings a licence from its draft to the counter.
func (s *story) sign() {
	s.t.Helper()
	s.act("chi", "trinh")
	s.act("giang", "ky")
	s.act("ha", "phat-hanh")
}

// handedOver is a licence that has ended.
func handedOver(t *testing.T) *story {
	t.Helper()
	s := decided(t, "dat")
	s.act("an", "da-tra", paying(75000))
	return s
}

func paying(amount int64) func(*Act) {
	return func(c *Act) {
		c.Payments = append(c.Payments, Payment{Fee: "le-phi", Amount: amount, Method: PaidInCash, Receipt: "0012345"})
	}
}
