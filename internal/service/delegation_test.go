package service

import (
	"net/http"
	"testing"
)

func TestADelegateActsWhileTheHolderIsAway(t *testing.T) {
	b := start(t)
	v := b.act(b.act(b.receive(), "an", "nhan"), "chi", "dat", appraised("dat"))
	b.send("GET", api+"xa-a/inbox?role=lanh-dao", "dung", nil).problem(http.StatusForbidden, "role-not-held")
	b.edit("agencies.yaml", "title: Cà Thị Giang, roles: [lanh-dao]",
		`title: Cà Thị Giang, roles: [lanh-dao], delegatesTo: [{officer: dung, from: "2026-06-01", until: "2026-06-01"}]`)
	// The role may not be delegated by the text under which the dossier was received.
	b.send("POST", api+"xa-a/dossiers/"+v.Code+"/actions", "dung",
		map[string]any{"step": "B3", "action": "ky", "version": v.Version}).problem(http.StatusForbidden, "role-not-held")
	b.edit("xac-nhan.yaml", "title: Lãnh đạo UBND}", "title: Lãnh đạo UBND, canDelegate: true}")
	b.edit("xac-nhan.yaml", "revision: 1", "revision: 2")
	v = b.act(b.act(b.receive(), "an", "nhan"), "chi", "dat", appraised("dat"))
	var inbox Inbox
	b.send("GET", api+"xa-a/inbox?role=lanh-dao", "dung", nil).want(http.StatusOK, &inbox)
	if len(inbox.Items) != 2 {
		t.Errorf("the delegate's inbox has %d items, want 2", len(inbox.Items))
	}
	v = b.act(v, "dung", "ky")
	last := v.History[len(v.History)-1]
	if last.Officer != "dung" || last.Data.ActsFor != "giang" {
		t.Errorf("recorded %+v, want dung for giang", last)
	}
}

func TestAnOfficerHoldsRolesUntilTheLastDay(t *testing.T) {
	b := start(t)
	b.edit("agencies.yaml", "unit: mot-cua, roles: [mot-cua]}", `unit: mot-cua, roles: [mot-cua], until: "2026-05-31"}`)
	b.send("POST", api+"xa-a/dossiers", "an", application()).problem(http.StatusForbidden, "officer-not-serving")
	b.edit("agencies.yaml", `until: "2026-05-31"`, `until: "2026-06-01"`)
	b.receive()
}
