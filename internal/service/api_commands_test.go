package service

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/printform"
)

// command sends a command about a dossier.
func (b *bench) command(v DossierView, officer, name string, body map[string]any) answer {
	b.t.Helper()
	body["version"] = v.Version
	return b.send("POST", api+"xa-a/dossiers/"+v.Code+"/"+name, officer, body)
}

func (b *bench) must(v DossierView, officer, name string, body map[string]any) DossierView {
	b.t.Helper()
	var after DossierView
	b.command(v, officer, name, body).want(http.StatusOK, &after)
	return after
}

func TestWhatAnOfficerMayDoIsSaidWhereADossierIsRead(t *testing.T) {
	b := start(t)
	v := b.act(b.receive(), "an", "nhan")
	commands := func(officer string) []dossier.CommandName {
		var read DossierView
		b.send("GET", api+"xa-a/dossiers/"+v.Code, officer, nil).want(http.StatusOK, &read)
		return read.Commands
	}
	if got := commands("an"); !slices.Contains(got, dossier.CommandSupplement) || slices.Contains(got, dossier.CommandMove) {
		t.Errorf("the counter may %v, want to supplement, and not to move where there is no later revision", got)
	}
	if got := commands("chi"); !slices.Contains(got, dossier.CommandReassign) || slices.Contains(got, dossier.CommandWithdraw) {
		t.Errorf("who holds the step may %v, want to reassign and not to withdraw", got)
	}
	b.edit("xac-nhan.yaml", "revision: 1", "revision: 2")
	b.edit("xac-nhan.yaml", "outcomes:\n", "transition: {openCases: onApplicantRequest}\n  outcomes:\n")
	if got := commands("an"); !slices.Contains(got, dossier.CommandMove) {
		t.Errorf("the counter may %v, want to move onto the later revision", got)
	}
}

func TestAStepIsGivenToAnotherAndPapersAreAdded(t *testing.T) {
	b := start(t)
	v := b.act(b.receive(), "an", "nhan")
	v = b.must(v, "chi", "reassign", map[string]any{"step": "B2", "assignee": "dung", "reason": "Chuyển việc"})
	if v.Steps[0].Assignee != "dung" {
		t.Errorf("assigned to %q", v.Steps[0].Assignee)
	}
	b.send("POST", api+"xa-a/dossiers/"+v.Code+"/actions", "chi",
		map[string]any{"action": "dat", "version": v.Version, "forms": appraised("dat")["forms"]}).
		problem(http.StatusForbidden, "assigned-to-other")
	v = b.must(v, "an", "supplement", map[string]any{"documents": []map[string]any{{"id": "so-do", "copies": 3}}})
	if v.Documents["so-do"] != 3 {
		t.Errorf("documents %v", v.Documents)
	}
	b.command(v, "an", "supplement", map[string]any{"attachments": []map[string]any{{"sha256": strings.Repeat("ab", 32)}}}).
		problem(http.StatusUnprocessableEntity, "attachment-unknown")
	b.command(v, "an", "reassign", map[string]any{"step": "B2", "hack": 1}).problem(http.StatusBadRequest, "bad-json")
}

func TestAnApplicantTakesADossierBack(t *testing.T) {
	b := start(t)
	open := b.act(b.receive(), "an", "nhan")
	b.command(open, "an", "withdraw", map[string]any{"reason": "Nộp nhầm"}).problem(http.StatusConflict, "outcome-not-in-procedure")
	b.edit("xac-nhan.yaml", "title: Nộp lại, to: B1}", "title: Nộp lại, to: B1}\n    - {id: rut, title: Rút hồ sơ, to: end/rut}")
	b.edit("xac-nhan.yaml", "outcomes:\n", "outcomes:\n  - {id: rut, result: withdrawn}\n")
	b.edit("xac-nhan.yaml", "revision: 1", "revision: 2")
	v := b.must(b.act(b.receive(), "an", "nhan"), "an", "withdraw", map[string]any{"reason": "Nộp nhầm thủ tục"})
	if v.Status != statusEnded || v.Result != "withdrawn" {
		t.Errorf("withdrawn: %s %s", v.Status, v.Result)
	}
	b.command(v, "an", "withdraw", map[string]any{"reason": "Nộp nhầm"}).problem(http.StatusConflict, "dossier-ended")
}

