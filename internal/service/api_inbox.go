package service

import (
	"net/http"
	"slices"
	"strconv"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/store"
)

// Inbox is open work.
type Inbox struct {
	Items []InboxItem `json:"items"`
	// More says that there is more than was returned.
	More bool `json:"more"`
}

// InboxItem is an open step of a dossier.
type InboxItem struct {
	Code      string         `json:"code"`
	Version   int64          `json:"version"`
	Procedure string         `json:"procedure"`
	Revision  int32          `json:"revision"`
	Step      string         `json:"step"`
	Title     v1alpha1.Title `json:"title"`
	Branch    string         `json:"branch"`
	Role      string         `json:"role"`
	Assignee  string         `json:"assignee,omitempty"`
	EnteredAt string         `json:"enteredAt"`
	// StepDue is when the step's own budget is used up, Due the time promised to the applicant.
	StepDue string `json:"stepDue,omitempty"`
	Due     string `json:"due,omitempty"`
	Overdue bool   `json:"overdue"`
}

// The number of items of an inbox, when none is asked for and at most.
const (
	inboxDefault = 100
	inboxMost    = 500
)

func (s *Service) getInbox(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	role := v1alpha1.ID(r.URL.Query().Get("role"))
	if role == "" {
		return problem(http.StatusBadRequest, "role-needed", "say whose inbox: role=ROLE, one of %[1]v",
			"chọn vai trò (role=...), một trong %[1]v", officer.Roles)
	}
	office := d.office(d.now)
	holders, represented := office.Holders(role), office.Represented(officer.ID, role)
	if !slices.Contains(holders, officer.ID) && len(represented) == 0 {
		return problem(http.StatusForbidden, string(dossier.CodeRoleNotHeld),
			"officer %[1]s does not hold the role %[2]q: ask for one of %[3]v",
			"cán bộ %[1]s không giữ vai trò %[2]q; chọn một trong %[3]v", officer.ID, role, officer.Roles)
	}
	limit := inboxDefault
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > inboxMost {
			return problem(http.StatusBadRequest, "limit-wrong", "limit is a number from 1 to %[1]d",
				"limit phải là số từ 1 đến %[1]d", inboxMost)
		}
		limit = n
	}
	query := store.InboxQuery{Role: string(role), Officer: string(officer.ID), Holders: []string{}, Limit: limit}
	for _, holder := range holders {
		// Work of those who are away and let this officer act is this officer's too.
		if !slices.Contains(represented, holder) {
			query.Holders = append(query.Holders, string(holder))
		}
	}
	work, err := d.records.Inbox(r.Context(), query)
	if err != nil {
		return err
	}
	inbox := Inbox{Items: make([]InboxItem, 0, len(work.Items)), More: work.Next != ""}
	for _, item := range work.Items {
		shown, err := d.inboxItem(r, item)
		if err != nil {
			return err
		}
		inbox.Items = append(inbox.Items, shown)
	}
	return writeJSON(w, http.StatusOK, inbox)
}

func (d *desk) inboxItem(r *http.Request, w store.Work) (InboxItem, error) {
	p, err := d.revisionOf(r.Context(), w.Head)
	if err != nil {
		return InboxItem{}, err
	}
	item := InboxItem{
		Code: w.Code, Version: w.Version, Procedure: w.Head.Procedure, Revision: w.Head.Revision,
		Step: w.Item.Step, Branch: w.Item.Branch, Role: w.Item.Role, Assignee: w.Item.Assignee,
		EnteredAt: d.stamp(w.Item.EnteredAt), StepDue: d.stamp(w.Item.Due), Due: d.stamp(w.Head.Due),
		Overdue: !w.Item.Due.IsZero() && d.now.After(w.Item.Due),
	}
	if step, ok := p.Step(v1alpha1.ID(w.Item.Step)); ok {
		item.Title = step.Title
	}
	return item, nil
}
