package service

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
)

// Register is a page of the register.
type Register struct {
	Items []RegisterEntry `json:"items"`
	// Next is given as after to get the next page; absent on the last.
	Next string `json:"next,omitempty"`
}

// RegisterEntry is a dossier in the register. It holds no personal data.
type RegisterEntry struct {
	Code      string           `json:"code"`
	Version   int64            `json:"version"`
	Procedure ProcedureName    `json:"procedure"`
	Revision  int32            `json:"revision"`
	Channel   v1alpha1.Channel `json:"channel,omitempty"`
	// Status is open or ended.
	Status     string `json:"status"`
	Outcome    string `json:"outcome,omitempty"`
	Result     string `json:"result,omitempty"`
	ReceivedAt string `json:"receivedAt"`
	AcceptedAt string `json:"acceptedAt,omitempty"`
	Due        string `json:"due,omitempty"`
	FinishedAt string `json:"finishedAt,omitempty"`
	EndedAt    string `json:"endedAt,omitempty"`
	// Overdue says that the result was not ready by the time promised.
	Overdue      bool   `json:"overdue"`
	DisposeAfter string `json:"disposeAfter,omitempty"`
	Disposed     bool   `json:"disposed,omitempty"`
}

// Search asks for the dossiers of an identity number.
type Search struct {
	IdentityNumber string `json:"identityNumber"`
	Procedure      string `json:"procedure,omitempty"`
	// Status is open or ended; empty for both.
	Status string `json:"status,omitempty" enum:"open,ended"`
	Limit  int    `json:"limit,omitempty" minimum:"1" maximum:"500"`
	After  string `json:"after,omitempty"`
}

// The number of items of a page, when none is asked for and at most.
const (
	pageDefault = 100
	pageMost    = 500
)

// The statuses of what is in a register.
const (
	statusOpen  = "open"
	statusEnded = "ended"
)

// paging are the parameters of what is answered by pages.
func paging() []parameter {
	return []parameter{
		{name: "limit", kind: "integer", description: "The greatest number of items: 1 to 500. Default 100."},
		{name: "after", description: "The next of the page before."},
	}
}

// registerFilters are the parameters by which the register is asked.
func registerFilters() []parameter {
	day := func(name, description string) parameter {
		return parameter{name: name, description: description, format: "date"}
	}
	return []parameter{
		{name: "procedure", description: "The name of a procedure."},
		{name: "status", description: "Open or ended ones only.", values: []string{statusOpen, statusEnded}},
		{name: "outcome", description: "The outcome with which it ended."},
		{name: "channel", description: "The channel by which it came in.", values: []string{"counter", "online", "post"}},
		day("receivedFrom", "The first day of reception."), day("receivedTo", "The last day of reception."),
		day("endedFrom", "The first day on which it ended."), day("endedTo", "The last day on which it ended."),
		day("dueFrom", "The first day promised."), day("dueTo", "The last day promised."),
		day("disposableOn", "The day on which its time of keeping is over, and it was not disposed of."),
		{
			name: "order", description: "First the one that came in first, the newest one, or the most urgent one.",
			values: []string{"arrival", "newest", "due"},
		},
	}
}

func (s *Service) listDossiers(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	values := r.URL.Query()
	q, err := d.registerQuery(values)
	if err != nil {
		return err
	}
	if q.Limit, q.After, err = pageOf(values); err != nil {
		return err
	}
	return s.writeRegister(w, r, d, q)
}

// registerQuery is what the parameters ask for.
func (d *desk) registerQuery(values url.Values) (store.Query, error) {
	q := store.Query{
		Kind: store.KindDossier, Procedure: values.Get("procedure"), Channel: values.Get("channel"), Outcome: values.Get("outcome"),
	}
	if status := values.Get("status"); status != "" {
		open := status == statusOpen
		q.Open = &open
	}
	switch values.Get("order") {
	case "newest":
		q.Order = store.Newest
	case "due":
		q.Order = store.ByDue
	}
	for _, bound := range []struct {
		name string
		// after adds a day: a last day is included.
		after int
		into  *time.Time
	}{
		{"receivedFrom", 0, &q.ReceivedFrom},
		{"receivedTo", 1, &q.ReceivedBefore},
		{"endedFrom", 0, &q.EndedFrom},
		{"endedTo", 1, &q.EndedBefore},
		{"dueFrom", 0, &q.DueFrom},
		{"dueTo", 1, &q.DueBefore},
		{"disposableOn", 1, &q.DisposeBefore},
	} {
		text := values.Get(bound.name)
		if text == "" {
			continue
		}
		day, err := d.dayOf(bound.name, text)
		if err != nil {
			return q, err
		}
		*bound.into = day.AddDate(0, 0, bound.after)
	}
	return q, nil
}

