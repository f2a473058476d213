package procedure

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

func (c *comparer) steps(before, after *v1alpha1.QualityProcedureSpec) {
	l := list[v1alpha1.Step]{
		path: "spec.steps", what: words{"step", "bước"}, more: Structural,
		name: func(s *v1alpha1.Step) string { return string(s.ID) },
	}
	each(c, l, before.Steps, after.Steps, func(path string, what words, x, y *v1alpha1.Step) {
		c.course(path, what, x, y)
		c.work(path, what, x, y)
		c.wait(path, what, x, y)
		actions := list[v1alpha1.Action]{
			path: path + ".actions", what: what.of("action", "thao tác"), more: Structural,
			name: func(a *v1alpha1.Action) string { return string(a.ID) },
		}
		each(c, actions, x.Actions, y.Actions, c.action)
	})
}

// course compares who acts in a step and where it leads.
func (c *comparer) course(path string, what words, x, y *v1alpha1.Step) {
	value := func(field, english, vietnamese, before, after string) {
		c.value(Structural, path+"."+field, what.of(english, vietnamese), before, after)
	}
	value("kind", "kind", "loại", string(x.Kind), string(y.Kind))
	value("role", "role", "vai trò", string(x.Role), string(y.Role))
	value("when", "condition", "điều kiện", string(x.When), string(y.When))
	value("for", "waits for", "chờ", x.For, y.For)
	value("branches", "branches", "các nhánh", shownBranches(x.Branches), shownBranches(y.Branches))
	value("join", "joins", "điều kiện hợp nhánh", x.Join, y.Join)
	value("to", "goes on to", "chuyển tiếp đến", string(x.To), string(y.To))
	assignX, assignY := orNew(x.Assigns), orNew(y.Assigns)
	value("assigns.step", "assigns step", "phân công bước", string(assignX.Step), string(assignY.Step))
	value("assigns.role", "assigns role", "phân công vai trò", string(assignX.Role), string(assignY.Role))
	agencyX, agencyY := orNew(x.Agency), orNew(y.Agency)
	value("agency.name", "asks", "lấy ý kiến", agencyX.Name, agencyY.Name)
	value("agency.kind", "asks", "lấy ý kiến", string(agencyX.Kind), string(agencyY.Kind))
	value("silence", "silence means", "quá hạn không trả lời nghĩa là", x.Silence, y.Silence)
	clockX, clockY := cmp.Or(x.Clock, v1alpha1.ClockRunning), cmp.Or(y.Clock, v1alpha1.ClockRunning)
	runs := func(clock v1alpha1.ClockState) int {
		return map[v1alpha1.ClockState]int{v1alpha1.ClockRunning: 1}[clock]
	}
	c.ordered(Tightening, cmp.Compare(runs(clockX), runs(clockY)), path+".clock", what.of("statutory clock", "đồng hồ thời hạn"),
		string(clockX), string(clockY))
}

func shownBranches(branches []v1alpha1.Branch) string {
	parts := make([]string, len(branches))
	for i, branch := range branches {
		parts[i] = strings.Join(asWords(branch), " → ")
	}
	return strings.Join(parts, "; ")
}

