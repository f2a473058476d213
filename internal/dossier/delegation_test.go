package dossier

import (
	"slices"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

func TestHoldersAndRepresentativesOfADay(t *testing.T) {
	o := Office{Officers: []v1alpha1.Officer{
		{ID: "giang", Roles: []v1alpha1.ID{"lanh-dao-ubnd"}, DelegatesTo: []v1alpha1.Delegation{{Officer: "binh", From: "2026-06-10", Until: "2026-06-12"}}},
		{ID: "cu", Roles: []v1alpha1.ID{"lanh-dao-ubnd"}, Until: "2026-06-10"},
		{ID: "moi", Roles: []v1alpha1.ID{"lanh-dao-ubnd"}, From: "2026-06-11"},
		{ID: "binh"},
	}}
	for day, want := range map[int]struct{ holders, represented []v1alpha1.ID }{
		9:  {[]v1alpha1.ID{"giang", "cu"}, nil},
		10: {[]v1alpha1.ID{"giang", "cu"}, []v1alpha1.ID{"giang"}},
		12: {[]v1alpha1.ID{"giang", "moi"}, []v1alpha1.ID{"giang"}},
		13: {[]v1alpha1.ID{"giang", "moi"}, nil},
	} {
		o.Today = calendar.NewDay(2026, time.June, day)
		if got := o.Holders("lanh-dao-ubnd"); !slices.Equal(got, want.holders) {
			t.Errorf("on the %d. holders %v, want %v", day, got, want.holders)
		}
		if got := o.Represented("binh", "lanh-dao-ubnd"); !slices.Equal(got, want.represented) {
			t.Errorf("on the %d. represented %v, want %v", day, got, want.represented)
		}
	}
}
