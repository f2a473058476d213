package service

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A client that leaves before it is answered is no failure of the service: nobody is to be woken for it.
func TestAClientThatLeaves(t *testing.T) {
	b := start(t)
	v := b.receive()
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, path := range []string{
		api + "xa-a/dossiers/" + v.Code, api + "xa-a/inbox?role=mot-cua", "/xa-a/ho-so?ma=" + v.Code + "&kiem=" + v.CheckCode,
	} {
		r := httptest.NewRequestWithContext(gone, http.MethodGet, path, nil)
		r.Header.Set(OfficerHeader, "an")
		answer := httptest.NewRecorder()
		b.handler.ServeHTTP(answer, r)
		if answer.Code != statusLeft || answer.Body.Len() > 0 {
			t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
		}
	}
	if strings.Contains(b.log.String(), "level=ERROR") {
		t.Errorf("errors were logged: %s", b.log)
	}
	if metrics := b.send("GET", "/metrics", "", nil).Body.String(); !strings.Contains(metrics, `status="499"`) ||
		strings.Contains(metrics, `status="500"`) {
		t.Error("requests whose clients left are not counted as such")
	}
}
