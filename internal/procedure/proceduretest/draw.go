package proceduretest

import (
	"fmt"

	"chuan.dev/chuan/api/v1alpha1"
)

// The ids that drawn procedures share.
const (
	Counter  v1alpha1.ID = "mot-cua"
	Signer   v1alpha1.ID = "lanh-dao"
	Clerk    v1alpha1.ID = "van-thu"
	Assigner v1alpha1.ID = "truong-phong"

	Granted      v1alpha1.ID = "cap"
	Refused      v1alpha1.ID = "tu-choi"
	NotAccepted  v1alpha1.ID = "khong-nhan"
	Lapsed       v1alpha1.ID = "qua-han"
	Discontinued v1alpha1.ID = "dung"
	Withdrawn    v1alpha1.ID = "rut"

	// Application is the applicant's form, Appraisal the one by whose conclusion the outcome is fixed.
	Application v1alpha1.ID = "don"
	Appraisal   v1alpha1.ID = "phieu"
)

// handlers are the roles that handle dossiers between the counter and the signature.
var handlers = []v1alpha1.ID{"thu-ly", "tham-dinh", "chuyen-vien"}

// Draw draws the text of a valid procedure.
func Draw(c Chance) *v1alpha1.QualityProcedureSpec {
	a := &author{Chance: c, spec: frame(c), room: 4 + c.IntN(24)}
	a.intake()
	a.main()
	a.trim()
	return a.spec
}

// frame is everything but the steps.
func frame(c Chance) *v1alpha1.QualityProcedureSpec {
	spec := &v1alpha1.QualityProcedureSpec{
		Code: "QT-01", Title: "Quy trình rút thăm",
		Issue: v1alpha1.Issue{
			Revision: 1, EffectiveFrom: "2026-03-01", Decision: v1alpha1.Decision{Number: "1/QĐ-UBND", Date: "2026-02-20"},
		},
		LegalBasis: []v1alpha1.LegalBasis{{Ref: "luat", Supports: []v1alpha1.Supported{"procedure", "documents", "deadline", "fees"}}},
		Deadline:   v1alpha1.Deadline{Limit: One[v1alpha1.WorkDuration](c, "120d", "90wd", "700wh")},
		Channels:   []v1alpha1.Channel{v1alpha1.ChannelCounter, v1alpha1.ChannelOnline, v1alpha1.ChannelPost},
		Forms:      forms(),
		Documents: []v1alpha1.RequiredDocument{
			{ID: "to-khai", Title: "Tờ khai", Form: Application, Kind: "original", Copies: 1, Required: new(true)},
			{ID: "ban-ve", Title: "Bản vẽ", Kind: "copy", Copies: 2, Required: new(true), When: condition(c)},
			{ID: "anh", Title: "Ảnh", Kind: "copy", Copies: 1},
		},
		Outcomes: []v1alpha1.Outcome{
			{ID: Granted, Title: "Giấy phép", Result: v1alpha1.ResultGranted, Number: One(c, "{seq:00}/GP-UBND", "{seq}/GP", "")},
			{ID: Refused, Title: "Văn bản từ chối", Result: v1alpha1.ResultRefused, Number: One(c, "", "{seq:000}/TB-UBND")},
			{ID: NotAccepted, Result: v1alpha1.ResultNotAccepted},
			{ID: Lapsed, Result: v1alpha1.ResultLapsed},
			{ID: Discontinued, Result: v1alpha1.ResultDiscontinued},
			{ID: Withdrawn, Result: v1alpha1.ResultWithdrawn},
		},
		Records: []v1alpha1.QualityRecord{
			{ID: "so", Title: "Sổ theo dõi", Keeps: []v1alpha1.ID{"M07"}, Keeper: Counter, Retention: One(c, "20y", "permanent"), Basis: "luat"},
		},
		Objectives: []v1alpha1.Objective{
			{ID: "dung-han", Title: "Đúng hạn", Measure: "onTimeRate", Target: ">= 98%", Period: "quarter"},
			{ID: "trung-vi", Title: "Trung vị", Measure: "medianDuration", Target: "<= 10wd", Period: "quarter"},
		},
	}
	roles(c, spec)
	if In(c, 2) {
		spec.Deadline.Extension = &v1alpha1.Extension{
			Max: One[v1alpha1.WorkDuration](c, "5wd", "10d", "16wh"), Times: int32(1 + c.IntN(2)), Reason: "required",
			Prints: []v1alpha1.PrintForm{"M04"}, Approver: Signer,
		}
	}
	if In(c, 3) {
		spec.Deadline.ReceiptCutoff = "15:00"
	}
	if In(c, 3) {
		spec.Fees = []v1alpha1.Fee{{ID: "le-phi", Title: "Lệ phí", Amount: new(int64(75000)), Currency: "VND", Basis: "luat"}}
	}
	return spec
}

