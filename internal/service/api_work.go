package service

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/store"
)

func (s *Service) workOperations() []operation {
	return []operation{
		{
			id: "getInbox", method: http.MethodGet, path: agencyPath + "/inbox", tag: tagWork, who: officers,
			summary: "The open work of the officer, the most urgent first",
			description: "Without a role it is the work of all roles of the officer, one role after the other. " +
				"Work that is assigned to another holder of the role is left out.",
			query:  append([]parameter{{name: "role", description: "A role that the officer holds, or acts in for who is away."}}, paging()...),
			answer: Inbox{}, handler: s.asOfficer(s.getInbox),
		},
		{
			id: "listWork", method: http.MethodGet, path: agencyPath + "/work", tag: tagWork, who: officers,
			summary: "The boards of open work that is overdue, or due soon, the most urgent first",
			description: "Soon is by the end of the next working day; what is overdue is among it. " +
				"Due is meant by the budget of the step.",
			query: append([]parameter{
				{name: "due", description: "Overdue work only, or what is due soon.", values: []string{"overdue", "soon"}},
				{name: "role", description: "The work of a role only."},
			}, paging()...),
			answer: Inbox{}, handler: s.asOfficer(s.listWork),
		},
	}
}

// Inbox is a page of open work.
type Inbox struct {
	Items []InboxItem `json:"items"`
	// Next is given as after to get the next page; absent on the last.
	Next string `json:"next,omitempty"`
}

// InboxItem is an open step of a dossier, or a question of another agency.
type InboxItem struct {
	// Kind of the record: dossier, or consultation for a question of another agency.
	Kind    store.Kind `json:"kind"`
	Code    string     `json:"code"`
	Version int64      `json:"version"`
	// Procedure by its name; for a question by the code that it has at the asker.
	Procedure string         `json:"procedure"`
	Revision  int32          `json:"revision,omitempty"`
	Step      string         `json:"step"`
	Title     v1alpha1.Title `json:"title,omitempty"`
	Branch    string         `json:"branch"`
	Role      string         `json:"role"`
	Assignee  string         `json:"assignee,omitempty"`
	EnteredAt string         `json:"enteredAt"`
	// StepDue is when the step's own budget is used up, Due the time promised to the applicant.
	StepDue string `json:"stepDue,omitempty"`
	Due     string `json:"due,omitempty"`
	Overdue bool   `json:"overdue"`
}

func (s *Service) getInbox(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	values := r.URL.Query()
	limit, after, err := pageOf(values)
	if err != nil {
		return err
	}
	role := v1alpha1.ID(values.Get("role"))
	roles := []v1alpha1.ID{role}
	if role == "" {
		roles = d.rolesOf(officer.ID)
	} else if !d.actsIn(officer.ID, role) {
		return problem(http.StatusForbidden, string(dossier.CodeRoleNotHeld),
			"officer %[1]s does not hold the role %[2]q: ask for one of %[3]v",
			"cán bộ %[1]s không giữ vai trò %[2]q; chọn một trong %[3]v", officer.ID, role, officer.Roles)
	}
	work, err := d.inbox(r.Context(), officer.ID, roles, after, limit)
	if err != nil {
		return err
	}
	return s.writeInbox(w, r, d, work)
}

// rolesOf are the roles in which an officer acts today, in the order of their ids.
func (d *desk) rolesOf(officer v1alpha1.ID) []v1alpha1.ID {
	var roles []v1alpha1.ID
	for i := range d.place.Officers {
		for _, role := range d.place.Officers[i].Roles {
			if !slices.Contains(roles, role) && d.actsIn(officer, role) {
				roles = append(roles, role)
			}
		}
	}
	slices.Sort(roles)
	return roles
}

// actsIn says whether an officer holds a role, or acts in it for somebody who is away.
func (d *desk) actsIn(officer, role v1alpha1.ID) bool {
	return slices.Contains(d.place.Holders(role), officer) || len(d.place.Represented(officer, role)) > 0
}

// roleEnd stands between a role and the position in its work, in a cursor.
const roleEnd = "~"

