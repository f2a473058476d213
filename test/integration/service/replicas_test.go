package service_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/service"
)

// consulted brings a dossier to the neighbour, lets it answer, and returns the dossier as it stands then.
func (o *office) consulted(v service.DossierView) service.DossierView {
	o.t.Helper()
	v = o.act(o.act(v, "an", "nhan", nil), "chi", "dat", appraised)
	var asked service.AsideRegister
	o.eventually("the question arrives", func() bool {
		o.ask("GET", second+"/consultations?status=open", "an", nil, http.StatusOK, &asked)
		return len(asked.Items) == 1
	})
	path := second + "/consultations/" + asked.Items[0].Code
	var question service.ConsultationView
	o.ask("GET", path, "an", nil, http.StatusOK, &question)
	if question.Question.Dossier != v.Code {
		o.t.Fatalf("the question is about %s, want %s", question.Question.Dossier, v.Code)
	}
	o.ask("POST", path+"/actions", "an", map[string]any{"version": question.Version, "action": "answer", "answer": "dong-y"},
		http.StatusOK, nil)
	o.eventually("the dossier moves on", func() bool {
		v = o.dossier(v.Code)
		return len(v.Steps) == 1 && v.Steps[0].Step == "B3"
	})
	return v
}

func TestFromReceptionToResultOnTwoReplicas(t *testing.T) {
	o := start(t, "reception")
	v := o.receive()
	if v.Code != "H18.35.01-260601-0001" || v.CheckCode == "" {
		t.Errorf("received %s with check code %q", v.Code, v.CheckCode)
	}
	v = o.consulted(v)
	var inbox service.Inbox
	for range 2 {
		o.ask("GET", first+"/inbox?role=lanh-dao", "giang", nil, http.StatusOK, &inbox)
		if len(inbox.Items) != 1 || inbox.Items[0].Code != v.Code || inbox.Items[0].Step != "B3" {
			t.Errorf("inbox %+v", inbox.Items)
		}
	}
	v = o.act(o.act(v, "giang", "ky", nil), "an", "tra", paid)
	if v.Status != "ended" || v.Result != "granted" || len(v.Results) != 1 || v.Results[0].Text != "001/XN-UBND" {
		t.Errorf("ended as %s with results %+v", v.Status, v.Results)
	}
	other := o.receive()
	var register service.Register
	for range 2 {
		o.ask("GET", first+"/dossiers?status=ended", "chi", nil, http.StatusOK, &register)
		if len(register.Items) != 1 || register.Items[0].Code != v.Code {
			t.Errorf("register %+v", register.Items)
		}
		o.ask("POST", first+"/dossiers/search", "chi", map[string]any{"identityNumber": identity}, http.StatusOK, &register)
		if len(register.Items) != 2 || register.Items[0].Code != other.Code {
			t.Errorf("found %+v", register.Items)
		}
	}
	o.pass(time.Minute)
	var figures service.Statistics
	o.ask("GET", first+"/statistics?from=2026-06-01&to=2026-06-30", "giang", nil, http.StatusOK, &figures)
	if len(figures.Items) != 1 || figures.Items[0].Counts.Received != 2 || figures.Items[0].Counts.Settled() != 1 {
		t.Errorf("statistics %+v", figures.Items)
	}
	for _, secret := range []string{applicant, identity} {
		if strings.Contains(o.logged(), secret) {
			t.Errorf("the log says %q", secret)
		}
	}
}

func TestOneRequestAndOneVersionOnTwoReplicas(t *testing.T) {
	o := start(t, "once")
	v := o.receive("Idempotency-Key", "key-1")
	if again := o.receive("Idempotency-Key", "key-1"); again.Code != v.Code || again.CheckCode != v.CheckCode {
		t.Errorf("the other replica answers the same request with %s, want %s", again.Code, v.Code)
	}
	changed := application()
	changed["channel"] = "online"
	o.ask("POST", first+"/dossiers", "an", changed, http.StatusUnprocessableEntity, nil, "Idempotency-Key", "key-1")
	moved := o.act(v, "an", "nhan", nil)
	// Neither replica takes another action on the version that was seen before, and both say how the dossier is now.
	for range 2 {
		var refused struct {
			Code    dossier.Code
			Current service.DossierView
		}
		o.ask("POST", first+"/dossiers/"+v.Code+"/actions", "an",
			map[string]any{"action": "bo-sung", "reason": "Thiếu", "version": v.Version}, http.StatusConflict, &refused)
		if refused.Code != dossier.CodeStale || refused.Current.Version != moved.Version || len(refused.Current.Steps) != 1 {
			t.Errorf("refused as %s with the version %d", refused.Code, refused.Current.Version)
		}
	}
}