func TestThePaperFileIsKeptLentAndDisposedOf(t *testing.T) {
	b := start(t)
	v := b.settle(b.receive())
	v = b.must(v, "an", "shelve", map[string]any{"place": "Kho 2, giá 3"})
	v = b.must(v, "an", "lend", map[string]any{"to": "van-phong", "until": "2026-07-01"})
	if v.Place == "" || v.Loan == nil {
		t.Errorf("place %q, loan %v", v.Place, v.Loan)
	}
	v = b.must(v, "an", "return", map[string]any{})
	if v.Loan != nil || v.DisposeAfter != "2047-01-01" {
		t.Errorf("loan %v, kept until %s", v.Loan, v.DisposeAfter)
	}
	if got := b.pages(api+"xa-a/dossiers?disposableOn=2047-01-01", "an"); !slices.Equal(got, []string{v.Code}) {
		t.Errorf("to be disposed of: %v", got)
	}
	minutes := map[string]any{"minutes": "12/BB-UBND", "date": "2026-06-01"}
	b.command(v, "an", "dispose", minutes).problem(http.StatusConflict, "retention-not-over")
	b.pass(21 * 366 * 24 * time.Hour)
	v = b.must(v, "an", "dispose", minutes)
	if v.Disposal == nil || v.Disposal.Class != "20y" {
		t.Errorf("disposal %+v", v.Disposal)
	}
	text := b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).want(http.StatusOK, nil).Body.String()
	for _, secret := range personal {
		if strings.Contains(text, secret) {
			t.Errorf("after its disposal the record contains %q", secret)
		}
	}
	if got := b.pages(api+"xa-a/dossiers?disposableOn=2047-01-01", "an"); len(got) != 0 {
		t.Errorf("to be disposed of once more: %v", got)
	}
}

func TestAChangeOfTheCalendarAndOfTheTextIsFollowed(t *testing.T) {
	b := start(t)
	v := b.act(b.receive(), "an", "nhan")
	b.sweep()
	b.edit("xac-nhan.yaml", "revision: 1", "revision: 2")
	b.edit("xac-nhan.yaml", "deadline: {limit: 3wd,", "transition: {openCases: migrate, steps: [{from: B2, to: B2}]}\n  deadline: {limit: 2wd,")
	b.sweep()
	var moved DossierView
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).want(http.StatusOK, &moved)
	last := moved.History[len(moved.History)-1]
	if moved.Revision != 2 || last.Type != dossier.Rebased || last.Officer != "" || !strings.HasPrefix(moved.Due, "2026-06-03T") {
		t.Errorf("revision %d, due %s, last event %+v", moved.Revision, moved.Due, last)
	}
	b.sweep()
	var again DossierView
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).want(http.StatusOK, &again)
	if again.Version != moved.Version {
		t.Errorf("looking again moved it on from %d to %d", moved.Version, again.Version)
	}
	b.act(again, "chi", "dat", appraised("dat"))
}