// dayOf is the beginning of a day in the agency's zone.
func (d *desk) dayOf(name, text string) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, text, d.calendar.Location())
	if err != nil {
		return day, problem(http.StatusBadRequest, "parameter-wrong", "%[1]s is a day as 2026-11-27",
			"%[1]s phải là ngày dạng 2026-11-27", name)
	}
	return day, nil
}

func (s *Service) searchDossiers(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	var body Search
	if err := readJSON(r, &body); err != nil {
		return err
	}
	number := plainNumber(body.IdentityNumber)
	if number == "" {
		return problem(http.StatusUnprocessableEntity, "identity-number-needed",
			"give the identity number whose dossiers are searched", "thiếu số định danh cần tra cứu")
	}
	key := d.records.keys.SearchKey(identityNumbers, number)
	q := store.Query{Kind: store.KindDossier, Procedure: body.Procedure, Key: &key, Order: store.Newest}
	switch body.Status {
	case "":
	case statusOpen, statusEnded:
		open := body.Status == statusOpen
		q.Open = &open
	default:
		return wrongValue("status", []string{statusOpen, statusEnded})
	}
	values := url.Values{"after": {body.After}}
	if body.Limit != 0 {
		values.Set("limit", strconv.Itoa(body.Limit))
	}
	var err error
	if q.Limit, q.After, err = pageOf(values); err != nil {
		return err
	}
	return s.writeRegister(w, r, d, q)
}

func (s *Service) writeRegister(w http.ResponseWriter, r *http.Request, d *desk, q store.Query) error {
	found, err := d.records.Find(r.Context(), q)
	if err != nil {
		return err
	}
	register := Register{Items: make([]RegisterEntry, 0, len(found.Items)), Next: found.Next}
	for i := range found.Items {
		p, err := d.revisionOf(r.Context(), found.Items[i].Head)
		if err != nil {
			return err
		}
		register.Items = append(register.Items, d.registerEntry(&found.Items[i], p))
	}
	return writeJSON(w, http.StatusOK, register)
}

func (d *desk) registerEntry(e *store.Entry, p *procedure.Procedure) RegisterEntry {
	h := &e.Head
	v := RegisterEntry{
		Code: e.Code, Version: e.Version, Procedure: nameOf(p), Revision: h.Revision, Channel: v1alpha1.Channel(h.Channel),
		Status: statusEnded, Outcome: h.Outcome, Result: h.Result, ReceivedAt: d.stamp(h.ReceivedAt),
		AcceptedAt: d.stamp(h.AcceptedAt), Due: d.stamp(h.Due), FinishedAt: d.stamp(h.FinishedAt), EndedAt: d.stamp(h.EndedAt),
		Overdue: late(h, d.now), DisposeAfter: d.date(h.DisposeAfter), Disposed: h.Disposed,
	}
	if h.Open {
		v.Status = statusOpen
	}
	return v
}

// late says whether the result was not ready by the time promised.
func late(h *store.Head, now time.Time) bool {
	switch {
	case h.Due.IsZero():
		return false
	case !h.FinishedAt.IsZero():
		return h.FinishedAt.After(h.Due)
	case !h.EndedAt.IsZero():
		return h.EndedAt.After(h.Due)
	default:
		return now.After(h.Due)
	}
}

// pageOf is which page is asked for.
func pageOf(values url.Values) (limit int, after string, err error) {
	limit = pageDefault
	if text := values.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > pageMost {
			return 0, "", problem(http.StatusBadRequest, "limit-wrong", "limit is a number from 1 to %[1]d",
				"limit phải là số từ 1 đến %[1]d", pageMost)
		}
	}
	return limit, values.Get("after"), nil
}

func wrongCursor() *Problem {
	return problem(http.StatusBadRequest, "cursor-wrong", "after is not the next of another page: begin with the first page",
		"after không phải giá trị next của trang trước; đề nghị tải lại từ trang đầu")
}

func wrongValue(name string, values []string) error {
	return problem(http.StatusBadRequest, "parameter-wrong", "%[1]s is one of %[2]v", "%[1]s phải là một trong %[2]v", name, values)
}