// work compares what is done in a step.
func (c *comparer) work(path string, what words, x, y *v1alpha1.Step) {
	c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
	c.duration(Loosening, path+".time", what.of("time", "thời gian"), x.Time, y.Time, absentIsForever)
	asks := Tightening
	if x.Kind == v1alpha1.StepIntake || y.Kind == v1alpha1.StepIntake {
		asks = Loosening
	}
	c.set(path+".forms", what.of("form", "biểu mẫu"), asWords(x.Forms), asWords(y.Forms), asks)
	c.presence(Tightening, path+".drafts", what.of("drafts", "dự thảo"), x.Drafts, y.Drafts)
	signX, signY := orNew(x.Sign), orNew(y.Sign)
	c.presence(Tightening, path+".sign.type", what.of("signature", "chữ ký"), signX.Type, signY.Type)
	c.value(Editorial, path+".sign.profile", what.of("signing service", "dịch vụ ký số"), string(signX.Profile), string(signY.Profile))
	c.truth(Tightening, path+".seal", what.of("seal", "đóng dấu"), x.Seal, y.Seal)
	c.set(path+".collects", what.of("collects", "thu"), asWords(x.Collects), asWords(y.Collects), Structural)
	c.set(path+".notify", what.of("tells the applicant by", "báo cho người nộp qua"), x.Notify, y.Notify, Tightening)
	c.wording(path+".message", what.of("message", "nội dung báo"), x.Message, y.Message)
	sendsX, sendsY := orNew(x.Sends), orNew(y.Sends)
	c.set(path+".sends.forms", what.of("sends form", "gửi kèm biểu mẫu"), asWords(sendsX.Forms), asWords(sendsY.Forms), Tightening)
	c.set(path+".sends.documents", what.of("sends document", "gửi kèm giấy tờ"), asWords(sendsX.Documents), asWords(sendsY.Documents), Tightening)
}

// wait compares how a wait ends. A longer wait for the applicant asks less of him; one for an agency loosens.
func (c *comparer) wait(path string, what words, x, y *v1alpha1.Step) {
	longer := Tightening
	if x.For == "agency" || y.For == "agency" {
		longer = Loosening
	}
	expiresX, expiresY := orNew(x.Expires), orNew(y.Expires)
	c.duration(longer, path+".expires.after", what.of("lasts", "thời gian chờ"), expiresX.After, expiresY.After, absentIsForever)
	c.value(Structural, path+".expires.to", what.of("then goes to", "hết hạn chuyển đến"), string(expiresX.To), string(expiresY.To))
	c.set(path+".expires.prints", what.of("printed form", "mẫu in"), asWords(expiresX.Prints), asWords(expiresY.Prints), Tightening)
}

func (c *comparer) action(path string, what words, x, y *v1alpha1.Action) {
	c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
	c.value(Structural, path+".to", what.of("leads to", "chuyển đến"), string(x.To), string(y.To))
	c.value(Structural, path+".when", what.of("condition", "điều kiện"), string(x.When), string(y.When))
	requiresX, requiresY := orNew(x.Requires), orNew(y.Requires)
	c.presence(Tightening, path+".requires.documents", what.of("requires documents", "yêu cầu giấy tờ"), requiresX.Documents, requiresY.Documents)
	c.set(path+".requires.forms", what.of("requires form", "yêu cầu biểu mẫu"), asWords(requiresX.Forms), asWords(requiresY.Forms), Tightening)
	c.truth(Tightening, path+".requires.reason", what.of("requires a reason", "phải nêu lý do"), requiresX.Reason, requiresY.Reason)
	c.set(path+".prints", what.of("printed form", "mẫu in"), asWords(x.Prints), asWords(y.Prints), Tightening)
	c.count(Loosening, path+".maxTimes", what.of("how often", "số lần"), int(x.MaxTimes), int(y.MaxTimes), math.MaxInt)
	c.duration(Loosening, path+".notAfter", what.of("not after", "không quá"), x.NotAfter, y.NotAfter, absentIsForever)
	setsX, setsY := orNew(x.Sets), orNew(y.Sets)
	c.value(Structural, path+".sets.outcome", what.of("sets outcome", "ấn định kết quả"), string(setsX.Outcome), string(setsY.Outcome))
}

