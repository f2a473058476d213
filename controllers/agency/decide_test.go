package agency

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/workload"
)

func TestMayReplace(t *testing.T) {
	tests := map[string]struct {
		away, agencies, percent int
		awayItself, want        bool
	}{
		"the first of many":                  {away: 0, agencies: 1000, percent: 10, want: true},
		"the last within the bound":          {away: 99, agencies: 1000, percent: 10, want: true},
		"one too many":                       {away: 100, agencies: 1000, percent: 10, want: false},
		"the only agency":                    {away: 0, agencies: 1, percent: 10, want: true},
		"one of a few, none away":            {away: 0, agencies: 5, percent: 10, want: true},
		"one of a few, one away":             {away: 1, agencies: 5, percent: 10, want: false},
		"unavailable itself, all others too": {away: 5, agencies: 5, percent: 10, awayItself: true, want: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := mayReplace(tc.away, tc.agencies, tc.percent, tc.awayItself); got != tc.want {
				t.Errorf("got %t, want %t", got, tc.want)
			}
		})
	}
}

// TestRolloutOfAFleet walks an operator's upgrade through ten agencies, of which three may be away at once.
func TestRolloutOfAFleet(t *testing.T) {
	r := newRollout(34)
	report := func(i int, template string, running bool) {
		sts := &appsv1.StatefulSet{ObjectMeta: metav1.ObjectMeta{
			Namespace: "n", Name: strconv.Itoa(i), Annotations: map[string]string{workload.AnnotationPodTemplate: template},
		}}
		if running {
			sts.Status = appsv1.StatefulSetStatus{AvailableReplicas: 1, UpdatedReplicas: 1}
		}
		r.observe(sts)
	}
	key := func(i int) types.NamespacedName { return types.NamespacedName{Namespace: "n", Name: strconv.Itoa(i)} }
	for i := range 10 {
		report(i, "old", true)
	}
	var admitted []int
	for i := range 10 {
		if r.admit(key(i), "new") {
			admitted = append(admitted, i)
		}
	}
	if diff := cmp.Diff([]int{0, 1, 2}, admitted); diff != "" {
		t.Fatalf("admitted (-want +got):\n%s", diff)
	}
	report(0, "old", true)
	if r.admit(key(5), "new") {
		t.Error("a report from before the change counted as the end of it")
	}
	report(0, "new", false)
	if r.admit(key(5), "new") {
		t.Error("an agency whose pods are being replaced does not count as away")
	}
	if !r.admit(key(0), "newer") {
		t.Error("an agency that is away must wait to be mended")
	}
	report(0, "newer", true)
	if !r.admit(key(5), "new") {
		t.Error("the next agency must wait although one is back")
	}
	r.remove(key(1))
	if !r.admit(key(6), "new") {
		t.Error("an agency that is gone still counts as away")
	}
	r.withdraw(key(6), &appsv1.StatefulSet{Status: appsv1.StatefulSetStatus{AvailableReplicas: 1, UpdatedReplicas: 1}})
	if !r.admit(key(7), "new") {
		t.Error("an admission that was taken back still counts")
	}
}

func TestOlder(t *testing.T) {
	made := func(name string, second int) *v1alpha1.Agency {
		return &v1alpha1.Agency{ObjectMeta: metav1.ObjectMeta{
			Namespace: "n", Name: name, CreationTimestamp: metav1.Unix(int64(second), 0),
		}}
	}
	tests := map[string]struct {
		a, b *v1alpha1.Agency
		want bool
	}{
		"made before":                   {made("b", 1), made("a", 2), true},
		"made after":                    {made("a", 2), made("b", 1), false},
		"same second, alphabet decides": {made("a", 1), made("b", 1), true},
		"the same agency":               {made("a", 1), made("a", 1), false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := older(tc.a, tc.b); got != tc.want {
				t.Errorf("got %t, want %t", got, tc.want)
			}
		})
	}
}

func TestCircle(t *testing.T) {
	const want = "a → c → b → a"
	for _, members := range [][]string{{"a", "c", "b"}, {"c", "b", "a"}, {"b", "a", "c"}} {
		if got := circle(members); got != want {
			t.Errorf("circle(%v) = %q, want %q", members, got, want)
		}
	}
}