// inbox is a page of the work of roles, one role after the other. Its position is the role, and that within the role's work.
func (d *desk) inbox(
	ctx context.Context, officer v1alpha1.ID, roles []v1alpha1.ID, after string, limit int,
) (store.Page[store.Work], error) {
	var page store.Page[store.Work]
	role, position, _ := strings.Cut(after, roleEnd)
	i := 0
	if role != "" {
		if i = slices.Index(roles, v1alpha1.ID(role)); i < 0 {
			return page, wrongCursor()
		}
	}
	for ; i < len(roles); i, position = i+1, "" {
		if len(page.Items) == limit {
			// The next role may have nothing: then the next page is empty, which is no harm.
			page.Next = string(roles[i]) + roleEnd
			return page, nil
		}
		part, err := d.records.Inbox(ctx, d.inboxQuery(officer, roles[i], position, limit-len(page.Items)))
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, part.Items...)
		if part.Next != "" {
			page.Next = string(roles[i]) + roleEnd + part.Next
			return page, nil
		}
	}
	return page, nil
}

func (d *desk) inboxQuery(officer, role v1alpha1.ID, after string, limit int) store.InboxQuery {
	represented := d.place.Represented(officer, role)
	q := store.InboxQuery{Role: string(role), Officer: string(officer), Holders: []string{}, After: after, Limit: limit}
	for _, holder := range d.place.Holders(role) {
		// Work of those who are away and let this officer act is this officer's too.
		if !slices.Contains(represented, holder) {
			q.Holders = append(q.Holders, string(holder))
		}
	}
	return q
}

func (s *Service) listWork(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	values := r.URL.Query()
	q := store.InboxQuery{Role: values.Get("role")}
	var err error
	if q.Limit, q.After, err = pageOf(values); err != nil {
		return err
	}
	switch values.Get("due") {
	case "overdue":
		q.DueBefore = d.now
	case "soon":
		if q.DueBefore, err = d.soon(); err != nil {
			return err
		}
	}
	work, err := d.records.Inbox(r.Context(), q)
	if err != nil {
		return err
	}
	return s.writeInbox(w, r, d, work)
}

// soon is just after the end of the next working day.
func (d *desk) soon() (time.Time, error) {
	day, err := d.calendar.WorkingDayFrom(d.day(d.now).AddDays(1))
	if err != nil {
		return time.Time{}, problem(http.StatusServiceUnavailable, string(dossier.CodeCalendarMissing),
			"the next working day is not known: %[1]v", "chưa có lịch làm việc của ngày làm việc tiếp theo: %[1]v", err)
	}
	return day.AddDays(1).Start(d.calendar.Location()), nil
}

func (s *Service) writeInbox(w http.ResponseWriter, r *http.Request, d *desk, work store.Page[store.Work]) error {
	inbox := Inbox{Items: make([]InboxItem, 0, len(work.Items)), Next: work.Next}
	for i := range work.Items {
		shown, err := d.inboxItem(r.Context(), &work.Items[i])
		if err != nil {
			return err
		}
		inbox.Items = append(inbox.Items, shown)
	}
	return writeJSON(w, http.StatusOK, inbox)
}

func (d *desk) inboxItem(ctx context.Context, w *store.Work) (InboxItem, error) {
	item := InboxItem{
		Kind: store.KindDossier, Code: w.Code, Version: w.Version, Procedure: w.Head.Procedure, Revision: w.Head.Revision,
		Step: w.Item.Step, Branch: w.Item.Branch, Role: w.Item.Role, Assignee: w.Item.Assignee,
		EnteredAt: d.stamp(w.Item.EnteredAt), StepDue: d.stamp(w.Item.Due), Due: d.stamp(w.Head.Due),
		Overdue: !w.Item.Due.IsZero() && d.now.After(w.Item.Due),
	}
	if w.Head.Kind != "" && w.Head.Kind != store.KindDossier {
		item.Kind = w.Head.Kind
		if item.Kind == store.KindConsultation {
			item.Title = "Trả lời lấy ý kiến của cơ quan khác"
		}
		return item, nil
	}
	p, err := d.revisionOf(ctx, w.Head)
	if err != nil {
		return item, err
	}
	if step, ok := p.Step(v1alpha1.ID(w.Item.Step)); ok {
		item.Title = step.Title
	}
	return item, nil
}
