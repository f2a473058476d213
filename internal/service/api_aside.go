package service

import (
	"errors"
	"net/http"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/store"
)

// AsideRegister is a page of the register of petitions, or of the questions of other agencies.
type AsideRegister struct {
	Items []AsideEntry `json:"items"`
	// Next is given as after to get the next page; absent on the last.
	Next string `json:"next,omitempty"`
}

// AsideEntry is one of them. It holds no personal data.
type AsideEntry struct {
	Code      string `json:"code"`
	Version   int64  `json:"version"`
	Procedure string `json:"procedure,omitempty"`
	Channel   string `json:"channel,omitempty"`
	// Status is open or ended.
	Status     string `json:"status"`
	Outcome    string `json:"outcome,omitempty"`
	ReceivedAt string `json:"receivedAt"`
	Due        string `json:"due,omitempty"`
	AnsweredAt string `json:"answeredAt,omitempty"`
	EndedAt    string `json:"endedAt,omitempty"`
	Overdue    bool   `json:"overdue"`
}

// asideFilters are the filters of the register that have a meaning for what is kept beside the dossiers.
func asideFilters() []parameter {
	var kept []parameter
	for _, p := range registerFilters() {
		switch p.name {
		case "procedure", "status", "channel", "receivedFrom", "receivedTo", "endedFrom", "endedTo", "dueFrom", "dueTo", "order":
			kept = append(kept, p)
		}
	}
	return kept
}

// listAside answers with a page of a register.
func (s *Service) listAside(kind store.Kind) func(http.ResponseWriter, *http.Request, *desk, v1alpha1.Officer) error {
	return func(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
		values := r.URL.Query()
		q, err := d.registerQuery(values)
		if err != nil {
			return err
		}
		q.Kind = kind
		if q.Limit, q.After, err = pageOf(values); err != nil {
			return err
		}
		found, err := d.records.Find(r.Context(), q)
		if err != nil {
			return err
		}
		register := AsideRegister{Items: make([]AsideEntry, 0, len(found.Items)), Next: found.Next}
		for i := range found.Items {
			h := &found.Items[i].Head
			v := AsideEntry{
				Code: found.Items[i].Code, Version: found.Items[i].Version, Procedure: h.Procedure, Channel: h.Channel,
				Status: statusEnded, Outcome: h.Outcome, ReceivedAt: d.stamp(h.ReceivedAt), Due: d.stamp(h.Due),
				AnsweredAt: d.stamp(h.FinishedAt), EndedAt: d.stamp(h.EndedAt), Overdue: late(h, d.now),
			}
			if h.Open {
				v.Status = statusOpen
			}
			register.Items = append(register.Items, v)
		}
		return writeJSON(w, http.StatusOK, register)
	}
}

// asideError tells what is not there by its own code.
func asideError(code string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return problem(http.StatusNotFound, code, "this agency keeps nothing under that code", "cơ quan không lưu gì với mã này")
	}
	return err
}

// asideStale puts what is there now beside the refusal of what was done to an older version.
func asideStale(err error, current func() (any, error)) error {
	p := problemOf(err)
	if p.Code != string(dossier.CodeStale) {
		return err
	}
	now, failure := current()
	if failure != nil {
		return failure
	}
	p.Current = now
	return p
}
