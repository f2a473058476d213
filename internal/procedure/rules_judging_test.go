package procedure

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// judgingCases break the rules that judge a text which can be run.
var judgingCases = map[string]ruleCase{
	"a return without a bound": {
		spoil: func(s *spec) { stepOf(s, "B6").Actions[1].MaxTimes = 0 },
		rule:  "G6", path: "spec.steps[8]", message: "a dossier can go round B5→B6→B5 for ever",
	},
	"a step that leads to itself": {
		spoil: func(s *spec) {
			stepOf(s, "B3").Actions[2].MaxTimes = 0
			stepOf(s, "B3").Actions[2].To = "B3"
			s.Outcomes = slices.Delete(s.Outcomes, 4, 6)
			i := slices.IndexFunc(s.Steps, func(step v1alpha1.Step) bool { return step.ID == "CHO-BO-SUNG" })
			s.Steps = slices.Delete(s.Steps, i, i+1)
			s.Outcomes = append(s.Outcomes, v1alpha1.Outcome{ID: "rut-ho-so", Result: v1alpha1.ResultWithdrawn})
			stepOf(s, "B1").Actions = append(stepOf(s, "B1").Actions, v1alpha1.Action{ID: "rut", To: "end/rut-ho-so"})
		},
		rule: "G6", path: "spec.steps[3]", message: "a dossier can go round B3→B3 for ever",
	},
	"a wait without an end": {
		spoil: func(s *spec) {
			stepOf(s, "CHO-NOP-LAI").Expires = nil
			stepOf(s, "B1").Actions[1].MaxTimes = 2
			stepOf(s, "B1").Actions = append(stepOf(s, "B1").Actions, v1alpha1.Action{ID: "bo", To: "end/khong-nop-lai"})
		},
		rule: "G7", path: "spec.steps[1]", message: "step CHO-NOP-LAI waits for ever",
	},
	"an action that nothing opens": {
		spoil: func(s *spec) {
			s.Forms[0].Fields[4].Maximum = new(int64(5))
			b5 := stepOf(s, "B5")
			b5.Actions = append(b5.Actions, v1alpha1.Action{
				ID: "cao-tang", To: "B7", When: "form('don-de-nghi').soTang > 5 && form('don-de-nghi').trongKhuDiTich",
			})
		},
		rule: "G3", severity: rule.Warning, path: "spec.steps[8].actions[1].when", message: "the action cao-tang of step B5 is never offered",
	},
	"a filling that no action covers": {
		spoil: func(s *spec) { s.Forms[1].Fields[0].Values = []string{"dat", "khong-dat", "can-xem-them"} },
		rule:  "G4", path: "spec.steps[3].actions", message: "with ketLuan = 'can-xem-them' no action of step B3 is offered",
	},
	"a number between two conditions": {
		spoil: func(s *spec) {
			b5 := stepOf(s, "B5")
			b5.Actions[0].When = "form('don-de-nghi').dienTichXayDung < 100"
			b5.Actions = append(b5.Actions, v1alpha1.Action{ID: "lon", To: "B6", When: "form('don-de-nghi').dienTichXayDung > 100"})
		},
		rule: "G4", path: "spec.steps[8].actions", message: "with dienTichXayDung = 100 no action of step B5 is offered",
	},
	"two decisions at once": {
		spoil: func(s *spec) {
			b5 := stepOf(s, "B5")
			b5.Actions[0].When = "form('don-de-nghi').soTang <= 3"
			b5.Actions = append(b5.Actions, v1alpha1.Action{ID: "thang", To: "B7", When: "form('don-de-nghi').soTang >= 3"})
		},
		rule: "G5", severity: rule.Warning, path: "spec.steps[8].actions[1].when", message: "with soTang = 3 both trinh and thang are offered in step B5",
	},
	"a condition on free text": {
		spoil: func(s *spec) {
			b5 := stepOf(s, "B5")
			b5.Actions = append(b5.Actions, v1alpha1.Action{ID: "co-anh", To: "B7", When: "form('phieu-tham-dinh').ketLuan == 'dat' && form('phieu-tham-dinh').lyDo == 'x'"})
			s.Forms[1].Fields[1].Required, s.Forms[1].Fields[1].RequiredWhen = new(true), ""
		},
		rule: "E1", path: "spec.steps[8].actions[1].when", message: "reads form('phieu-tham-dinh').lyDo, which is of type text",
	},
	"an outcome without its template": {
		spoil: func(s *spec) { s.Outcomes[2].Template = "thong-bao" },
		rule:  "F1", path: "spec.outcomes[2].template", message: "there is no template thong-bao",
	},
	"a template that nothing uses": {
		spoil: func(s *spec) { s.Templates = append(s.Templates, v1alpha1.ResultTemplate{ID: "thua", Text: "x"}) },
		rule:  "F1", severity: rule.Warning, path: "spec.templates[2]", message: "no outcome uses the template thua",
	},
	"a template with an unknown field": {
		spoil: func(s *spec) { s.Templates[0].Text = "{{don-de-nghi.chuNha}}" },
		rule:  "F1", path: "spec.templates[0].text", message: `{{don-de-nghi.chuNha}} stands for nothing: there is no field "chuNha" in a form "don-de-nghi"`,
	},
	"a template with an unknown word": {
		spoil: func(s *spec) { s.Templates[0].Text = "{{ due }}" },
		rule:  "F1", path: "spec.templates[0].text", message: "{{due}} stands for nothing here; the placeholders are {{form.field}}, {{dossier}}, {{number}}, {{date}}",
	},
	"a template on a form that need not be there": {
		spoil: func(s *spec) { s.Templates[1].Text = "{{bien-ban-thuc-dia.dungHienTrang}}" },
		rule:  "F1", path: "spec.templates[1].text", message: "a dossier can come to the outcome tu-choi-cap-phep without the form bien-ban-thuc-dia",
	},
	"a template on a field that may be empty": {
		spoil: func(s *spec) { s.Forms[0].Fields[2].Required = nil },
		rule:  "F1", path: "spec.templates[0].text", message: "{{don-de-nghi.thuaDat}} may be empty: the field may be left so",
	},
	"a message on a form that is yet to come": {
		spoil: func(s *spec) {
			stepOf(s, "CHO-NOP-LAI").Message = "Hồ sơ {{dossier}}, thửa {{don-de-nghi.thuaDat}}"
		},
		rule: "F1", path: "spec.steps[1].message", message: "a dossier can come to step CHO-NOP-LAI without the form don-de-nghi",
	},
	"a decision by a form that need not be there": {
		spoil: func(s *spec) {
			stepOf(s, "B1").Actions[0].Requires.Forms = nil
			s.Documents = s.Documents[:3]
			s.Templates[0].Text = "x"
		},
		rule: "F2", path: "spec.steps[7].when", message: "a dossier can come here without the form don-de-nghi",
	},
	"a decision by a field that may be empty": {
		spoil: func(s *spec) { s.Forms[0].Fields[6].Required = nil },
		rule:  "F2", path: "spec.steps[7].when", message: "reads form('don-de-nghi').trongKhuDiTich, which may be left empty",
	},
	"a field required by one that may be empty": {
		spoil: func(s *spec) {
			s.Forms[0].Fields[3].RequiredWhen, s.Forms[0].Fields[4].Required = "soTang > 3", nil
			s.Templates[0].Text = "x"
		},
		rule: "F2", path: "spec.forms[0].fields[3].requiredWhen", message: "reads form('don-de-nghi').soTang, which may be left empty",
	},
	"personal data in a message": {
		spoil: func(s *spec) { stepOf(s, "B9").Message = "Mời {{don-de-nghi.chuDauTu}} nhận kết quả" },
		rule:  "F4", path: "spec.steps[12].message", message: "don-de-nghi.chuDauTu is personal data",
	},
	"personal data in a number": {
		spoil: func(s *spec) { s.Outcomes[0].Number = "{seq:00}/{don-de-nghi.soDinhDanh}" },
		rule:  "F4", path: "spec.outcomes[0].number", message: "don-de-nghi.soDinhDanh is personal data",
	},
	"a fee without a basis": {
		spoil: func(s *spec) { s.Fees[0].Basis = "" },
		rule:  "F5", path: "spec.fees[0]", message: "the fee le-phi of 75000 VND names no basis",
	},
	"a fee that nobody collects": {
		spoil: func(s *spec) { stepOf(s, "B9").Collects = nil },
		rule:  "F5", path: "spec.fees[0]", message: "a dossier can end with cap-phep at step B9 and the fee le-phi not collected",
	},
	"a fee collected after it is due": {
		spoil: func(s *spec) { s.Fees[0].Due = "B8" },
		rule:  "F5", path: "spec.fees[0].due", message: "the fee le-phi is due at step B8",
	},
	"a deadline without a basis": {
		spoil: func(s *spec) {
			s.LegalBasis[0].Supports = []v1alpha1.Supported{"documents"}
			s.LegalBasis[1].Supports = nil
		},
		rule: "L1", path: "spec.deadline", message: "no entry of the legal basis supports the time limit",
	},
	"a decision without a number": {
		spoil: func(s *spec) { s.Issue.Decision.Number = "" },
		rule:  "V14", path: "spec.issue.decision.number", message: "revision 3 was approved has no number",
	},
	"a decision after the fact": {
		spoil: func(s *spec) { s.Issue.Decision.Date = "2026-03-02" },
		rule:  "V14", path: "spec.issue.effectiveFrom", message: "in force from 2026-03-01, before it was decided on 2026-03-02",
	},
	"a shorter limit where the way is longer": {
		spoil: func(s *spec) { s.Deadline.DisadvantagedLimit = "14d" },
		rule:  "V25", path: "spec.deadline.disadvantagedLimit", message: "the limit of disadvantaged areas, 14d, is shorter than the ordinary one, 15d",
	},
	"a quarter of an hour": {
		spoil: func(s *spec) { stepOf(s, "B8").Time = "0.25wh" },
		rule:  "V08", path: "spec.steps[11].time", message: "step B8 takes 0.25wh, and times are measured in half hours; write 0wh or 0.5wh",
	},
	"work in no time": {
		spoil: func(s *spec) { stepOf(s, "B8").Time = "0wh" },
		rule:  "V08", path: "spec.steps[11].time", message: "step B8, of kind issue, takes no time (0wh)",
	},
	"the intake in the middle": {
		spoil: func(s *spec) { s.Steps[0], s.Steps[1] = s.Steps[1], s.Steps[0] },
		rule:  "V09", severity: rule.Warning, path: "spec.steps[0]", message: "put the intake B1 first",
	},
	"a result that nobody hands over": {
		spoil: func(s *spec) { stepOf(s, "B9").Kind = v1alpha1.StepTask; stepOf(s, "B9").Time = "1wh" },
		rule:  "V09", path: "spec.steps[12].actions[0].to", message: "step B9, of kind task, ends the dossier with cap-phep",
	},
	"a result that nobody signs": {
		spoil: func(s *spec) {
			for _, id := range []v1alpha1.ID{"B6", "B7"} {
				stepOf(s, id).Sign = nil
				stepOf(s, id).Actions[0].Requires = &v1alpha1.ActionRequirements{Reason: new(true)}
			}
		},
		rule: "V09", severity: rule.Warning, path: "spec.steps[12].actions[0].to", message: "a dossier can end with cap-phep at step B9 and nobody has signed",
	},
	"one who signs twice": {
		spoil: func(s *spec) { stepOf(s, "B6").Role = "lanh-dao-ubnd" },
		rule:  "V09", severity: rule.Warning, path: "spec.steps[10].sign", message: "the role lanh-dao-ubnd signs in step B6 and again in step B7",
	},
	"one who drafts and signs": {
		spoil: func(s *spec) {
			stepOf(s, "B5").Role = "lanh-dao-phong"
			s.Roles[1].SeparateFrom = []v1alpha1.ID{"lanh-dao-ubnd"}
		},
		rule: "V10", path: "spec.steps[9].role", message: "the role lanh-dao-phong drafts the result in step B5 and signs it in step B6",
	},
	"a person who may draft and sign": {
		spoil: func(s *spec) { s.Roles[2].SeparateFrom = s.Roles[2].SeparateFrom[:1] },
		rule:  "V10", severity: rule.Warning, path: "spec.steps[9].role", message: "add separateFrom: [lanh-dao-phong] to the role thu-ly",
	},
	"nothing to take back": {
		spoil: func(s *spec) {
			stepOf(s, "CHO-BO-SUNG").Expires.To = "end/tu-choi-cap-phep"
			stepOf(s, "CHO-BO-SUNG").Actions[1].To = "end/tu-choi-cap-phep"
			s.Outcomes = slices.Delete(s.Outcomes, 4, 6)
			s.Templates[1].Text = "x"
		},
		rule: "V11", severity: rule.Warning, path: "spec.outcomes", message: "the limit is 15d",
	},
	"an outcome that leaves nothing": {
		spoil: func(s *spec) {
			s.Records = s.Records[:1]
			s.Records[0].Keeps = []v1alpha1.ID{"M01", "M03"}
		},
		rule: "Q1", path: "spec.outcomes[3]", message: "a dossier that ends with khong-nop-lai leaves none of the 1 records",
	},
	"a record that rests on nothing": {
		spoil: func(s *spec) {
			s.Records[1].Basis, s.Records[1].Keeps, s.Records[0].Basis = "tt", []v1alpha1.ID{"M01", "M03"}, ""
		},
		rule: "Q1", path: "spec.outcomes[3]", message: "a dossier that ends with khong-nop-lai leaves only records whose retention rests on nothing (ho-so)",
	},
	"an approval that leaves nothing": {
		spoil: func(s *spec) { stepOf(s, "B6").Sign = nil },
		rule:  "Q2", severity: rule.Warning, path: "spec.steps[9].actions[0]", message: "the action dong-y of step B6 decides and leaves nothing",
	},
	"a rate in days": {
		spoil: func(s *spec) { s.Objectives[0].Target = ">= 3wd" },
		rule:  "Q3", path: "spec.objectives[0].target", message: `the target ">= 3wd" is none; write it in per cent, as ">= 98%"`,
	},
	"a duration in per cent": {
		spoil: func(s *spec) { s.Objectives[0].Measure, s.Objectives[0].Target = "medianDuration", "<= 98%" },
		rule:  "Q3", path: "spec.objectives[0].target", message: "medianDuration is a length of time",
	},
	"the worse the better": {
		spoil: func(s *spec) { s.Objectives[1].Target = ">= 5%" },
		rule:  "Q3", path: "spec.objectives[1].target", message: `the target ">= 5%" lets supplementRate get worse without end; write <=`,
	},
	"more than all": {
		spoil: func(s *spec) { s.Objectives[0].Target = ">= 101%" },
		rule:  "Q3", path: "spec.objectives[0].target", message: "is more than all dossiers",
	},
	"an unknown period": {
		spoil: func(s *spec) { s.Objectives[0].Period = "week" },
		rule:  "Q3", path: "spec.objectives[0].period", message: `"week" is no period`,
	},
	"refusals of a procedure that never refuses": {
		spoil: func(s *spec) {
			s.Objectives[1].Measure = "refusalRate"
			s.Outcomes[1].Result = v1alpha1.ResultDiscontinued
		},
		rule: "Q3", path: "spec.objectives[1].measure", message: "refusalRate would always be 0: no outcome has the result refused",
	},
	"returns of a procedure that never returns": {
		spoil: func(s *spec) {
			s.Objectives[1].Measure = "returnRate"
			for _, id := range []v1alpha1.ID{"B6", "B7"} {
				stepOf(s, id).Actions = stepOf(s, id).Actions[:1]
			}
		},
		rule: "Q3", path: "spec.objectives[1].measure", message: "returnRate would always be 0",
	},
}
