package procedure

import (
	"fmt"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// checkRolesDeclared (R1): every role that is named is declared, and no role is separate from itself.
func checkRolesDeclared(s *subject) []violation {
	var found []violation
	s.eachRole(func(path string, role v1alpha1.ID) {
		if !s.roles[role] {
			found = append(found, at(path,
				"the role %s is not declared; add it to spec.roles, or name one that is there",
				"vai trò %s chưa được khai báo; thêm vào spec.roles hoặc dùng vai trò đã có", role))
		}
	})
	for i := range s.spec.Roles {
		for k, other := range s.spec.Roles[i].SeparateFrom {
			path := fmt.Sprintf("spec.roles[%d].separateFrom[%d]", i, k)
			switch {
			case other == s.spec.Roles[i].ID:
				found = append(found, at(path, "the role %s cannot be separate from itself; name another role",
					"vai trò %s không thể tách khỏi chính nó; hãy ghi vai trò khác", other))
			case !s.roles[other]:
				found = append(found, at(path,
					"the role %s is not declared; add it to spec.roles, or name one that is there",
					"vai trò %s chưa được khai báo; thêm vào spec.roles hoặc dùng vai trò đã có", other))
			}
		}
	}
	return found
}

// eachRole calls visit for every place at which a procedure gives a role something to do.
func (g *graph) eachRole(visit func(path string, role v1alpha1.ID)) {
	for i := range g.spec.Steps {
		step := &g.spec.Steps[i]
		if step.Role != "" {
			visit(stepPath(i)+".role", step.Role)
		}
		if step.Assigns != nil {
			visit(stepPath(i)+".assigns.role", step.Assigns.Role)
		}
	}
	if extension := g.spec.Deadline.Extension; extension != nil && extension.Approver != "" {
		visit("spec.deadline.extension.approver", extension.Approver)
	}
	for i := range g.spec.Records {
		visit(fmt.Sprintf("spec.records[%d].keeper", i), g.spec.Records[i].Keeper)
	}
}

// checkAssignments (R1): an assign step chooses an officer for a step that exists, of the role that acts in it.
func checkAssignments(s *subject) []violation {
	var found []violation
	for i := range s.spec.Steps {
		assigns := s.spec.Steps[i].Assigns
		if assigns == nil {
			continue
		}
		n, ok := s.steps[assigns.Step]
		switch {
		case !ok:
			found = append(found, at(stepPath(i)+".assigns.step",
				"there is no step %s; name the step that the chosen officer will do",
				"không có bước %s; ghi mã bước mà người được phân công sẽ thực hiện", assigns.Step))
		case s.spec.Steps[n].Role != assigns.Role:
			found = append(found, at(stepPath(i)+".assigns.role",
				"step %s assigns an officer of role %s to step %s, in which the role %q acts; make them agree",
				"bước %s phân công vai trò %s cho bước %s, nhưng bước đó do vai trò %q thực hiện; cần thống nhất",
				s.id(i), assigns.Role, assigns.Step, s.spec.Steps[n].Role))
		}
	}
	return found
}

// checkRolesUsed (R1): every declared role has something to do.
func checkRolesUsed(s *subject) []violation {
	used := map[v1alpha1.ID]bool{}
	s.eachRole(func(_ string, role v1alpha1.ID) { used[role] = true })
	var found []violation
	for i := range s.spec.Roles {
		if id := s.spec.Roles[i].ID; !used[id] {
			found = append(found, at(fmt.Sprintf("spec.roles[%d]", i),
				"the role %s has nothing to do; give it a step, or take it out, so that agencies need not staff it",
				"vai trò %s không làm việc gì; giao cho một bước hoặc bỏ đi để cơ quan không phải bố trí người", id))
		}
	}
	return found
}

// checkForms (F1): every form that is named is declared.
func checkForms(s *subject) []violation {
	var found []violation
	declared := func(path string, form v1alpha1.ID) {
		if s.forms[form] == nil {
			found = append(found, at(path,
				"the form %s is not declared; add it to spec.forms, or name one that is there",
				"biểu mẫu %s chưa được khai báo; thêm vào spec.forms hoặc dùng biểu mẫu đã có", form))
		}
	}
	each := func(path string, forms []v1alpha1.ID) {
		for i, form := range forms {
			declared(fmt.Sprintf("%s[%d]", path, i), form)
		}
	}
	for i := range s.spec.Documents {
		if form := s.spec.Documents[i].Form; form != "" {
			declared(fmt.Sprintf("spec.documents[%d].form", i), form)
		}
	}
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		each(stepPath(i)+".forms", step.Forms)
		if step.Sends != nil {
			each(stepPath(i)+".sends.forms", step.Sends.Forms)
		}
		for a := range step.Actions {
			if requires := step.Actions[a].Requires; requires != nil {
				each(actionPath(i, a)+".requires.forms", requires.Forms)
			}
		}
	}
	return found
}

