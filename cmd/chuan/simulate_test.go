package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSimulate(t *testing.T) {
	birth := []string{"simulate", exampleTree + "/procedures/dang-ky-khai-sinh.yaml", "--with", exampleTree}
	for name, tt := range map[string]struct {
		args     []string
		code     int
		out, err string
	}{
		"in time":                    {args: append(birth, "--received", "2026-02-03"), out: "xong (ready) 2026-02-03 16:30, hạn (due) 2026-02-03 17:30: còn 1 giờ làm việc (1 working hours in reserve)"},
		"late by a return":           {args: append(birth, "--received", "2026-02-03", "--returns"), code: exitFindings, out: "TRỄ 4 giờ làm việc (late by 4 working hours)"},
		"after the cut-off":          {args: append(birth, "--received", "2026-02-03T15:01"), out: "hẹn trả (due) 2026-02-04 17:30"},
		"with a zone":                {args: append(birth, "--received", "2026-02-03T00:30:00Z"), out: "(received) 2026-02-03 07:30"},
		"at an agency":               {args: append(birth, "--received", "2026-02-03", "--agency", "ubnd-xa-thanh-nua"), out: "lịch (calendar): ubnd-xa-thanh-nua"},
		"on a day off":               {args: append(birth, "--received", "2026-02-17"), out: "(received) 2026-02-17 00:00, thời hạn (limit) 0wd, hẹn trả (due) 2026-02-23 17:30"},
		"a provisional year":         {args: append(birth, "--received", "2027-03-01"), out: "provisional"},
		"an assumed wait":            {args: append(birth, "--received", "2026-02-03", "--returns", "--wait", "3wd"), code: exitFindings, out: "3wd (giả định)"},
		"fewer paths":                {args: append(birth, "--received", "2026-02-03", "--max-paths", "1"), out: "(1 paths, 0 late); còn đường khác"},
		"of several, by name":        {args: []string{"simulate", exampleTree, "--name", "dang-ky-khai-sinh", "--received", "2026-02-03"}, out: "QT-HT-01"},
		"of several, without a name": {args: []string{"simulate", exampleTree, "--received", "2026-02-03"}, code: exitFailed, err: "holds several procedures; name one with --name"},
		"no such procedure":          {args: []string{"simulate", exampleTree, "--name", "x", "--received", "2026-02-03"}, code: exitFailed, err: "there is no QualityProcedure x; there are cap-ban-sao-tu-so-goc, "},
		"no procedure at all":        {args: []string{"simulate", exampleTree + "/calendars", "--received", "2026-02-03"}, code: exitFailed, err: "there is no QualityProcedure; name the file"},
		"no calendar":                {args: []string{"simulate", exampleTree + "/procedures/dang-ky-khai-sinh.yaml", "--received", "2026-02-03"}, code: exitFailed, err: "there is no WorkCalendar"},
		"no time":                    {args: birth, code: exitFailed, err: "say when the dossier comes in"},
		"a time that is none":        {args: append(birth, "--received", "2026-02-30"), code: exitFailed, err: `--received "2026-02-30" is not a time`},
		"a year without a calendar":  {args: append(birth, "--received", "2040-02-03"), code: exitFailed, err: "not one series of WorkCalendars covers that year"},
		"an unknown agency":          {args: append(birth, "--received", "2026-02-03", "--agency", "x"), code: exitFailed, err: "there is no Agency x"},
		"an agency and a series":     {args: append(birth, "--received", "2026-02-03", "--agency", "x", "--series", "vn"), code: exitFailed, err: "leave --series out"},
		"an unknown output":          {args: append(birth, "--received", "2026-02-03", "-o", "xml"), code: exitFailed, err: `--output "xml" is not known`},
		"a wait of nonsense":         {args: append(birth, "--received", "2026-02-03", "--wait", "3"), code: exitFailed, err: "--wait: "},
		"no paths":                   {args: append(birth, "--received", "2026-02-03", "--max-paths", "0"), code: exitFailed, err: "1 or more"},
		"a file that is not there":   {args: []string{"simulate", "khong-co.yaml", "--received", "2026-02-03"}, code: exitFailed, err: "khong-co.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := chuan(t, "", tt.args...)
			if code != tt.code || !strings.Contains(out, tt.out) || !strings.Contains(errs, tt.err) {
				t.Errorf("code %d, out:\n%s\nerr: %s\nwant %d, %q, %q", code, out, errs, tt.code, tt.out, tt.err)
			}
		})
	}
}

func TestSimulateStandardInput(t *testing.T) {
	text, err := os.ReadFile(exampleTree + "/procedures/dang-ky-khai-sinh.yaml")
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs := chuan(t, string(text), "simulate", "-", "--with", exampleTree+"/calendars", "--received", "2026-02-03", "-o", "json")
	var timeline struct {
		Procedure string `json:"procedure"`
		Paths     []struct {
			Outcome      string  `json:"outcome"`
			ReserveHours float64 `json:"reserveHours"`
		} `json:"paths"`
	}
	if err := json.Unmarshal([]byte(out), &timeline); err != nil || code != exitClean {
		t.Fatalf("code %d, %v, %s", code, err, errs)
	}
	if timeline.Procedure != "dang-ky-khai-sinh" || len(timeline.Paths) != 4 || timeline.Paths[0].ReserveHours != 1 {
		t.Errorf("got %+v, want four paths, with one hour left on the first", timeline)
	}
}

func TestWithin(t *testing.T) {
	for _, tt := range []struct {
		path, other string
		want        bool
	}{
		{"a/b.yaml", "a", true}, {"a/b.yaml", "./a/", true}, {"a/b.yaml", "a/b.yaml", true}, {"a/b.yaml", ".", true},
		{"ab/c.yaml", "a", false}, {"../a.yaml", ".", false}, {"/a/b.yaml", ".", false}, {"/a/b.yaml", "/a", true},
	} {
		if got := within(filepath.FromSlash(tt.path), tt.other); got != tt.want {
			t.Errorf("within(%q, %q) = %v, want %v", tt.path, tt.other, got, tt.want)
		}
	}
}

// TestTableOfDiacritics aligns letters whether their marks are composed or not.
func TestTableOfDiacritics(t *testing.T) {
	var b strings.Builder
	writeTable(&b, [][]string{{"ế", "a"}, {"e\u0302\u0301xy", "b"}})
	if diff := cmp.Diff("   ế    a\n   e\u0302\u0301xy  b\n", b.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}
