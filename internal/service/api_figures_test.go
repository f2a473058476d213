package service

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// settle leads a dossier to its end.
func (b *bench) settle(v DossierView) DossierView {
	b.t.Helper()
	v = b.act(b.act(v, "an", "nhan"), "chi", "dat", appraised("dat"))
	return b.act(b.act(v, "giang", "ky"), "an", "tra", paid)
}

func TestStatisticsByPeriod(t *testing.T) {
	b := start(t)
	b.settle(b.receive())
	b.act(b.receive(), "an", "nhan")
	b.pass(30 * 24 * time.Hour)
	b.receive()
	b.pass(time.Minute)
	var got Statistics
	b.send("GET", api+"xa-a/statistics?from=2026-06-01&to=2026-07-31&by=month", "giang", nil).want(http.StatusOK, &got)
	if len(got.Items) != 2 {
		t.Fatalf("statistics of %d months", len(got.Items))
	}
	june, july := got.Items[0], got.Items[1]
	if june.Counts.Received != 2 || june.Counts.Settled() != 1 || july.Counts.CarriedOver != 1 || july.Counts.Received != 1 ||
		july.Counts.OpenOverdue != 1 {
		t.Errorf("june %+v, july %+v", june.Counts, july.Counts)
	}
	if len(june.Procedures) != 1 || june.Procedures[0].Procedure != "xac-nhan" || len(june.Procedures[0].Steps) == 0 {
		t.Errorf("june by procedure: %+v", june.Procedures)
	}
	for query, code := range map[string]string{
		"": "parameter-needed", "?from=2026-06-01": "parameter-needed", "?from=2026-06-02&to=2026-06-01": "parameter-wrong",
		"?from=2026-06-01&to=2026-06-30&by=week": "parameter-wrong", "?from=1900-01-01&to=2026-06-30&by=month": "parameter-wrong",
	} {
		b.send("GET", api+"xa-a/statistics"+query, "giang", nil).problem(http.StatusBadRequest, code)
	}
	b.send("GET", api+"xa-a/statistics?from=2026-06-01&to=2026-06-30", "", nil).problem(http.StatusUnauthorized, "sign-in-needed")
}

func TestEvidenceOfAPeriodDrawsDossiers(t *testing.T) {
	b := start(t, func(c *Config) { c.EvidenceKeyFile = c.Manifests + "/../key" })
	writeFile(t, b.config.EvidenceKeyFile, "s3cret")
	var codes []string
	for range 6 {
		codes = append(codes, b.receive().Code)
	}
	b.pass(time.Minute)
	ask := func(query string) EvidenceView {
		t.Helper()
		var v EvidenceView
		b.send("GET", api+"xa-a/evidence"+query, "", nil, "Authorization", "Bearer s3cret").want(http.StatusOK, &v)
		return v
	}
	one := ask("?from=2026-06-01&to=2026-06-30&seed=abc&sample=3")
	if one.Report == nil || one.Report.Counts.Received != 6 || one.Sample == nil || one.Sample.Population != 6 ||
		len(one.Sample.Codes) != 3 || !one.Verified || one.Agency != "H18.35.01" {
		t.Fatalf("evidence %+v", one)
	}
	for _, code := range one.Sample.Codes {
		if !slices.Contains(codes, code) {
			t.Errorf("drew %s", code)
		}
	}
	if again := ask("?from=2026-06-01&to=2026-06-30&seed=abc&sample=3"); !slices.Equal(again.Sample.Codes, one.Sample.Codes) {
		t.Errorf("the same seed drew %v and %v", one.Sample.Codes, again.Sample.Codes)
	}
	if none := ask("?from=2026-07-01&to=2026-07-31&seed=abc&sample=3"); none.Sample.Population != 6 || none.Report.Counts.Received != 0 {
		t.Errorf("evidence of the next month: %+v", none)
	}
	for _, query := range []string{"?sample=3", "?sample=x&seed=a", "?from=2026-06-01", "?sample=1001&seed=a"} {
		b.send("GET", api+"xa-a/evidence"+query, "", nil, "Authorization", "Bearer s3cret").problem(http.StatusBadRequest, "parameter-wrong")
	}
	b.service.served.Load().agencies[0].records.counted.Lock()
	b.send("GET", api+"xa-a/evidence", "", nil, "Authorization", "Bearer s3cret").problem(http.StatusServiceUnavailable, "busy")
	b.service.served.Load().agencies[0].records.counted.Unlock()
}
