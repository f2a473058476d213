package service

import (
	"net/http"
	"strings"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

const adoption = "procedures: {refs: [{name: xac-nhan}, {name: cap-lai}]}"

func (b *bench) view(agency string) ProcedureView {
	b.t.Helper()
	var v ProcedureView
	b.send("GET", api+agency+"/procedures/xac-nhan", "", nil).want(http.StatusOK, &v)
	return v
}

func TestAnAgencyWorksByItsOwnTextAndOthersByTheFramework(t *testing.T) {
	b := start(t)
	framework := b.view("xa-a")
	open := b.act(b.receive(), "an", "nhan")
	b.edit("agencies.yaml", adoption,
		"procedures: {refs: [{name: xac-nhan, overrides: {limit: 2wd, steps: [{id: B2, time: 0.5wd}]}}, {name: cap-lai}]}")
	own := b.view("xa-a")
	if own.Limit != "2wd" || own.Digest == framework.Digest || own.Spec.Steps[2].Time != "0.5wd" {
		t.Errorf("the agency works by limit %s, step %+v, digest %s", own.Limit, own.Spec.Steps[2], own.Digest)
	}
	if other := b.view("xa-b"); other.Limit != "3wd" || other.Digest != framework.Digest {
		t.Errorf("the other agency works by limit %s, digest %s", other.Limit, other.Digest)
	}
	// Received on Monday: due on Wednesday by the agency's own limit, and on Thursday by the framework's.
	if v := b.act(b.receive(), "an", "nhan"); !strings.HasPrefix(v.Due, "2026-06-03T") {
		t.Errorf("due %s, want 2026-06-03", v.Due)
	}
	if v := b.act(open, "chi", "dat", appraised("dat")); !strings.HasPrefix(v.Due, "2026-06-04T") {
		t.Errorf("the dossier of before is due %s, want 2026-06-04", v.Due)
	}
	if r, _ := b.readiness(); !r.Manifests.Valid {
		t.Errorf("readiness %+v", r.Manifests)
	}
}

func TestOverridesThatLoosenAreSaidAndLeftOut(t *testing.T) {
	b := start(t)
	b.edit("agencies.yaml", adoption, "procedures: {refs: [{name: xac-nhan, overrides: {limit: 4wd}}, {name: cap-lai}]}")
	if got := b.view("xa-a").Limit; got != v1alpha1.WorkDuration("3wd") {
		t.Errorf("limit %s, want the framework's", got)
	}
	r, _ := b.readiness()
	const want = "agency xa-a: its overrides of procedure xac-nhan revision 1: V3 limit: limit 4wd is longer than the framework's 3wd"
	if r.Manifests.Valid || !strings.Contains(strings.Join(r.Manifests.Problems, "\n"), want) {
		t.Errorf("readiness %+v, want %q", r.Manifests, want)
	}
}

func TestTheLongerLimitOfDisadvantagedAreas(t *testing.T) {
	b := start(t)
	b.edit("xac-nhan.yaml", "deadline: {limit: 3wd,", "deadline: {limit: 3wd, disadvantagedLimit: 5wd,")
	b.edit("agencies.yaml", "code: H18.35.01", "code: H18.35.01\n  disadvantaged: true")
	v := b.receive()
	if !strings.HasPrefix(v.ExpectedDue, "2026-06-08T") {
		t.Errorf("expected due %s, want 2026-06-08", v.ExpectedDue)
	}
	if v = b.act(v, "an", "nhan"); !strings.HasPrefix(v.Due, "2026-06-08T") {
		t.Errorf("due %s, want 2026-06-08", v.Due)
	}
	if own, other := b.view("xa-a").Limit, b.view("xa-b").Limit; own != "5wd" || other != "3wd" {
		t.Errorf("limits %s and %s, want 5wd and 3wd", own, other)
	}
}
