package service

import (
	"net/http"
	"sync"
	"testing"
)

func TestARequestIsAnsweredOnce(t *testing.T) {
	b := start(t)
	path := api + "xa-a/dossiers"
	var first, again, other DossierView
	a := b.send("POST", path, "an", application(), onceHeader, "key-1").want(http.StatusCreated, &first)
	if a.Header().Get(repeatedHeader) != "" {
		t.Error("the first request is said to be a repetition")
	}
	// The dossier goes on meanwhile: the repetition is still answered with the dossier as it came in.
	moved := b.act(first, "an", "nhan")
	a = b.send("POST", path, "an", application(), onceHeader, "key-1").want(http.StatusCreated, &again)
	if a.Header().Get(repeatedHeader) != "true" || again.Code != first.Code || again.Version != 1 || again.CheckCode != first.CheckCode {
		t.Errorf("repetition: %s %d, header %q", again.Code, again.Version, a.Header().Get(repeatedHeader))
	}
	changed := application()
	changed["channel"] = "online"
	b.send("POST", path, "an", changed, onceHeader, "key-1").problem(http.StatusUnprocessableEntity, "idempotency-key-reused")
	b.send("POST", path, "an", application(), onceHeader, "key 2").problem(http.StatusBadRequest, "idempotency-key-wrong")
	b.send("POST", path, "an", application(), onceHeader, "key-2").want(http.StatusCreated, &other)
	if other.Code == first.Code {
		t.Error("another key gives the same dossier")
	}
	action := map[string]any{"action": "dat", "version": moved.Version, "forms": appraised("dat")["forms"]}
	var done, repeated DossierView
	b.send("POST", path+"/"+first.Code+"/actions", "chi", action, onceHeader, "key-1").want(http.StatusOK, &done)
	b.restart()
	a = b.send("POST", path+"/"+first.Code+"/actions", "chi", action, onceHeader, "key-1").want(http.StatusOK, &repeated)
	if a.Header().Get(repeatedHeader) != "true" || repeated.Version != done.Version || repeated.Steps[0].Step != "B3" {
		t.Errorf("repetition after a restart: %+v", repeated.Steps)
	}
}

func TestOfManyEqualRequestsOneIsDone(t *testing.T) {
	b := start(t)
	codes := make([]string, 16)
	var group sync.WaitGroup
	for i := range codes {
		group.Go(func() {
			var v DossierView
			b.send("POST", api+"xa-a/dossiers", "an", application(), onceHeader, "same").want(http.StatusCreated, &v)
			codes[i] = v.Code
		})
	}
	group.Wait()
	for _, code := range codes {
		if code != "H18.35.01-260601-0001" {
			t.Errorf("codes %v, want one", codes)
			break
		}
	}
}

func TestOfManyOfficersOneActs(t *testing.T) {
	b := start(t)
	v := b.receive()
	statuses := make([]int, 16)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			statuses[i] = b.send("POST", api+"xa-a/dossiers/"+v.Code+"/actions", "an",
				map[string]any{"action": "nhan", "version": 1}).Code
		})
	}
	group.Wait()
	done := 0
	for _, status := range statuses {
		switch status {
		case http.StatusOK:
			done++
		case http.StatusConflict:
		default:
			t.Errorf("status %d", status)
		}
	}
	if done != 1 {
		t.Errorf("%d of %d actions on one version were taken: %v", done, len(statuses), statuses)
	}
}

func TestTheVersionMayStandInTheHeader(t *testing.T) {
	b := start(t)
	v := b.receive()
	path := api + "xa-a/dossiers/" + v.Code
	tag := b.send("GET", path, "an", nil).want(http.StatusOK, nil).Header().Get("ETag")
	body := map[string]any{"action": "nhan"}
	b.send("POST", path+"/actions", "an", body, "If-Match", `"x"`).problem(http.StatusBadRequest, "version-wrong")
	b.send("POST", path+"/actions", "an", body, "If-Match", tag).want(http.StatusOK, nil)
	b.send("POST", path+"/actions", "an", body, "If-Match", tag).problem(http.StatusConflict, "stale-version")
}