// checkDocumentsAndFees (F1): every document and fee that a step names is declared, and every fee is due at a step.
func checkDocumentsAndFees(s *subject) []violation {
	var found []violation
	for i := range s.spec.Fees {
		due := s.spec.Fees[i].Due
		if _, ok := s.steps[due]; due != "" && !ok {
			found = append(found, at(fmt.Sprintf("spec.fees[%d].due", i),
				"there is no step %s; name the step at which the fee is collected at the latest",
				"không có bước %s; ghi mã bước chậm nhất phải thu phí, lệ phí", due))
		}
	}
	for i := range s.spec.Steps {
		step := &s.spec.Steps[i]
		for k, fee := range step.Collects {
			if !s.fees[fee] {
				found = append(found, at(fmt.Sprintf("%s.collects[%d]", stepPath(i), k),
					"the fee %s is not declared; add it to spec.fees, or name one that is there",
					"phí, lệ phí %s chưa được khai báo; thêm vào spec.fees hoặc dùng khoản đã có", fee))
			}
		}
		if step.Sends == nil {
			continue
		}
		for k, document := range step.Sends.Documents {
			if !s.documents[document] {
				found = append(found, at(fmt.Sprintf("%s.sends.documents[%d]", stepPath(i), k),
					"the document %s is not declared; add it to spec.documents, or name one that is there",
					"giấy tờ %s chưa được khai báo; thêm vào spec.documents hoặc dùng giấy tờ đã có", document))
			}
		}
	}
	return found
}

// checkClockStart (F1): the action that starts the statutory clock exists.
func checkClockStart(s *subject) []violation {
	named := s.spec.Deadline.StartsAt
	if named == "" {
		return nil
	}
	const path = "spec.deadline.startsAt"
	step, action, _ := strings.Cut(named, "/")
	i, ok := s.steps[v1alpha1.ID(step)]
	if !ok {
		return []violation{at(path, "there is no step %s; name a step and an action of it, as B1/tiep-nhan",
			"không có bước %s; ghi mã bước và mã hành động, ví dụ B1/tiep-nhan", step)}
	}
	for a := range s.spec.Steps[i].Actions {
		if string(s.spec.Steps[i].Actions[a].ID) == action {
			return nil
		}
	}
	return []violation{at(path, "step %s has no action %s; name one of its actions, as B1/tiep-nhan",
		"bước %s không có hành động %s; ghi một hành động của bước đó, ví dụ B1/tiep-nhan", step, action)}
}

// keepable are the words for what a record holds, beside the print forms.
var keepable = map[v1alpha1.ID]bool{
	"documents": true, "forms": true, "outcome": true,
	"M01": true, "M02": true, "M03": true, "M04": true, "M05": true, "M06": true, "M07": true,
}

// checkRecords (Q1): every record keeps something that a dossier leaves behind.
func checkRecords(s *subject) []violation {
	var found []violation
	for i := range s.spec.Records {
		for k, kept := range s.spec.Records[i].Keeps {
			if !keepable[kept] {
				found = append(found, at(fmt.Sprintf("spec.records[%d].keeps[%d]", i, k),
					"a dossier leaves no %q behind; a record keeps documents, forms, outcome, or a print form M01 to M07",
					"hồ sơ không có %q; ghi documents, forms, outcome hoặc mẫu M01 đến M07", kept))
			}
		}
	}
	return found
}