// ends compares what a dossier comes to and what is kept and measured of it.
func (c *comparer) ends(before, after *v1alpha1.QualityProcedureSpec) {
	outcomes := list[v1alpha1.Outcome]{
		path: "spec.outcomes", what: words{"outcome", "kết quả"}, more: Structural,
		name: func(o *v1alpha1.Outcome) string { return string(o.ID) },
	}
	each(c, outcomes, before.Outcomes, after.Outcomes, func(path string, what words, x, y *v1alpha1.Outcome) {
		c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
		c.value(Structural, path+".result", what.of("result", "ý nghĩa"), string(x.Result), string(y.Result))
		c.presence(Tightening, path+".template", what.of("template", "mẫu văn bản"), string(x.Template), string(y.Template))
		c.value(Editorial, path+".number", what.of("number", "ký hiệu"), x.Number, y.Number)
	})
	templates := list[v1alpha1.ResultTemplate]{
		path: "spec.templates", what: words{"template", "mẫu văn bản"}, more: Tightening,
		name: func(t *v1alpha1.ResultTemplate) string { return string(t.ID) },
	}
	each(c, templates, before.Templates, after.Templates, func(path string, what words, x, y *v1alpha1.ResultTemplate) {
		c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
		c.wording(path+".text", what.of("text", "nội dung"), x.Text, y.Text)
	})
	records := list[v1alpha1.QualityRecord]{
		path: "spec.records", what: words{"record", "hồ sơ lưu"}, more: Tightening,
		name: func(r *v1alpha1.QualityRecord) string { return string(r.ID) },
	}
	each(c, records, before.Records, after.Records, c.record)
	objectives := list[v1alpha1.Objective]{
		path: "spec.objectives", what: words{"objective", "mục tiêu"}, more: Tightening,
		name: func(o *v1alpha1.Objective) string { return string(o.ID) },
	}
	each(c, objectives, before.Objectives, after.Objectives, c.objective)
	if transitionText(before.Transition) != transitionText(after.Transition) {
		c.note(Editorial, "spec.transition", words{"what becomes of open dossiers is decided otherwise", "sửa quy định chuyển tiếp hồ sơ đang giải quyết"})
	}
}

// transitionText is a transition in a form that can be compared.
func transitionText(t *v1alpha1.Transition) string {
	if t == nil {
		return ""
	}
	return fmt.Sprint(*t)
}

func (c *comparer) record(path string, what words, x, y *v1alpha1.QualityRecord) {
	c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
	c.set(path+".keeps", what.of("keeps", "gồm"), asWords(x.Keeps), asWords(y.Keeps), Tightening)
	c.value(Structural, path+".keeper", what.of("keeper", "người lưu"), string(x.Keeper), string(y.Keeper))
	c.ordered(Tightening, cmp.Compare(yearsKept(x.Retention), yearsKept(y.Retention)), path+".retention",
		what.of("retention", "thời hạn lưu"), x.Retention, y.Retention)
	c.value(Editorial, path+".basis", what.of("basis", "căn cứ"), x.Basis, y.Basis)
}

func yearsKept(retention string) int {
	var years int
	if _, err := fmt.Sscanf(retention, "%dy", &years); err != nil {
		return math.MaxInt // permanent
	}
	return years
}

func (c *comparer) objective(path string, what words, x, y *v1alpha1.Objective) {
	c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
	c.value(Structural, path+".measure", what.of("measure", "chỉ số"), x.Measure, y.Measure)
	c.value(Structural, path+".period", what.of("period", "kỳ tính"), x.Period, y.Period)
	c.ordered(Tightening, compareTargets(x.Target, y.Target), path+".target", what.of("target", "chỉ tiêu"), x.Target, y.Target)
}

// compareTargets orders targets of one direction and unit by how hard they are to reach; others are equal.
func compareTargets(x, y string) int {
	var directionX, directionY, unitX, unitY string
	var a, b float64
	_, errX := fmt.Sscanf(x, "%s %f%s", &directionX, &a, &unitX)
	_, errY := fmt.Sscanf(y, "%s %f%s", &directionY, &b, &unitY)
	switch {
	case errX != nil || errY != nil || directionX != directionY || unitX != unitY:
		return 0
	case directionX == "<=":
		return cmp.Compare(b, a)
	default:
		return cmp.Compare(a, b)
	}
}