func TestPrintedFormsStayAsTheyWere(t *testing.T) {
	b := start(t)
	v := b.act(b.receive(), "an", "nhan")
	path := api + "xa-a/dossiers/" + v.Code + "/forms"
	var list PrintedForms
	b.send("GET", path, "an", nil).want(http.StatusOK, &list)
	if len(list.Items) != 1 || list.Items[0].Form != printform.Receipt || list.Items[0].Seq != 2 {
		t.Fatalf("printed %+v", list.Items)
	}
	before := b.send("GET", path+"/M01", "an", nil).want(http.StatusOK, nil).Body.String()
	b.act(v, "chi", "dat", appraised("dat"))
	b.pass(time.Hour)
	if after := b.send("GET", path+"/M01?seq=2", "an", nil).want(http.StatusOK, nil).Body.String(); after != before ||
		!strings.Contains(after, personal[0]) {
		t.Errorf("M01 was\n%s\nand is\n%s", before, after)
	}
	b.send("GET", path+"/M03", "an", nil).problem(http.StatusNotFound, "form-not-printed")
	b.send("GET", path+"/M01?seq=9", "an", nil).problem(http.StatusBadRequest, "parameter-wrong")
	var slip printform.Sheet
	b.send("GET", path+"/M06", "an", nil).want(http.StatusOK, &slip)
	if slip.ControlSlip == nil || len(slip.ControlSlip.HandOvers) != 3 {
		t.Errorf("control slip %+v", slip.ControlSlip)
	}
	var book printform.Book
	b.send("GET", api+"xa-a/forms/M07?from=2026-06-01&to=2026-06-01", "an", nil).want(http.StatusOK, &book)
	if len(book.Rows) != 1 || book.Rows[0].Code != v.Code || book.Rows[0].Applicant.Name != personal[0] {
		t.Errorf("register %+v", book.Rows)
	}
}

func TestAPetitionIsAnsweredAndClosed(t *testing.T) {
	b := start(t)
	path := api + "xa-a/petitions"
	body := map[string]any{
		"procedure": "xac-nhan", "channel": "counter", "subject": "Chờ lâu", "content": personal[0] + " phải chờ lâu",
		"contact": map[string]any{"phone": personal[2]},
	}
	var v, again PetitionView
	b.send("POST", path, "an", body, onceHeader, "p1").want(http.StatusCreated, &v)
	b.send("POST", path, "an", body, onceHeader, "p1").want(http.StatusCreated, &again)
	if v.Code != again.Code || v.Version != 1 || v.Standing != "received" || v.Receipt.Contact.Phone != personal[2] {
		t.Errorf("received %+v, again %+v", v, again)
	}
	act := func(officer string, version int64, action, text string) answer {
		t.Helper()
		return b.send("POST", path+"/"+v.Code+"/actions", officer,
			map[string]any{"action": action, "version": version, "text": text, "assignee": map[string]string{"assign": "chi"}[action]})
	}
	act("an", 1, "close", "").problem(http.StatusUnprocessableEntity, "answer-needed")
	act("an", 1, "assign", "").want(http.StatusOK, nil)
	p := act("chi", 1, "answer", "Xin lỗi").problem(http.StatusConflict, "stale-version")
	remarshal(t, p.Current, &again)
	if again.Version != 2 || again.Assignee != "chi" {
		t.Errorf("current: %+v", again)
	}
	act("chi", 2, "answer", "Xin lỗi ông").want(http.StatusOK, nil)
	act("an", 3, "close", "").want(http.StatusOK, &v)
	if v.Standing != "closed" || v.Answer != "Xin lỗi ông" || len(v.History) != 4 {
		t.Errorf("closed: %+v", v)
	}
	act("an", 4, "dance", "").problem(http.StatusUnprocessableEntity, "action-unknown")
	var list AsideRegister
	b.send("GET", path+"?status=ended", "an", nil).want(http.StatusOK, &list)
	if len(list.Items) != 1 || list.Items[0].Code != v.Code || list.Items[0].Procedure != "xac-nhan" {
		t.Errorf("register %+v", list.Items)
	}
	b.send("GET", path+"/"+b.receive().Code, "an", nil).problem(http.StatusNotFound, "petition-not-found")
	b.send("GET", api+"xa-a/dossiers/"+v.Code, "an", nil).problem(http.StatusNotFound, "dossier-not-found")
}
