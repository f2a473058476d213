package dossier

import (
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestReassign(t *testing.T) {
	s := accepted(t)
	e := s.do(Reassign{Officer: "binh", Step: "B3", Assignee: "dung", Reason: "Chi nghỉ ốm"})[0]
	if e.Type != Reassigned || e.Role != "lanh-dao-phong" || s.state.Assignees["B3"] != "dung" {
		t.Errorf("event %+v, assignees %v", e, s.state.Assignees)
	}
	s.refused(Act{Officer: "chi", Action: "cho", Reason: "x"}, CodeAssignedToOther)
	// Who holds the step passes it on, or back to everybody.
	if e := s.do(Reassign{Officer: "dung", Step: "B3", Assignee: "chi"})[0]; e.Role != "thu-ly" {
		t.Errorf("dung acted as %s", e.Role)
	}
	s.do(Reassign{Officer: "chi", Step: "B3"})
	if _, ok := s.state.Assignees["B3"]; ok {
		t.Errorf("assignees %v", s.state.Assignees)
	}
	s.act("dung", "cho", reason)
}

func TestReassignByADelegate(t *testing.T) {
	s := licence(t)
	s.office.Officers[0].DelegatesTo = []v1alpha1.Delegation{{Officer: "ha", From: "2026-06-01", Until: "2026-06-05"}}
	s.office.Officers = append(s.office.Officers, v1alpha1.Officer{ID: "em", Roles: []v1alpha1.ID{"mot-cua"}})
	if e := s.do(Reassign{Officer: "ha", Step: "B1", Assignee: "em"})[0]; e.Data.ActsFor != "an" {
		t.Errorf("event %+v, want ha to act for an", e)
	}
	s.refused(Reassign{Officer: "ha", Step: "B1", Assignee: "an"}, CodeAssignedToOther)
}

func TestReassignIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		command Reassign
		want    Code
	}{
		"seen before":             {Reassign{Officer: "binh", Step: "B3", Assignee: "dung", Version: 1}, CodeStale},
		"another step":            {Reassign{Officer: "binh", Step: "B5", Assignee: "dung"}, CodeStepNotOpen},
		"nobody":                  {Reassign{Officer: "la", Step: "B3", Assignee: "dung"}, CodeOfficerUnknown},
		"another role":            {Reassign{Officer: "an", Step: "B3", Assignee: "dung"}, CodeRoleNotHeld},
		"a colleague":             {Reassign{Officer: "dung", Step: "B3", Assignee: "dung"}, CodeAssignedToOther},
		"to another role":         {Reassign{Officer: "binh", Step: "B3", Assignee: "ha"}, CodeAssigneeUnfit},
		"to whom it is":           {Reassign{Officer: "binh", Step: "B3", Assignee: "chi"}, CodeAssigneeUnfit},
		"to what must be apart":   {Reassign{Officer: "binh", Step: "B3", Assignee: "kiem"}, CodeAssigneeUnfit},
		"for a reason of bytes":   {Reassign{Officer: "binh", Step: "B3", Assignee: "dung", Reason: "\xff"}, CodeReasonNeeded},
		"to somebody who is gone": {Reassign{Officer: "binh", Step: "B3", Assignee: "cu"}, CodeAssigneeUnfit},
	} {
		t.Run(name, func(t *testing.T) {
			s := accepted(t)
			s.office.Officers = append(s.office.Officers, v1alpha1.Officer{ID: "cu", Roles: []v1alpha1.ID{"thu-ly"}, Until: "2026-05-31"})
			s.state.Parts = append(s.state.Parts, Part{"kiem", "lanh-dao-ubnd"})
			s.refused(c.command, c.want)
		})
	}
	open := licence(t)
	open.refused(Reassign{Officer: "an", Step: "B1"}, CodeAssigneeUnfit)
	handedOver(t).refused(Reassign{Officer: "an", Step: "B9", Assignee: "kiem"}, CodeEnded)
}

// TestAnAssigneeWhoMayNoLongerAct is barred from their step by what they did after it was assigned to them: they granted an
// extension in the role of who signs, from which that of the step is kept apart.
func TestAnAssigneeWhoMayNoLongerAct(t *testing.T) {
	s := licence(t)
	s.act("an", "tiep-nhan")
	s.act("binh", "phan-cong", to("kiem"))
	s.do(Extend{Officer: "kiem", By: "1wd", Reason: "Chờ ý kiến"})
	s.refused(Act{Officer: "kiem", Action: "cho", Reason: "x"}, CodeSeparation)
	s.act("dung", "cho", reason)
}
