package service

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/printform"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/store"
)

func (s *Service) formOperations() []operation {
	const path = agencyPath + "/dossiers/{code}/forms"
	return []operation{
		{
			id: "listForms", method: http.MethodGet, path: path, tag: tagDossiers, who: officers,
			summary: "The forms that were printed of a dossier", answer: PrintedForms{}, handler: s.asOfficer(s.listForms),
		},
		{
			id: "getForm", method: http.MethodGet, path: path + "/{form}", tag: tagDossiers, who: officers,
			summary: "What stands on a form, M01 to M06, as it was printed",
			query: []parameter{{
				name: "seq", kind: "integer",
				description: "The event that printed the form. Default the last that did; for M06, which shows the way up to an event, the last.",
			}},
			answer: printform.Sheet{}, handler: s.asOfficer(s.getForm),
		},
		{
			id: "getRegisterForm", method: http.MethodGet, path: agencyPath + "/forms/M07", tag: tagFigures, who: officers,
			summary: "The register of the dossiers that came in on some days, as the form M07", query: periodParameters(true),
			answer: printform.Book{}, handler: s.asOfficer(s.getRegisterForm),
		},
	}
}

// PrintedForms are the forms that were printed of a dossier.
type PrintedForms struct {
	Items []printform.Print `json:"items"`
}

func (s *Service) listForms(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	found, err := d.open(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, PrintedForms{Items: append([]printform.Print{}, printform.Printed(found.events)...)})
}

func (s *Service) getForm(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	found, err := d.open(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	form := v1alpha1.PrintForm(r.PathValue("form"))
	seq, err := printedAt(r.URL.Query().Get("seq"), form, found)
	if err != nil {
		return err
	}
	c := d.caseOf(r.Context(), found.code, found.head, found.events)
	sheet, err := c.Sheet(form, seq)
	if errors.Is(err, printform.ErrNotPrinted) {
		return notPrinted()
	}
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, sheet)
}

// printedAt is the event that printed a form: the one that is asked for, or the last.
func printedAt(text string, form v1alpha1.PrintForm, r *recorded) (int64, error) {
	if text != "" {
		seq, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seq < 1 || seq > r.state.Version {
			return 0, problem(http.StatusBadRequest, "parameter-wrong", "seq is the number of an event, from 1 to %[1]d",
				"seq phải là số thứ tự sự kiện, từ 1 đến %[1]d", r.state.Version)
		}
		return seq, nil
	}
	if form == printform.ControlSlip {
		return r.state.Version, nil
	}
	for _, printed := range slices.Backward(printform.Printed(r.events)) {
		if printed.Form == form {
			return printed.Seq, nil
		}
	}
	return 0, notPrinted()
}

func notPrinted() error {
	return problem(http.StatusNotFound, "form-not-printed",
		"the form was not printed of this dossier, or not by that event: see the list of its forms",
		"hồ sơ chưa in biểu mẫu này, hoặc không in tại sự kiện đó; đề nghị xem danh sách biểu mẫu")
}

// caseOf is a dossier as the forms see it.
func (d *desk) caseOf(ctx context.Context, code string, head store.Head, events []dossier.Event) *printform.Case {
	return &printform.Case{
		Agency: d.onForms(), Code: code, Events: events, Zone: d.calendar.Location(),
		Procedure: func(digest string) (*procedure.Procedure, bool) {
			p, err := d.revisionOf(ctx, store.Head{Procedure: head.Procedure, Digest: digest})
			return p, err == nil
		},
		Officer: func(id v1alpha1.ID, _ time.Time) (name, position v1alpha1.Title) {
			officer, _ := d.officer(id)
			return officer.Title, ""
		},
	}
}

// onForms is the agency as it stands on forms.
func (d *desk) onForms() printform.Agency {
	return printform.Agency{Code: d.spec.Code, Title: d.spec.Title, Disadvantaged: d.disadvantaged()}
}

// maxRows bounds the rows of a register form: they are held in memory, with the names of applicants.
const maxRows = 5000

func (s *Service) getRegisterForm(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	period, err := d.periodOf(r.URL.Query())
	if err != nil {
		return err
	}
	release, err := d.counting(w)
	if err != nil {
		return err
	}
	defer release()
	ctx, cancel := context.WithTimeout(r.Context(), countTime)
	defer cancel()
	var rows []printform.Row
	asked := store.Query{Kind: store.KindDossier, ReceivedFrom: period.From, ReceivedBefore: period.To}
	for kept, err := range d.records.Walk(ctx, asked) {
		if err != nil {
			return err
		}
		if len(rows) == maxRows {
			return problem(http.StatusUnprocessableEntity, "register-too-long",
				"more than %[1]d dossiers came in on these days: ask for fewer days at a time",
				"có hơn %[1]d hồ sơ trong khoảng thời gian này; đề nghị chọn khoảng ngắn hơn", maxRows)
		}
		found, err := d.read(ctx, kept)
		if err != nil {
			return err
		}
		row, ok, err := d.caseOf(ctx, found.code, found.head, found.events).Row(d.now)
		if err != nil {
			return err
		}
		if ok {
			rows = append(rows, row)
		}
	}
	return writeJSON(w, http.StatusOK, printform.NewBook(d.onForms(), period, d.now, rows))
}
