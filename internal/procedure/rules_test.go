package procedure

import (
	"maps"
	"strings"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

type spec = v1alpha1.QualityProcedureSpec

// stepOf returns a step of the building permit, to be broken.
func stepOf(s *spec, id v1alpha1.ID) *v1alpha1.Step {
	for i := range s.Steps {
		if s.Steps[i].ID == id {
			return &s.Steps[i]
		}
	}
	panic("no step " + id)
}

// ruleCase breaks a rule in one place of the building permit.
type ruleCase struct {
	spoil    func(*spec)
	rule     rule.ID
	severity rule.Severity
	path     string
	message  string
}

// TestRules breaks each rule in one place and wants one finding, there, of that rule.
func TestRules(t *testing.T) {
	tests := map[string]ruleCase{
		"two steps of one id": {
			spoil: func(s *spec) { s.Steps = append(s.Steps, *stepOf(s, "B9").DeepCopy()) },
			rule:  "S1", path: "spec.steps[13].id", message: `the id "B9" is already that of entry 13`,
		},
		"two fields of one name": {
			spoil: func(s *spec) { s.Forms[1].Fields[1].Name = "ketLuan" },
			rule:  "S1", path: "spec.forms[1].fields[1].name", message: `"ketLuan"`,
		},
		"two actions of one id": {
			spoil: func(s *spec) { stepOf(s, "B6").Actions[1].ID = "dong-y" },
			rule:  "S1", path: "spec.steps[9].actions[1].id", message: `"dong-y"`,
		},
		"a step called join": {
			spoil: func(s *spec) {
				stepOf(s, "B9").ID = "join"
				s.Fees[0].Due = "join"
				stepOf(s, "B8").Actions[0].To = "end/outcome"
			},
			rule: "S1", path: "spec.steps[12].id", message: `"join" is where a branch ends`,
		},
		"an outcome called outcome": {
			spoil: func(s *spec) {
				s.Outcomes[5].ID = "outcome"
				stepOf(s, "CHO-BO-SUNG").Actions[1].To = "end/outcome"
			},
			rule: "S1", path: "spec.outcomes[5].id", message: `"outcome" stands for the outcome`,
		},
		"a limit without a unit": {
			spoil: func(s *spec) { s.Deadline.Limit = "15" },
			rule:  "S1", path: "spec.deadline.limit", message: `"15" is no length of time`,
		},
		"no limit": {
			spoil: func(s *spec) { s.Deadline.Limit = "" },
			rule:  "S1", path: "spec.deadline.limit", message: "the statutory limit is missing",
		},
		"a step's time with a wrong unit": {
			spoil: func(s *spec) { stepOf(s, "B2").Time = "4h" },
			rule:  "S1", path: "spec.steps[2].time", message: `"4h" is no length of time`,
		},
		"a wait that expires after nonsense": {
			spoil: func(s *spec) { stepOf(s, "CHO-NOP-LAI").Expires.After = "a month" },
			rule:  "S1", path: "spec.steps[1].expires.after", message: `"a month"`,
		},
		"an action allowed for nonsense": {
			spoil: func(s *spec) { stepOf(s, "B3").Actions[2].NotAfter = "-1wd" },
			rule:  "S1", path: "spec.steps[3].actions[2].notAfter", message: `"-1wd"`,
		},
		"an extension of nonsense": {
			spoil: func(s *spec) { s.Deadline.Extension.Max = "wd" },
			rule:  "S1", path: "spec.deadline.extension.max", message: `"wd"`,
		},
		"the thirtieth of February": {
			spoil: func(s *spec) { s.Issue.EffectiveFrom = "2026-02-30" },
			rule:  "S1", path: "spec.issue.effectiveFrom", message: `"2026-02-30" is no day of the calendar`,
		},
		"a task without a role": {
			spoil: func(s *spec) { stepOf(s, "B5").Role = "" },
			rule:  "S1", path: "spec.steps[8].role", message: "step B5, of kind task, lacks the role",
		},
		"an approval without a time": {
			spoil: func(s *spec) { stepOf(s, "B6").Time = "" },
			rule:  "S1", path: "spec.steps[9].time", message: "lacks its time",
		},
		"an assignment of nothing": {
			spoil: func(s *spec) { stepOf(s, "B2").Assigns = nil },
			rule:  "S1", path: "spec.steps[2].assigns", message: "lacks assigns",
		},
		"a question to nobody": {
			spoil: func(s *spec) { stepOf(s, "B4B").Agency = nil },
			rule:  "S1", path: "spec.steps[7].agency", message: "lacks the agency",
		},
		"a field with a broken pattern": {
			spoil: func(s *spec) { s.Forms[0].Fields[1].Pattern = "[0-9" },
			rule:  "S1", path: "spec.forms[0].fields[1].pattern", message: "no regular expression",
		},
		"an action to an unknown step": {
			spoil: func(s *spec) { stepOf(s, "B5").Actions[0].To = "B66" },
			rule:  "G2", path: "spec.steps[8].actions[0].to", message: `there is no step "B66"`,
		},
		"a wait that expires to an unknown step": {
			spoil: func(s *spec) { stepOf(s, "CHO-NOP-LAI").Expires.To = "B0" },
			rule:  "G2", path: "spec.steps[1].expires.to", message: `there is no step "B0"`,
		},
		"a parallel step that goes on nowhere": {
			spoil: func(s *spec) { stepOf(s, "B4").To = "B55" },
			rule:  "G2", path: "spec.steps[5].to", message: `there is no step "B55"`,
		},
		"an end with an unknown outcome": {
			spoil: func(s *spec) { stepOf(s, "B1").Actions[2].To = "end/tu-choi" },
			rule:  "G2", path: "spec.steps[0].actions[2].to", message: "the outcome tu-choi is not declared",
		},
		"a join on the main line": {
			spoil: func(s *spec) { stepOf(s, "B8").Actions[0].To = "join" },
			rule:  "G2", path: "spec.steps[11].actions[0].to", message: "step B8 is in no branch and cannot join",
		},
		"an action that sets an unknown outcome": {
			spoil: func(s *spec) { stepOf(s, "B4B").Actions[1].Sets.Outcome = "tu-choi" },
			rule:  "G2", path: "spec.steps[7].actions[1].sets.outcome", message: "the outcome tu-choi is not declared",
		},
		"an outcome that never comes about": {
			spoil: func(s *spec) { s.Outcomes = append(s.Outcomes, v1alpha1.Outcome{ID: "mat-ho-so"}) },
			rule:  "G2", path: "spec.outcomes[6]", message: "no dossier can come to the outcome mat-ho-so",
		},
		"a branch of an unknown step": {
			spoil: func(s *spec) { stepOf(s, "B4").Branches[1] = v1alpha1.Branch{"B4B", "B4C"} },
			rule:  "G2", path: "spec.steps[5].branches[1][1]", message: "there is no step B4C",
		},
		"a step in two branches": {
			spoil: func(s *spec) { stepOf(s, "B4").Branches[1] = v1alpha1.Branch{"B4B", "B4A"} },
			rule:  "G2", path: "spec.steps[5].branches[1][1]", message: "step B4A already lies in the branch at spec.steps[5].branches[0][0]",
		},
		"an empty branch": {
			spoil: func(s *spec) {
				b4 := stepOf(s, "B4")
				b4.Branches = append(b4.Branches, v1alpha1.Branch{})
			},
			rule: "G2", path: "spec.steps[5].branches[2]", message: "the branch has no steps",
		},
		"the intake in a branch": {
			spoil: func(s *spec) {
				b4 := stepOf(s, "B4")
				b4.Branches[1] = append(b4.Branches[1], "B1")
			},
			rule: "G2", path: "spec.steps[5].branches[1][1]", message: "the intake B1 begins the dossier",
		},
		"a jump into a branch": {
			spoil: func(s *spec) { stepOf(s, "B5").Actions[0].To = "B4A" },
			rule:  "G2", path: "spec.steps[8].actions[0].to", message: "step B4A lies in a branch of B4 and is entered through that step only",
		},
		"a jump out of a branch": {
			spoil: func(s *spec) { stepOf(s, "B4A").Actions[0].To = "B5" },
			rule:  "G2", path: "spec.steps[6].actions[0].to", message: "step B4A lies in a branch of B4 and cannot lead out of it to B5",
		},
		"a branch that never joins": {
			spoil: func(s *spec) { stepOf(s, "B4A").Actions[0].To = "end/rut-ho-so" },
			rule:  "G2", path: "spec.steps[5].branches[0]", message: "the branch that begins with B4A never joins",
		},
		"an end before any outcome was set": {
			spoil: func(s *spec) { stepOf(s, "B3").Actions[1].Sets = nil },
			rule:  "G2", path: "spec.steps[12].actions[0].to", message: "step B9 ends with the outcome that an earlier action has set",
		},
		"no intake": {
			spoil: func(s *spec) { stepOf(s, "B1").Kind = v1alpha1.StepTask },
			rule:  "G1", path: "spec.steps", message: "no step is an intake",
		},
		"two intakes": {
			spoil: func(s *spec) { stepOf(s, "B5").Kind = v1alpha1.StepIntake },
			rule:  "G1", path: "spec.steps[8].kind", message: "step B5 is a second intake beside B1",
		},
		"a step that nothing leads to": {
			spoil: func(s *spec) { stepOf(s, "B1").Actions[1].To = "end/khong-nop-lai" },
			rule:  "G1", path: "spec.steps[1]", message: "step CHO-NOP-LAI is never reached from the intake B1",
		},
		"a step without a way out": {
			spoil: func(s *spec) {
				wait := stepOf(s, "CHO-NOP-LAI")
				wait.Expires.To, wait.Actions[0].To = "CHO-NOP-LAI", "CHO-NOP-LAI"
				stepOf(s, "B1").Actions[2].To = "end/khong-nop-lai"
				s.Outcomes = append(s.Outcomes[:2], s.Outcomes[3:]...)
			},
			rule: "G1", path: "spec.steps[1]", message: "a dossier that comes to step CHO-NOP-LAI can never end",
		},
		"too little time in working days": {
			spoil: func(s *spec) { s.Deadline.Limit = "9wd" },
			rule:  "T1", path: "spec.deadline.limit",
			message: "the steps take 74 working hours on the worst way (B1→B2→B3→B4→B4B→B5→B6→B7→B8→B9), and the limit of 9wd leaves at most 72 (days of 8 hours); shorten steps by 2 hours",
		},
		"too little time in calendar days": {
			spoil: func(s *spec) { s.Deadline.Limit = "9d" },
			rule:  "T1", path: "spec.deadline.limit", message: "the limit of 9d leaves at most 72",
		},
		"an action allowed beyond the limit": {
			spoil: func(s *spec) { stepOf(s, "B3").Actions[2].NotAfter = "16d" },
			rule:  "T4", path: "spec.steps[3].actions[2].notAfter", message: "may be taken until 16d after acceptance, which is beyond the limit of 15d",
		},
		"an answer that comes too late": {
			spoil: func(s *spec) { stepOf(s, "B4B").Time = "13wd" },
			rule:  "T5", path: "spec.steps[7].time",
			message: "step B4B waits 13wd for an answer before silence counts; with what follows (B4B→B5→B6→B7→B8→B9) that is",
		},
		"a step of an unknown role": {
			spoil: func(s *spec) { stepOf(s, "B8").Role = "thu-ky" },
			rule:  "R1", path: "spec.steps[11].role", message: "the role thu-ky is not declared",
		},
		"a record kept by an unknown role": {
			spoil: func(s *spec) { s.Records[1].Keeper = "luu-tru" },
			rule:  "R1", path: "spec.records[1].keeper", message: "the role luu-tru is not declared",
		},
		"an extension granted by an unknown role": {
			spoil: func(s *spec) { s.Deadline.Extension.Approver = "chu-tich" },
			rule:  "R1", path: "spec.deadline.extension.approver", message: "the role chu-tich is not declared",
		},
		"separate from an unknown role": {
			spoil: func(s *spec) { s.Roles[2].SeparateFrom[0] = "chu-tich" },
			rule:  "R1", path: "spec.roles[2].separateFrom[0]", message: "the role chu-tich is not declared",
		},
		"separate from itself": {
			spoil: func(s *spec) { s.Roles[2].SeparateFrom[0] = "thu-ly" },
			rule:  "R1", path: "spec.roles[2].separateFrom[0]", message: "the role thu-ly cannot be separate from itself",
		},
		"an assignment to an unknown step": {
			spoil: func(s *spec) { stepOf(s, "B2").Assigns.Step = "B33" },
			rule:  "R1", path: "spec.steps[2].assigns.step", message: "there is no step B33",
		},
		"an assignment of the wrong role": {
			spoil: func(s *spec) { stepOf(s, "B2").Assigns.Role = "van-thu" },
			rule:  "R1", path: "spec.steps[2].assigns.role", message: "step B2 assigns an officer of role van-thu to step B3",
		},
		"a role with nothing to do": {
			spoil: func(s *spec) { s.Roles = append(s.Roles, v1alpha1.Role{ID: "bao-ve", Title: "Bảo vệ"}) },
			rule:  "R1", severity: rule.Warning, path: "spec.roles[5]", message: "the role bao-ve has nothing to do",
		},
		"a document on an unknown form": {
			spoil: func(s *spec) { s.Documents[0].Form = "don" },
			rule:  "F1", path: "spec.documents[0].form", message: "the form don is not declared",
		},
		"an action that requires an unknown form": {
			spoil: func(s *spec) { stepOf(s, "B1").Actions[0].Requires.Forms[0] = "don" },
			rule:  "F1", path: "spec.steps[0].actions[0].requires.forms[0]", message: "the form don is not declared",
		},
		"a question that sends an unknown document": {
			spoil: func(s *spec) { stepOf(s, "B4B").Sends.Documents[0] = "so-do" },
			rule:  "F1", path: "spec.steps[7].sends.documents[0]", message: "the document so-do is not declared",
		},
		"a step that collects an unknown fee": {
			spoil: func(s *spec) { stepOf(s, "B9").Collects[0] = "phi" },
			rule:  "F1", path: "spec.steps[12].collects[0]", message: "the fee phi is not declared",
		},
		"a fee due at an unknown step": {
			spoil: func(s *spec) { s.Fees[0].Due = "B10" },
			rule:  "F1", path: "spec.fees[0].due", message: "there is no step B10",
		},
		"a clock that starts at an unknown step": {
			spoil: func(s *spec) { s.Deadline.StartsAt = "B0/tiep-nhan" },
			rule:  "F1", path: "spec.deadline.startsAt", message: "there is no step B0",
		},
		"a clock that starts by an unknown action": {
			spoil: func(s *spec) { s.Deadline.StartsAt = "B1/nhan" },
			rule:  "F1", path: "spec.deadline.startsAt", message: "step B1 has no action nhan",
		},
		"a condition on an unknown form": {
			spoil: func(s *spec) { s.Documents[3].When = "form('don').coCongTrinhLienKe" },
			rule:  "E1", path: "spec.documents[3].when", message: `form "don" is not declared in spec.forms`,
		},
		"a condition on an unknown field": {
			spoil: func(s *spec) { stepOf(s, "B4B").When = "form('don-de-nghi').diTich" },
			rule:  "E1", path: "spec.steps[7].when", message: "at character 20: undefined field 'diTich'",
		},
		"a condition that compares unlike things": {
			spoil: func(s *spec) { stepOf(s, "B3").Actions[0].When = "form('don-de-nghi').soTang == 'ba'" },
			rule:  "E1", path: "spec.steps[3].actions[0].when", message: "no matching overload",
		},
		"a condition that is a number": {
			spoil: func(s *spec) { stepOf(s, "B4B").When = "form('don-de-nghi').soTang" },
			rule:  "E1", path: "spec.steps[7].when", message: "the expression is of type int; a condition is true or false",
		},
		"a condition on a whole form": {
			spoil: func(s *spec) { stepOf(s, "B4B").When = "form('don-de-nghi') == form('don-de-nghi')" },
			rule:  "E1", path: "spec.steps[7].when", message: "form('don-de-nghi') stands alone",
		},
		"a condition on a form of no name": {
			spoil: func(s *spec) { stepOf(s, "B4B").When = "form(1).soTang > 3" },
			rule:  "E1", path: "spec.steps[7].when", message: "form() takes the id of a form in quotes",
		},
		"a condition with a loop": {
			spoil: func(s *spec) { stepOf(s, "B4B").When = "[1, 2].exists(i, i > 1)" },
			rule:  "E1", path: "spec.steps[7].when", message: "undeclared reference to 'exists'",
		},
		"a condition that does not parse": {
			spoil: func(s *spec) { stepOf(s, "B4B").When = "form('don-de-nghi'" },
			rule:  "E1", path: "spec.steps[7].when", message: "yntax error",
		},
		"a field required by another form": {
			spoil: func(s *spec) { s.Forms[1].Fields[1].RequiredWhen = "soTang > 3" },
			rule:  "E1", path: "spec.forms[1].fields[1].requiredWhen", message: "undeclared reference to 'soTang'",
		},
		"a record of what does not exist": {
			spoil: func(s *spec) { s.Records[1].Keeps[0] = "M08" },
			rule:  "Q1", path: "spec.records[1].keeps[0]", message: `a dossier leaves no "M08" behind`,
		},
	}
	maps.Copy(tests, judgingCases)
	covered := map[rule.ID]bool{}
	for name, tt := range tests {
		covered[tt.rule] = true
		t.Run(name, func(t *testing.T) {
			source := buildingPermit(t)
			tt.spoil(&source.Spec)
			p, findings := Compile(source.Name, &source.Spec)
			severity := tt.severity
			if severity == "" {
				severity = rule.Error
			}
			if accepted := p != nil; accepted != (severity == rule.Warning) {
				t.Errorf("accepted = %t with %v", accepted, findings)
			}
			if len(findings) != 1 {
				t.Fatalf("got %d findings, want one of rule %s at %s:\n%v", len(findings), tt.rule, tt.path, findings)
			}
			f := findings[0]
			if f.Rule != tt.rule || f.Severity != severity || f.Path != tt.path || !strings.Contains(f.Message, tt.message) {
				t.Errorf("got  %s %s\nwant %s %s %s: … %s …", f.Severity, f, severity, tt.rule, tt.path, tt.message)
			}
			if f.MessageVi == "" || f.MessageVi == f.Message || strings.Contains(f.MessageVi+f.Message, "%!") {
				t.Errorf("the Vietnamese message is missing or badly formed: %q", f.MessageVi)
			}
		})
	}
	for _, r := range checks {
		if !covered[r.id] {
			t.Errorf("no case breaks rule %s", r.id)
		}
	}
}

func TestFindingsAreInOneOrder(t *testing.T) {
	source := buildingPermit(t)
	for i := range source.Spec.Steps {
		source.Spec.Steps[i].Role = "khong-ai"
		source.Spec.Steps[i].Forms = []v1alpha1.ID{"khong-co"}
	}
	_, first := Compile(source.Name, &source.Spec)
	for range 20 {
		_, again := Compile(source.Name, &source.Spec)
		if len(again) != len(first) {
			t.Fatalf("%d findings, then %d", len(first), len(again))
		}
		for i := range first {
			if first[i] != again[i] {
				t.Fatalf("finding %d was %v, then %v", i, first[i], again[i])
			}
		}
	}
}
