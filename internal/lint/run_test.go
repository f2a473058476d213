package lint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/admission"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// broken is the example province with a fault in every fifth of many procedures, some of which share files and lists.
func broken(t *testing.T) fstest.MapFS {
	t.Helper()
	files := readTree(t, exampleProvince)
	text := string(files["procedures/dang-ky-khai-sinh.yaml"].Data)
	for i := range 30 {
		one := strings.Replace(text, "name: dang-ky-khai-sinh", fmt.Sprintf("name: dang-ky-%02d", i), 1)
		if i%5 == 0 {
			one = strings.Replace(one, "to: B3", "to: B33", 1)
		}
		switch i % 3 {
		case 0:
			one = "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(withoutComments(one)), "\n", "\n  ") + "\n"
		case 1:
			one += "---\n" + strings.Replace(one, "revision: 1", "revision: 2", 1)
		}
		files[fmt.Sprintf("more/%02d.yaml", i)] = &fstest.MapFile{Data: []byte(one)}
	}
	return files
}

func withoutComments(text string) string {
	_, rest, _ := strings.Cut(text, "apiVersion:")
	return "apiVersion:" + rest
}

func runOver(t *testing.T, files fstest.MapFS, options Options) *Report {
	t.Helper()
	options.Today = today
	sources, problems := manifest.Sources("", files)
	report, err := Run(t.Context(), sources, problems, options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestRunIsTheSameHoweverTheWorkIsShared(t *testing.T) {
	files := broken(t)
	one := runOver(t, files, Options{Workers: 1, Admit: admission.Check})
	if one.Count(rule.Error) < 6 {
		t.Fatalf("%d errors, want one in every fifth procedure at least", one.Count(rule.Error))
	}
	for range 3 {
		if diff := cmp.Diff(one, runOver(t, files, Options{Workers: 7, Admit: admission.Check})); diff != "" {
			t.Fatalf("one worker and seven (-one +seven):\n%s", diff)
		}
	}
	for _, f := range one.Findings {
		if f.Position.Line == 0 || f.Excerpt.Text == "" {
			t.Errorf("%s %s has no place or no line", f.Position, f.Finding)
		}
	}
}

func TestRunReportsOnlyWhatIsAskedFor(t *testing.T) {
	files := broken(t)
	all := runOver(t, files, Options{Admit: admission.Check})
	only := func(file string) bool { return file == "more/05.yaml" }
	some := runOver(t, files, Options{Admit: admission.Check, Only: only})
	var want []Finding
	for _, f := range all.Findings {
		if only(f.Position.File) {
			want = append(want, f)
		}
	}
	if diff := cmp.Diff(want, some.Findings); diff != "" || len(want) == 0 {
		t.Errorf("findings of one file (-of all +asked for):\n%s", diff)
	}
	if all.Objects != some.Objects {
		t.Errorf("%d objects, want all %d to be read", some.Objects, all.Objects)
	}
}

func TestRunTellsHowFarItIs(t *testing.T) {
	files := broken(t)
	var calls, last atomic.Int64
	runOver(t, files, Options{Progress: func(done, total int) {
		calls.Add(1)
		if done == total {
			last.Store(int64(total))
		}
	}})
	if n := int64(2 * len(files)); calls.Load() != n || last.Load() != n {
		t.Errorf("%d calls, the last of %d, want %d", calls.Load(), last.Load(), n)
	}
}

func TestRunEnds(t *testing.T) {
	sources, problems := manifest.Sources("", broken(t))
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(canceled, sources, problems, Options{Today: today}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that the context ended", err)
	}
	unusable := errors.New("the rules cannot be used")
	_, err := Run(t.Context(), sources, problems, Options{Today: today, Admit: func(context.Context, string, map[string]any) ([]rule.Finding, error) {
		return nil, unusable
	}})
	if !errors.Is(err, unusable) {
		t.Errorf("error %v, want that of the rules", err)
	}
}

// TestRunOverAFileThatVanishes reads a file once, and not again.
func TestRunOverAFileThatVanishes(t *testing.T) {
	text := readTree(t, exampleProvince)["procedures/dang-ky-khai-sinh.yaml"].Data
	opened := 0
	report, err := Run(t.Context(), []manifest.Source{{Name: "x.yaml", Open: func() (io.ReadCloser, error) {
		if opened++; opened > 1 {
			return nil, errors.New("input/output error")
		}
		return io.NopCloser(strings.NewReader(string(text))), nil
	}}}, nil, Options{Today: today})
	if err != nil || len(report.Findings) != 1 || report.Findings[0].Rule != "M1" {
		t.Errorf("report %+v, error %v, want that the file cannot be read", report, err)
	}
}

// TestObjectsOnOneLine tells the objects of a list on one line apart, as JSON has them.
func TestObjectsOnOneLine(t *testing.T) {
	const one = `{"apiVersion":"qms.chuan.dev/v1alpha1","kind":"Agency","metadata":{"name":"%s"},"spec":{"title":"UBND","code":"%s","level":"Commune","calendar":{"series":"vn"}}}`
	list := `{"apiVersion":"v1","kind":"List","items":[` + fmt.Sprintf(one, "a", "H18.01") + "," + fmt.Sprintf(one, "b", "H18.02") + "]}"
	report := runOver(t, fstest.MapFS{"x.json": {Data: []byte(list)}}, Options{Admit: admission.Check})
	missing := map[string]int{}
	for _, f := range report.Findings {
		if f.Rule == "A2" {
			missing[f.Object] = f.Position.Column
		}
	}
	if report.Objects != 2 || len(missing) != 2 || missing["Agency a"] >= missing["Agency b"] {
		t.Errorf("%d objects, calendars missing at the columns %v", report.Objects, missing)
	}
}