func TestNumbersHaveNoGapsOnTwoReplicas(t *testing.T) {
	o := start(t, "numbers")
	var ready []service.DossierView
	for range 6 {
		ready = append(ready, o.consulted(o.receive()))
	}
	// Each replica issues results at the same time.
	var texts []string
	var mu sync.Mutex
	var group sync.WaitGroup
	for i, v := range ready {
		at := &office{t: t, replicas: o.replicas[i%2 : i%2+1]}
		group.Go(func() {
			ended := at.act(at.act(v, "giang", "ky", nil), "an", "tra", paid)
			mu.Lock()
			defer mu.Unlock()
			for _, result := range ended.Results {
				texts = append(texts, result.Text)
			}
		})
	}
	group.Wait()
	slices.Sort(texts)
	want := []string{"001/XN-UBND", "002/XN-UBND", "003/XN-UBND", "004/XN-UBND", "005/XN-UBND", "006/XN-UBND"}
	if !slices.Equal(texts, want) {
		t.Errorf("numbers %v, want %v", texts, want)
	}
}

func TestEvidenceAndRootsOnPostgreSQL(t *testing.T) {
	o := start(t, "evidence")
	for range 3 {
		o.receive()
	}
	o.pass(24 * time.Hour)
	// A replica that starts seals the days that have ended; the others find its root.
	o.join()
	var roots service.RootList
	o.eventually("the day is sealed", func() bool {
		o.ask("GET", first+"/roots", "", nil, http.StatusOK, &roots)
		return len(roots.Roots) == 1
	})
	for range o.replicas {
		var evidence service.EvidenceView
		o.ask("GET", first+"/evidence?from=2026-06-01&to=2026-06-30&seed=abc&sample=2", "", nil, http.StatusOK, &evidence,
			"Authorization", "Bearer s3cret")
		if !evidence.Verified || evidence.Dossiers != 3 || evidence.Events != 3 || len(evidence.Sample.Codes) != 2 ||
			evidence.Root == nil || evidence.Root.Root != roots.Roots[0].Root || evidence.Root.To != 3 {
			t.Errorf("evidence %+v", evidence)
		}
	}
}

func TestARecordIsDisposedOfOnPostgreSQL(t *testing.T) {
	o := start(t, "disposal")
	v := o.consulted(o.receive())
	v = o.act(o.act(v, "giang", "ky", nil), "an", "tra", paid)
	o.pass(21 * 365 * 24 * time.Hour)
	body := map[string]any{"version": v.Version, "minutes": "12/BB-UBND", "date": "2047-01-02"}
	o.ask("POST", first+"/dossiers/"+v.Code+"/dispose", "an", body, http.StatusOK, nil)
	for range 2 {
		after := o.dossier(v.Code)
		if after.Disposal == nil || after.Applicant.Name != "" || after.Forms["to-khai"]["hoTen"] != nil || after.Results == nil {
			t.Errorf("after disposal: %+v", after)
		}
		var register service.Register
		o.ask("POST", first+"/dossiers/search", "chi", map[string]any{"identityNumber": identity}, http.StatusOK, &register)
		if len(register.Items) != 0 {
			t.Errorf("found %+v", register.Items)
		}
	}
	var evidence service.EvidenceView
	o.ask("GET", first+"/evidence", "", nil, http.StatusOK, &evidence, "Authorization", "Bearer s3cret")
	if !evidence.Verified {
		t.Errorf("evidence after disposal: %+v", evidence)
	}
}
