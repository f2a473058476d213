package surroundings_test

import (
	"errors"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/surroundings"
	"chuan.dev/chuan/internal/calendar"
)

func newKeeper(t *testing.T, objects ...client.Object) (*surroundings.Keeper, client.Client) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).Build()
	return surroundings.NewKeeper(c), c
}

func document(name string) *v1alpha1.LegalDocument {
	return &v1alpha1.LegalDocument{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       v1alpha1.LegalDocumentSpec{Number: name, EffectiveFrom: "2020-01-01"},
	}
}

func year(series v1alpha1.ID, number int32) *v1alpha1.WorkCalendar {
	return &v1alpha1.WorkCalendar{
		ObjectMeta: metav1.ObjectMeta{Name: string(series)},
		Spec: v1alpha1.WorkCalendarSpec{Series: series, Year: number, WorkingHours: []v1alpha1.WeeklyHours{{
			Days: []v1alpha1.Weekday{"Monday"}, Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}},
		}}},
	}
}

func TestLawIsKeptUntilItChanges(t *testing.T) {
	keeper, c := newKeeper(t, document("a"), document("b"))
	read := func() *surroundings.Law {
		t.Helper()
		law, err := keeper.Law(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return law
	}
	before := read()
	if len(before.Documents) != 2 || before.Documents["a"].Number != "a" || before.Mandatory[v1alpha1.AgencyLevelCommune] {
		t.Fatalf("the law is %+v", before)
	}
	if read() != before {
		t.Error("the law was made anew although nothing has changed")
	}
	changed := document("a")
	if err := c.Get(t.Context(), client.ObjectKeyFromObject(changed), changed); err != nil {
		t.Fatal(err)
	}
	changed.Spec.Catalogue = []v1alpha1.CatalogueEntry{{Code: "1.000001", Levels: []v1alpha1.AgencyLevel{v1alpha1.AgencyLevelCommune}}}
	if err := c.Update(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	after := read()
	if after == before || !after.Mandatory[v1alpha1.AgencyLevelCommune] || before.Mandatory[v1alpha1.AgencyLevelCommune] {
		t.Errorf("after a change the law is %+v", after)
	}
}

func TestCalendarsAreBuiltOnce(t *testing.T) {
	keeper, c := newKeeper(t, year("vn", 2026), year("khac", 2026))
	read := func(local v1alpha1.AgencyCalendar) (*calendar.Calendar, error) {
		t.Helper()
		all, err := keeper.Calendars(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return all.Of(local)
	}
	closure := func(dates ...v1alpha1.Date) v1alpha1.AgencyCalendar {
		local := v1alpha1.AgencyCalendar{Series: "vn"}
		for _, date := range dates {
			local.Exceptions = append(local.Exceptions, v1alpha1.CalendarException{Date: date, Kind: v1alpha1.ExceptionClosure, Title: "Nghỉ"})
		}
		return local
	}
	series, err := read(v1alpha1.AgencyCalendar{Series: "vn"})
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := read(v1alpha1.AgencyCalendar{Series: "vn"}); again != series {
		t.Error("the calendar of a series was built twice")
	}
	local, err := read(closure("2026-03-02", "2026-03-09"))
	if err != nil || local == series {
		t.Errorf("the calendar with closures is %p, error %v; that of the series is %p", local, err, series)
	}
	if again, _ := read(closure("2026-03-09", "2026-03-02")); again != local {
		t.Error("the calendar of two agencies that say the same was built twice")
	}
	var missing *calendar.MissingYearError
	if _, err := read(v1alpha1.AgencyCalendar{Series: "la"}); !errors.As(err, &missing) {
		t.Errorf("a series that there is not gives %v", err)
	}
	all, err := keeper.Calendars(t.Context())
	if err != nil || len(all.Series()) != 2 || all.Series()[0] != "khac" {
		t.Errorf("series %v, error %v", all.Series(), err)
	}
	if err := c.Delete(t.Context(), year("khac", 2026)); err != nil {
		t.Fatal(err)
	}
	if again, _ := read(v1alpha1.AgencyCalendar{Series: "vn"}); again == series {
		t.Error("calendars are kept although one is gone")
	}
}