func TestNeeded(t *testing.T) {
	years := func(all ...int32) (calendars []v1alpha1.WorkCalendar) {
		for _, year := range all {
			calendars = append(calendars, v1alpha1.WorkCalendar{
				ObjectMeta: metav1.ObjectMeta{Name: strconv.Itoa(int(year))}, Spec: v1alpha1.WorkCalendarSpec{Year: year},
			})
		}
		return calendars
	}
	tests := map[string]struct {
		all  []v1alpha1.WorkCalendar
		want []string
	}{
		"unordered":            {years(2027, 2025, 2026), []string{"2025", "2026", "2027"}},
		"older years are left": {years(2018, 2024, 2025, 2026), []string{"2025", "2026"}},
		"last year missing":    {years(2026, 2027), []string{"2026", "2027"}},
		"nothing after a gap":  {years(2026, 2028), []string{"2026"}},
		"this year missing":    {years(2025, 2027), []string{"2025"}},
		"none":                 {nil, nil},
		"two of one year stay": {append(years(2026), years(2026)...), []string{"2026", "2026"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, c := range needed(tc.all, 2026) {
				got = append(got, c.Name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestToday(t *testing.T) {
	// In Vietnam it is the new year already.
	now := time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		zone, day string
	}{
		"default zone": {"", "2027-01-01"},
		"named zone":   {"UTC", "2026-12-31"},
		"unknown zone": {"Mars/Olympus", "2027-01-01"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			zone := zoneOf([]v1alpha1.WorkCalendar{{Spec: v1alpha1.WorkCalendarSpec{TimeZone: tc.zone}}})
			if day := calendar.DayOf(now, zone); day.String() != tc.day {
				t.Errorf("got %s, want %s", day, tc.day)
			}
		})
	}
}

func shelfOf(unexamined bool, records ...*record) *shelf {
	s := &shelf{
		day: calendar.NewDay(2026, time.March, 2), revisions: map[string][]*record{}, known: map[string]bool{},
		sizes: map[string]error{}, unexamined: unexamined,
	}
	byProcedure := map[string][]*record{}
	for _, r := range records {
		s.known[r.candidate.Name] = true
		byProcedure[r.candidate.Name] = append(byProcedure[r.candidate.Name], r)
	}
	s.fill(byProcedure)
	return s
}

// revised is a revision of a procedure for the given levels, with roles.
func revised(name string, number int32, from v1alpha1.Date, levels []v1alpha1.AgencyLevel, roles ...v1alpha1.ID) *record {
	profile := &procedure.Profile{Name: name}
	for _, role := range roles {
		profile.Roles = append(profile.Roles, procedure.RoleProfile{ID: role})
	}
	return &record{
		revision:  procedure.Revision{Revision: number, EffectiveFrom: from},
		candidate: procedure.Candidate{Name: name, AppliesTo: &v1alpha1.AppliesTo{Levels: levels}},
		profile:   profile,
		manifest:  workload.ProcedureManifest{Procedure: name, Revision: number, Content: []byte("x")},
	}
}

var (
	communes  = []v1alpha1.AgencyLevel{v1alpha1.AgencyLevelCommune}
	provinces = []v1alpha1.AgencyLevel{v1alpha1.AgencyLevelProvince}
)

func TestAdopt(t *testing.T) {
	refs := func(names ...string) *v1alpha1.AdoptedProcedures {
		a := &v1alpha1.AdoptedProcedures{}
		for _, name := range names {
			a.Refs = append(a.Refs, v1alpha1.AdoptedProcedure{Name: name})
		}
		return a
	}
	all := &v1alpha1.AdoptedProcedures{Selector: &metav1.LabelSelector{}}
	unaccepted := shelfOf(false, revised("ban-sao", 1, "2025-01-01", communes))
	unaccepted.known["khai-sinh"] = true
	tests := map[string]struct {
		adopts *v1alpha1.AdoptedProcedures
		from   *shelf
		want   adoption
	}{
		"nothing asked for": {nil, shelfOf(false, revised("ban-sao", 1, "2025-01-01", communes)), adoption{}},
		"by name, one missing": {
			refs("ban-sao", "khai-sinh"), shelfOf(false, revised("ban-sao", 1, "2025-01-01", communes)),
			adoption{members: []string{"ban-sao", "khai-sinh"}, accepted: 1, unknown: []string{"khai-sinh"}},
		},
		"by name, one not accepted": {
			refs("ban-sao", "khai-sinh"), unaccepted,
			adoption{members: []string{"ban-sao", "khai-sinh"}, accepted: 1, unaccepted: []string{"khai-sinh"}},
		},
		"by selector, for the level": {
			all, shelfOf(true, revised("ban-sao", 1, "2025-01-01", communes), revised("dat-dai", 1, "2025-01-01", provinces)),
			adoption{members: []string{"ban-sao"}, accepted: 1, early: true},
		},
		"a coming revision no longer covers the agency": {
			all, shelfOf(false, revised("ban-sao", 1, "2025-01-01", communes), revised("ban-sao", 2, "2026-06-01", provinces)),
			adoption{members: []string{"ban-sao"}, accepted: 1},
		},
		"the revision in force no longer covers it": {
			all, shelfOf(false, revised("ban-sao", 1, "2025-01-01", communes), revised("ban-sao", 2, "2026-03-02", provinces)),
			adoption{},
		},
		"several revisions": {
			refs("ban-sao"), shelfOf(false,
				revised("ban-sao", 1, "2024-01-01", communes),
				revised("ban-sao", 2, "2025-01-01", communes),
				revised("ban-sao", 3, "2026-06-01", communes)),
			adoption{members: []string{"ban-sao"}, accepted: 1},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			agency := &v1alpha1.Agency{Spec: v1alpha1.AgencySpec{
				Level: v1alpha1.AgencyLevelCommune, Procedures: tc.adopts,
				Officers: []v1alpha1.Officer{{ID: "a", Roles: []v1alpha1.ID{"reception"}}},
			}}
			tc.want.set = workload.ProcedureSetName(tc.want.members)
			got := adopt(agency, tc.from)
			got.bases = nil // see TestBases
			if diff := cmp.Diff(&tc.want, got, cmp.AllowUnexported(adoption{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestBases: the rules are asked about the revision in force and those to come, of which those are one that do not differ
// in what the rules ask for, unless the agency overrides something.
func TestBases(t *testing.T) {
	past := revised("ban-sao", 1, "2024-01-01", communes, "old")
	inForce := revised("ban-sao", 2, "2025-01-01", communes, "reception")
	alike, differs := revised("ban-sao", 3, "2026-06-01", communes), revised("ban-sao", 4, "2026-09-01", communes, "archive")
	alike.profile = inForce.profile
	other := revised("khai-sinh", 1, "2025-01-01", communes, "clerk")
	from := shelfOf(false, past, inForce, alike, differs, other)
	agency := &v1alpha1.Agency{Spec: v1alpha1.AgencySpec{
		Level:      v1alpha1.AgencyLevelCommune,
		Procedures: &v1alpha1.AdoptedProcedures{Refs: []v1alpha1.AdoptedProcedure{{Name: "ban-sao"}, {Name: "khai-sinh"}}},
	}}
	want := []basis{
		{name: "ban-sao", profile: inForce.profile}, {name: "ban-sao", profile: differs.profile},
		{name: "khai-sinh", profile: other.profile},
	}
	if got := adopt(agency, from).bases; !slices.Equal(got, want) {
		t.Errorf("works by %v, want %v", got, want)
	}
	agency.Spec.Procedures.Refs[1].Overrides = &v1alpha1.ProcedureOverrides{Limit: "1wd"}
	want[2].overridden = other
	if got := adopt(agency, from).bases; !slices.Equal(got, want) {
		t.Errorf("with overrides, works by %v, want %v", got, want)
	}
}

func TestSetTooLargeStallsTheAgency(t *testing.T) {
	huge := revised("ban-sao", 1, "2025-01-01", communes)
	huge.manifest.Content = make([]byte, workload.MaxConfigMapBytes+1)
	agency := &v1alpha1.Agency{Spec: v1alpha1.AgencySpec{
		Procedures: &v1alpha1.AdoptedProcedures{Refs: []v1alpha1.AdoptedProcedure{{Name: "ban-sao"}}},
	}}
	err := unresolved(agency, adopt(agency, shelfOf(false, huge)))
	if errclass.Of(err) != errclass.Terminal {
		t.Errorf("got %v, want an error that stalls the agency", err)
	}
}

func TestEqualAdoptions(t *testing.T) {
	base := adoption{members: []string{"a"}, set: "procedures-1", accepted: 1}
	tests := map[string]struct {
		change  func(*adoption)
		running bool
		want    bool
	}{
		"nothing":                  {func(*adoption) {}, true, true},
		"the set":                  {func(a *adoption) { a.set = "procedures-2" }, true, false},
		"a member is gone":         {func(a *adoption) { a.unknown = []string{"a"}; a.accepted = 0 }, true, false},
		"another profile":          {func(a *adoption) { a.bases = []basis{{profile: &procedure.Profile{}}} }, true, false},
		"early, before pods":       {func(a *adoption) { a.early = true }, false, false},
		"early, with running pods": {func(a *adoption) { a.early = true }, true, true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			changed := base
			tc.change(&changed)
			if got := changed.equal(&base, tc.running); got != tc.want {
				t.Errorf("got %t, want %t", got, tc.want)
			}
		})
	}
}

func TestInventoryID(t *testing.T) {
	for _, kind := range append(ownedKinds, secretKind) {
		got, name, err := parseInventoryID(inventoryID(kind, "xa-a"))
		if err != nil || got != kind || name != "xa-a" {
			t.Errorf("%s: got %s, %q, %v", kind, got, name, err)
		}
	}
	if _, _, err := parseInventoryID("v1/Service/xa-a"); err == nil {
		t.Error("an id without its group was understood")
	}
	if prunable(secretKind.GroupKind()) || prunable(schema.GroupKind{Kind: "PersistentVolumeClaim"}) {
		t.Error("the controller would prune keys or records")
	}
}

func TestDrafts(t *testing.T) {
	var d drafts
	key := types.NamespacedName{Namespace: "n", Name: "a"}
	if got := d.hold(key, inventory{"x": "1"}, march); got != draftTime {
		t.Errorf("first held back for %s, want %s", got, draftTime)
	}
	if got := d.hold(key, inventory{"x": "1"}, march.Add(time.Second)); got != draftTime-time.Second {
		t.Errorf("held back for another %s, want %s", got, draftTime-time.Second)
	}
	begun := march.Add(2 * time.Second)
	if got := d.hold(key, inventory{"x": "1", "y": "2"}, begun); got != draftTime {
		t.Errorf("held back for %s after one more object was made, want %s", got, draftTime)
	}
	if diff := cmp.Diff(inventory{"x": "1", "y": "2"}, d.get(key).made); diff != "" {
		t.Errorf("what was made (-want +got):\n%s", diff)
	}
	if got := d.hold(key, inventory{"x": ""}, begun.Add(draftTime)); got != 0 {
		t.Errorf("held back for %s after its time", got)
	}
	if got := d.get(key).made["x"]; got != "1" {
		t.Errorf("the uid of what was made before became %q", got)
	}
	d.drop(key)
	if got := d.get(key); got.made != nil {
		t.Errorf("dropped, and still there: %v", got)
	}
}

func TestOnlyPassing(t *testing.T) {
	soon := passing(v1alpha1.ReasonProgressing, "it comes")
	tests := map[string]struct {
		all  []error
		want bool
	}{
		"none":                     {nil, false},
		"one":                      {[]error{soon}, true},
		"joined":                   {[]error{soon, errors.Join(soon, soon)}, true},
		"one that stays":           {[]error{soon, errors.New("down")}, false},
		"joined to one that stays": {[]error{errors.Join(soon, errors.New("down"))}, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := onlyPassing(tc.all); got != tc.want {
				t.Errorf("got %t, want %t", got, tc.want)
			}
		})
	}
}
