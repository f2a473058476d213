package service

import (
	"net/http"
	"strings"
	"testing"

	"chuan.dev/chuan/internal/dossier"
)

// The earlier of two times stands: a new working day gives the applicant the result sooner, a day off does not take it back.
func TestTheTimePromisedFollowsTheCalendarOneWay(t *testing.T) {
	b := start(t)
	b.edit("vn-2026.yaml", "  standing: Provisional\n", "  standing: Provisional\n  exceptions: [{date: \"2026-06-03\", kind: Holiday, title: Nghỉ}]\n")
	v := b.act(b.receive(), "an", "nhan")
	if !strings.HasPrefix(v.Due, "2026-06-05T17:30") {
		t.Fatalf("due %s with a day off", v.Due)
	}
	b.sweep()
	b.edit("vn-2026.yaml", "  exceptions: [{date: \"2026-06-03\", kind: Holiday, title: Nghỉ}]\n", "")
	b.sweep()
	earlier := b.dossier(v.Code)
	last := earlier.History[len(earlier.History)-1]
	if !strings.HasPrefix(earlier.Due, "2026-06-04T17:30") || last.Type != dossier.Recounted || last.Officer != "" {
		t.Fatalf("without the day off due %s, last event %s by %q", earlier.Due, last.Type, last.Officer)
	}
	b.edit("vn-2026.yaml", "  standing: Provisional\n", "  standing: Provisional\n  exceptions: [{date: \"2026-06-02\", kind: Holiday, title: Nghỉ}]\n")
	b.sweep()
	if after := b.dossier(v.Code); after.Due != earlier.Due {
		t.Errorf("with another day off due %s, was promised %s", after.Due, earlier.Due)
	}
	// The officer's page goes on from what the sweep has recorded.
	b.command(v, "chi", "actions", map[string]any{"action": "dat"}).problem(http.StatusConflict, "stale-version")
	b.act(b.dossier(v.Code), "chi", "dat", appraised("dat"))
}

func TestADossierMovesWhenItsApplicantAsks(t *testing.T) {
	b := start(t)
	v := b.act(b.receive(), "an", "nhan")
	asked := func() map[string]any { return map[string]any{"reason": "Người nộp yêu cầu"} }
	b.command(v, "an", "move", asked()).problem(http.StatusConflict, "revision-kept")
	b.edit("xac-nhan.yaml", "revision: 1", "revision: 2")
	b.edit("xac-nhan.yaml", "deadline: {limit: 3wd,",
		"transition: {openCases: onApplicantRequest, steps: [{from: B2, to: B2}]}\n  deadline: {limit: 2wd,")
	b.sweep()
	if kept := b.dossier(v.Code); kept.Revision != 1 || kept.Due != v.Due {
		t.Errorf("nobody asked, and it is under revision %d, due %s", kept.Revision, kept.Due)
	}
	v = b.dossier(v.Code)
	b.command(v, "chi", "move", asked()).problem(http.StatusForbidden, "role-not-held")
	b.command(v, "an", "move", map[string]any{}).problem(http.StatusUnprocessableEntity, "reason-needed")
	b.command(v, "an", "move", map[string]any{"reason": "x", "revision": 9}).problem(http.StatusNotFound, "revision-unknown")
	moved := b.must(v, "an", "move", asked())
	last := moved.History[len(moved.History)-1]
	if moved.Revision != 2 || last.Type != dossier.Rebased || last.Officer != "an" || !strings.HasPrefix(moved.Due, "2026-06-03T17:30") ||
		!at(moved, "B2") {
		t.Errorf("revision %d, due %s, at %+v, last event %+v", moved.Revision, moved.Due, moved.Steps, last)
	}
	b.command(moved, "an", "move", asked()).problem(http.StatusConflict, "revision-kept")
	b.restart()
	if again := b.dossier(v.Code); again.Revision != 2 || again.Version != moved.Version || again.Due != moved.Due {
		t.Errorf("after a restart: revision %d, version %d, due %s", again.Revision, again.Version, again.Due)
	}
	v = b.act(b.act(b.dossier(v.Code), "chi", "dat", appraised("dat")), "giang", "ky")
	if v = b.act(v, "an", "tra", paid); v.Status != statusEnded || v.Result != "granted" {
		t.Errorf("ended as %s %s", v.Status, v.Result)
	}
}