// roles declares who takes part: a drafter is kept apart from the signer, others as chance has it.
func roles(c Chance, spec *v1alpha1.QualityProcedureSpec) {
	spec.Roles = []v1alpha1.Role{
		{ID: Counter, Title: "Một cửa"}, {ID: Assigner, Title: "Trưởng phòng"}, {ID: Signer, Title: "Lãnh đạo"},
		{ID: Clerk, Title: "Văn thư"},
	}
	for i, id := range handlers {
		role := v1alpha1.Role{ID: id, Title: v1alpha1.Title("Vai trò " + string(id)), SeparateFrom: []v1alpha1.ID{Signer}}
		if i > 0 && In(c, 3) {
			role.SeparateFrom = append(role.SeparateFrom, handlers[i-1])
		}
		spec.Roles = append(spec.Roles, role)
	}
	for i := range spec.Roles {
		spec.Roles[i].CanDelegate = new(In(c, 3))
	}
}

func forms() []v1alpha1.Form {
	return []v1alpha1.Form{
		{ID: Application, Title: "Đơn", Fields: []v1alpha1.FormField{
			{Name: "ten", Title: "Họ tên", Type: v1alpha1.FieldString, Required: new(true), Personal: new(true)},
			{Name: "lienKe", Title: "Có liền kề", Type: v1alpha1.FieldBoolean, Required: new(true)},
			{Name: "loai", Title: "Loại", Type: v1alpha1.FieldEnum, Values: []string{"a", "b", "c"}, Required: new(true)},
			{Name: "soTang", Title: "Số tầng", Type: v1alpha1.FieldInteger, Minimum: new(int64(0)), Maximum: new(int64(9)), Required: new(true)},
			{Name: "dienTich", Title: "Diện tích", Type: v1alpha1.FieldNumber, Minimum: new(int64(0)), Maximum: new(int64(500))},
			{Name: "ngay", Title: "Ngày", Type: v1alpha1.FieldDate},
			{Name: "ghiChu", Title: "Ghi chú", Type: v1alpha1.FieldText, RequiredWhen: "loai == 'c'"},
		}},
		{ID: Appraisal, Title: "Phiếu thẩm định", Fields: []v1alpha1.FormField{
			{Name: "ketLuan", Title: "Kết luận", Type: v1alpha1.FieldEnum, Values: []string{"dat", "khong-dat"}, Required: new(true)},
			{Name: "lyDo", Title: "Lý do", Type: v1alpha1.FieldText},
		}},
	}
}

// condition draws a condition over the application, or none.
func condition(c Chance) v1alpha1.Expression {
	return One[v1alpha1.Expression](c, "", "form('don').lienKe", "form('don').loai == 'b'", "form('don').soTang > 4",
		"has(form('don').dienTich) && form('don').dienTich > 100.0", "!form('don').lienKe && form('don').loai in ['a', 'c']")
}

// author writes the steps.
type author struct {
	Chance
	spec *v1alpha1.QualityProcedureSpec
	// room is how many more steps may be written, and count how many were.
	room, count int
}

// add writes a step down and returns its id.
func (a *author) add(step v1alpha1.Step) v1alpha1.ID {
	a.spec.Steps = append(a.spec.Steps, step)
	return step.ID
}

// name is the id of a step that is about to be written.
func (a *author) name(letter string) v1alpha1.ID {
	a.count++
	a.room--
	return v1alpha1.ID(fmt.Sprintf("%s%d", letter, a.count))
}

// intake writes the step in which dossiers begin, and the wait for what is missing.
func (a *author) intake() {
	accept := v1alpha1.Action{
		ID: "nhan", To: "NHAP", Prints: []v1alpha1.PrintForm{"M01", "M06"},
		Requires: &v1alpha1.ActionRequirements{Documents: "mandatory", Forms: []v1alpha1.ID{Application}},
	}
	step := v1alpha1.Step{
		ID: "B0", Kind: v1alpha1.StepIntake, Title: "Tiếp nhận", Role: Counter, Time: "4wh", Actions: []v1alpha1.Action{
			accept,
			{ID: "bo-sung", To: "CHO", Requires: reason(), Prints: []v1alpha1.PrintForm{"M02"}},
			{ID: "tu-choi", To: "end/" + v1alpha1.Target(NotAccepted), Requires: reason(), Prints: []v1alpha1.PrintForm{"M03"}},
		},
	}
	if In(a, 2) {
		step.Actions[1].MaxTimes = int32(1 + a.IntN(2))
	}
	a.add(step)
	a.add(v1alpha1.Step{
		ID: "CHO", Kind: v1alpha1.StepWait, Title: "Chờ nộp lại", For: "applicant", Clock: v1alpha1.ClockNotStarted,
		Expires: &v1alpha1.Expiry{After: One[v1alpha1.WorkDuration](a, "30d", "10wd"), To: "end/" + v1alpha1.Target(Lapsed)},
		Actions: []v1alpha1.Action{{ID: "nop-lai", To: "B0"}, {ID: "rut", To: "end/" + v1alpha1.Target(Withdrawn)}},
	})
}

