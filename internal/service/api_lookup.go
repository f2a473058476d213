package service

import (
	"net/http"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/store"
)

// Lookup asks for what everybody may know of a dossier.
type Lookup struct {
	Code string `json:"code"`
	// Check is the check code of the slip.
	Check string `json:"check"`
}

// LookedUp is what everybody may know of a dossier: nothing that says whose it is.
type LookedUp struct {
	Code      string        `json:"code"`
	Procedure ProcedureName `json:"procedure"`
	// Status is open or ended, StatusVi says more in Vietnamese.
	Status   string         `json:"status"`
	StatusVi string         `json:"statusVi"`
	Due      string         `json:"due,omitempty"`
	Overdue  bool           `json:"overdue"`
	Steps    []LookedUpStep `json:"steps"`
}

// LookedUpStep is a step at which the dossier stands, and the unit that holds it.
type LookedUpStep struct {
	Title v1alpha1.Title `json:"title"`
	Unit  string         `json:"unit"`
	Due   string         `json:"due,omitempty"`
}

func (s *Service) postLookup(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := s.mayLookUp(r, d.now); err != nil {
		return err
	}
	var body Lookup
	if err := readJSON(r, &body); err != nil {
		return err
	}
	code, check := strings.ToUpper(strings.TrimSpace(body.Code)), strings.ToUpper(strings.TrimSpace(body.Check))
	if len(code) > maxCode || !checks(d.records.Secret(), code, check) {
		return store.ErrNotFound
	}
	found, err := d.open(r.Context(), code)
	if err != nil {
		return err
	}
	v := LookedUp{
		Code: found.code, Procedure: nameOf(found.procedure), Status: statusOpen, StatusVi: statusWords(found.state),
		Due: d.stamp(found.state.Clock.Due), Overdue: found.state.Clock.Overdue(d.now), Steps: []LookedUpStep{},
	}
	if found.state.Ending != nil {
		v.Status = statusEnded
	}
	for _, t := range found.state.Tokens {
		if step, ok := found.procedure.Step(t.Step); ok {
			v.Steps = append(v.Steps, LookedUpStep{Title: step.Title, Unit: d.unitOf(found, step), Due: d.stamp(t.Due)})
		}
	}
	return writeJSON(w, http.StatusOK, v)
}
