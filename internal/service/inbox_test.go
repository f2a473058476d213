package service

import (
	"net/http"
	"testing"
)

// Work that was given to somebody who has acted meanwhile in a role that is kept apart belongs to every other holder.
func TestWorkOfWhoMayNotDoItAnyMoreIsEverybodys(t *testing.T) {
	b := start(t)
	b.edit("agencies.yaml", "{id: dung, title: Lò Văn Dũng, unit: van-phong, roles: [thu-ly]}",
		"{id: dung, title: Lò Văn Dũng, unit: van-phong, roles: [thu-ly, lanh-dao]}")
	b.edit("xac-nhan.yaml", "title: Công chức thụ lý}", "title: Công chức thụ lý, separateFrom: [lanh-dao]}")
	b.edit("xac-nhan.yaml", "receiptCutoff: \"15:00\"}", "receiptCutoff: \"15:00\", extension: {max: 3wd, times: 1, reason: required}}")
	assignees := func(officer string) (found []string) {
		t.Helper()
		var inbox Inbox
		b.send("GET", api+"xa-a/inbox?role=thu-ly", officer, nil).want(http.StatusOK, &inbox)
		for _, item := range inbox.Items {
			found = append(found, item.Assignee)
		}
		return found
	}
	v := b.act(b.receive(), "an", "nhan")
	path := api + "xa-a/dossiers/" + v.Code
	b.send("POST", path+"/reassign", "chi", map[string]any{"version": v.Version, "step": "B2", "assignee": "dung", "reason": "Bận họp"}).
		want(http.StatusOK, &v)
	if mine, other := assignees("dung"), assignees("chi"); len(mine) != 1 || mine[0] != "dung" || len(other) != 0 {
		t.Fatalf("after it was given to dung: %v, and chi sees %v", mine, other)
	}
	b.send("POST", path+"/extend", "dung", map[string]any{"version": v.Version, "by": "1wd", "reason": "Chờ xác minh"}).
		want(http.StatusOK, &v)
	if other := assignees("chi"); len(other) != 1 || other[0] != "" {
		t.Fatalf("after dung acted as a leader chi sees work of %q", other)
	}
	b.send("POST", path+"/actions", "dung", map[string]any{"version": v.Version, "action": "dat"}).
		problem(http.StatusForbidden, "separation-of-duties")
	b.act(v, "chi", "dat", appraised("dat"))
}