// main writes the main line: whatever chance brings, then the draft, the signature, the number and the hand-over.
func (a *author) main() {
	draft, sign, issue, hand := v1alpha1.ID("DU-THAO"), v1alpha1.ID("KY"), v1alpha1.ID("VAO-SO"), v1alpha1.ID("TRA")
	first, _ := a.line(v1alpha1.Target(draft), 0)
	a.spec.Steps[0].Actions[0].To = first
	drafter := One(a, handlers...)
	a.add(v1alpha1.Step{
		ID: draft, Kind: v1alpha1.StepTask, Title: "Dự thảo kết quả", Role: drafter, Time: "1wd", Drafts: "outcome",
		Forms: []v1alpha1.ID{Appraisal}, Actions: []v1alpha1.Action{
			{ID: "dat", To: v1alpha1.Target(sign), When: "form('phieu').ketLuan == 'dat'", Sets: &v1alpha1.ActionEffects{Outcome: Granted}},
			{ID: "khong-dat", To: v1alpha1.Target(sign), When: "form('phieu').ketLuan == 'khong-dat'", Sets: &v1alpha1.ActionEffects{Outcome: Refused}},
		},
	})
	a.add(v1alpha1.Step{
		ID: sign, Kind: v1alpha1.StepApprove, Title: "Ký duyệt", Role: Signer, Time: "4wh",
		Sign: &v1alpha1.Signature{Type: One(a, "handwritten", "digital")}, Actions: []v1alpha1.Action{
			{ID: "ky", To: v1alpha1.Target(issue)},
			{ID: "tra-lai", To: v1alpha1.Target(draft), MaxTimes: int32(1 + a.IntN(3)), Requires: reason()},
		},
	})
	last := v1alpha1.Step{
		ID: hand, Kind: v1alpha1.StepHandover, Title: "Trả kết quả", Role: Counter, Time: "0wh", Clock: v1alpha1.ClockFinished,
		Actions: []v1alpha1.Action{{ID: "da-tra", To: "end/outcome"}},
	}
	for _, fee := range a.spec.Fees {
		last.Collects = append(last.Collects, fee.ID)
	}
	a.add(v1alpha1.Step{
		ID: issue, Kind: v1alpha1.StepIssue, Title: "Vào số", Role: Clerk, Time: "2wh", Seal: new(true),
		Actions: []v1alpha1.Action{{ID: "phat-hanh", To: v1alpha1.Target(hand)}},
	})
	a.add(last)
}

// trim takes away the roles that have nothing to do and the outcomes that nothing leads to.
func (a *author) trim() {
	roles := map[v1alpha1.ID]bool{Counter: true}
	for i := range a.spec.Steps {
		roles[a.spec.Steps[i].Role] = true
	}
	kept := a.spec.Roles[:0:0]
	for _, role := range a.spec.Roles {
		if !roles[role.ID] {
			continue
		}
		var apart []v1alpha1.ID
		for _, other := range role.SeparateFrom {
			if roles[other] {
				apart = append(apart, other)
			}
		}
		role.SeparateFrom = apart
		kept = append(kept, role)
	}
	a.spec.Roles = kept
	reached := map[v1alpha1.Target]bool{"end/" + v1alpha1.Target(Granted): true, "end/" + v1alpha1.Target(Refused): true}
	for i := range a.spec.Steps {
		step := &a.spec.Steps[i]
		for k := range step.Actions {
			reached[step.Actions[k].To] = true
		}
		if step.Expires != nil {
			reached[step.Expires.To] = true
		}
	}
	outcomes := a.spec.Outcomes[:0:0]
	for _, outcome := range a.spec.Outcomes {
		if reached["end/"+v1alpha1.Target(outcome.ID)] {
			outcomes = append(outcomes, outcome)
		}
	}
	a.spec.Outcomes = outcomes
}

func reason() *v1alpha1.ActionRequirements { return &v1alpha1.ActionRequirements{Reason: new(true)} }
