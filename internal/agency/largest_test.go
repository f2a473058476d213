package agency

import (
	"fmt"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// largest is an agency of 500 officers, each away twenty times, who hold all thirty roles of 500 procedures in turn.
func largest() (*v1alpha1.Agency, []Adopted) {
	a := &v1alpha1.Agency{Spec: v1alpha1.AgencySpec{Title: "UBND xã A", Code: "H18.35.01", Level: v1alpha1.AgencyLevelCommune}}
	a.Spec.Procedures = &v1alpha1.AdoptedProcedures{}
	for i := range 500 {
		o := v1alpha1.Officer{ID: v1alpha1.ID(fmt.Sprintf("o-%d", i)), Title: v1alpha1.Title(fmt.Sprintf("Cán bộ %d", i))}
		for r := range 30 {
			if (i+r)%7 == 0 {
				o.Roles = append(o.Roles, v1alpha1.ID(fmt.Sprintf("r-%d", r)))
			}
		}
		for k := range 20 {
			o.DelegatesTo = append(o.DelegatesTo, v1alpha1.Delegation{
				Officer: v1alpha1.ID(fmt.Sprintf("o-%d", (i+k+1)%500)),
				From:    v1alpha1.Date(today.AddDays(i%25 + k).String()), Until: v1alpha1.Date(today.AddDays(30 + k).String()),
			})
		}
		a.Spec.Officers = append(a.Spec.Officers, o)
	}
	var profiles []*procedure.Profile
	for n := range 500 {
		p := &procedure.Profile{Name: fmt.Sprintf("thu-tuc-%d", n), Code: fmt.Sprintf("QT-%d", n), Asks: []string{"Tờ khai"}, Gives: []string{fmt.Sprint("Giấy ", n)}}
		for r := range 30 {
			role := procedure.RoleProfile{ID: v1alpha1.ID(fmt.Sprintf("r-%d", r)), MinHolders: 1, CanDelegate: true}
			for other := range 30 {
				if other != r {
					role.Separate = append(role.Separate, v1alpha1.ID(fmt.Sprintf("r-%d", other)))
				}
			}
			p.Roles = append(p.Roles, role)
		}
		profiles = append(profiles, p)
	}
	return a, adopt(profiles...)
}

func BenchmarkCheckOfTheLargestAgency(b *testing.B) {
	a, adopted := largest()
	for b.Loop() {
		Check(a, adopted, nil, today)
	}
}
