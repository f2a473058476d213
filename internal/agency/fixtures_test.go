package agency

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// today is the day on which the tests ask.
var today = calendar.NewDay(2026, time.November, 27)

// agencyOf is a commune named xa-a with the fields given.
func agencyOf(t *testing.T, text string) *v1alpha1.Agency {
	t.Helper()
	a := &v1alpha1.Agency{}
	a.Name, a.Namespace = "xa-a", "tinh"
	a.Spec = v1alpha1.AgencySpec{
		Title: "UBND xã A", Code: "H18.35.01", Level: v1alpha1.AgencyLevelCommune, Type: v1alpha1.AgencyTypePeoplesCommittee,
	}
	if err := yaml.UnmarshalStrict([]byte(text), &a.Spec); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return a
}

// office is the profile of a procedure with three roles.
func office() *procedure.Profile {
	return &procedure.Profile{Name: "cap-phep", Code: "QT-01", Catalogue: "1.009994", Roles: []procedure.RoleProfile{
		{ID: "mot-cua", Title: "Một cửa", MinHolders: 1, Steps: 2},
		{ID: "thu-ly", Title: "Thụ lý", MinHolders: 1, Steps: 3, Separate: []v1alpha1.ID{"lanh-dao"}},
		{ID: "lanh-dao", Title: "Lãnh đạo", MinHolders: 1, Steps: 1, CanDelegate: true, Separate: []v1alpha1.ID{"thu-ly"}},
	}}
}

// staffed holds all roles of the office.
const staffed = `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
- {id: dung, title: Lò Thị Dung}
`

func adopt(profiles ...*procedure.Profile) []Adopted {
	adopted := make([]Adopted, len(profiles))
	for i, p := range profiles {
		adopted[i].Profile = p
	}
	return adopted
}

// want compares findings, each written as rule, severity, path, message and message in Vietnamese.
func want(t *testing.T, got []rule.Finding, want ...rule.Finding) {
	t.Helper()
	if diff := cmp.Diff(append([]rule.Finding{}, want...), append([]rule.Finding{}, got...)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func refusal(id rule.ID, path, english, vietnamese string) rule.Finding {
	return rule.Finding{Rule: id, Severity: rule.Error, Path: path, Message: english, MessageVi: vietnamese}
}

func warning(id rule.ID, path, english, vietnamese string) rule.Finding {
	return rule.Finding{Rule: id, Severity: rule.Warning, Path: path, Message: english, MessageVi: vietnamese}
}

// permit is the compiled building permit of the tests of procedures.
func permit(t *testing.T) *procedure.Procedure {
	t.Helper()
	data, err := os.ReadFile("../procedure/testdata/qt-xd-07.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var source v1alpha1.QualityProcedure
	if err := yaml.UnmarshalStrict(data, &source); err != nil {
		t.Fatal(err)
	}
	p, findings := procedure.Compile(source.Name, &source.Spec)
	if p == nil {
		t.Fatal(findings)
	}
	return p
}
