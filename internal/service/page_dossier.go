package service

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/store"
)

// maxCode bounds what is taken for the code of a dossier.
const maxCode = 60

// dossierPage is the page on which a dossier is looked up.
type dossierPage struct {
	messagePage
	// Code that was asked for.
	Code    string
	Dossier *publicDossier
}

// publicDossier is what everybody may know of a dossier: nothing that says whose it is.
type publicDossier struct {
	Code, Procedure, Status, Due string
	Steps                        []publicStep
}

type publicStep struct{ Title, Unit, Due string }

// showDossier shows the state of a dossier by its code. A code that is not there and a check code that is wrong give the
// same answer, so that nothing is learned by trying.
func (p *public) showDossier(w http.ResponseWriter, r *http.Request, d *desk) {
	code := strings.ToUpper(strings.TrimSpace(r.URL.Query().Get("ma")))
	data := dossierPage{messagePage: messagePage{page: p.page("Tra cứu hồ sơ", d)}}
	if code == "" {
		p.show(w, r, http.StatusOK, "dossier", data)
		return
	}
	if err := p.mayLookUp(r, d.now); err != nil {
		w.Header().Set("Retry-After", strconv.Itoa(problemOf(err).retryAfter))
		data.Message, data.MessageEn = "Tra cứu quá nhiều lần; đề nghị thử lại sau ít phút.", "Too many look-ups: try again in a while."
		p.show(w, r, http.StatusTooManyRequests, "dossier", data)
		return
	}
	found, err := p.lookUp(r, d, code)
	switch {
	case errors.Is(err, store.ErrNotFound):
		data.Message, data.MessageEn = "Không tìm thấy hồ sơ; đề nghị nhập đúng mã hồ sơ và mã kiểm tra trên giấy hẹn.",
			"No such dossier: enter the code and the check code of your slip."
		p.show(w, r, http.StatusNotFound, "dossier", data)
	case left(r, err):
		w.WriteHeader(statusLeft)
	case err != nil:
		p.log.Error("a dossier cannot be looked up", "agency", d.name, "error", err)
		data.Message, data.MessageEn = "Hệ thống gặp lỗi; đề nghị thử lại sau.", "The service failed: try again later."
		p.show(w, r, http.StatusServiceUnavailable, "dossier", data)
	default:
		data.Code, data.Dossier = found.code, d.publicView(found)
		p.show(w, r, http.StatusOK, "dossier", data)
	}
}

// lookUp reads a dossier for the public. Codes can be guessed, so whoever looks has to have the slip.
func (p *public) lookUp(r *http.Request, d *desk, code string) (*recorded, error) {
	if len(code) > maxCode {
		return nil, store.ErrNotFound
	}
	check := strings.ToUpper(strings.TrimSpace(r.URL.Query().Get("kiem")))
	if !checks(d.records.Secret(), code, check) {
		return nil, store.ErrNotFound
	}
	return d.open(r.Context(), code)
}

func (d *desk) publicView(r *recorded) *publicDossier {
	v := &publicDossier{
		Code: r.code, Procedure: string(r.procedure.Spec.Title), Status: statusWords(r.state), Due: d.moment(r.state.Clock.Due),
	}
	for _, t := range r.state.Tokens {
		step, ok := r.procedure.Step(t.Step)
		if !ok {
			continue
		}
		v.Steps = append(v.Steps, publicStep{Title: string(step.Title), Unit: d.unitOf(r, step), Due: d.moment(t.Due)})
	}
	return v
}

// unitOf is the unit that holds a dossier at a step: that of the officer to whom it is assigned, or those of all who hold
// the role. Where no unit is known it is the agency itself. A wait is held by whom it waits for.
func (d *desk) unitOf(r *recorded, step *v1alpha1.Step) string {
	if step.Kind == v1alpha1.StepWait {
		return waitWords[step.For]
	}
	office := d.place
	ids := office.Holders(dossier.ActingRole(r.procedure, step))
	if chosen, ok := dossier.Assignee(r.procedure, r.state, step, office); ok {
		ids = []v1alpha1.ID{chosen}
	}
	var units []string
	for _, id := range ids {
		officer, _ := d.officer(id)
		i := slices.IndexFunc(d.spec.Units, func(u v1alpha1.AgencyUnit) bool { return u.ID == officer.Unit })
		if i < 0 {
			continue
		}
		if title := string(d.spec.Units[i].Title); !slices.Contains(units, title) {
			units = append(units, title)
		}
	}
	if len(units) == 0 {
		return string(d.spec.Title)
	}
	return strings.Join(units, ", ")
}
