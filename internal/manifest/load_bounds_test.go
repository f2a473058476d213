package manifest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoadOfNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		fsys fs.FS
		want string
	}{
		"an empty directory":   {fstest.MapFS{}, ".: nothing to serve: 0 manifests were read"},
		"other kinds only":     {fstest.MapFS{"a.yaml": {Data: []byte("apiVersion: v1\nkind: Pod\n")}}, ".: nothing to serve: 1 manifests were read"},
		"a missing directory":  {os.DirFS(filepath.Join(t.TempDir(), "gone")), ".: vanished before it was read"},
		"an empty file":        {fstest.MapFS{"a.yaml": {}}, ".: nothing to serve"},
		"not gzip":             {fstest.MapFS{"a.yaml.gz": {Data: []byte("plain")}}, "a.yaml.gz: cannot be read: it is not gzip"},
		"cut off gzip":         {fstest.MapFS{"a.yaml.gz": {Data: gzipped(t, good)[:40]}}, "a.yaml.gz: cannot be read: unexpected EOF"},
		"a file without right": {failing{MapFS: fstest.MapFS{"a.yaml": {}}, open: fs.ErrPermission}, "a.yaml: cannot be read: permission denied"},
		"a directory that vanishes": {
			failing{MapFS: fstest.MapFS{"xa/a.yaml": {Data: []byte(good)}}, list: fs.ErrNotExist}, "xa: vanished before it was read",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Load(tt.fsys)
			if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), tt.want) {
				t.Errorf("problems %v, want one that begins with %q", problems, tt.want)
			}
		})
	}
}

// failing fails to open files, or to list the directories below the root.
type failing struct {
	fstest.MapFS
	open, list error
}

func (f failing) Open(name string) (fs.File, error) {
	if f.open != nil && strings.HasSuffix(name, ".yaml") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.open}
	}
	return f.MapFS.Open(name)
}

func (f failing) ReadDir(name string) ([]fs.DirEntry, error) {
	if f.list != nil && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.list}
	}
	return f.MapFS.ReadDir(name)
}

func TestLoadIsBounded(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("apiVersion: qms.chuan.dev/v1alpha1\nkind: WorkCalendar\nmetadata: {name: a}\nspec:\n")
	bomb.WriteString("  a0: &a0 {date: x}\n")
	for i := range 30 {
		fmt.Fprintf(&bomb, "  a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	bomb.WriteString("  exceptions: *a30\n")
	wide := "apiVersion: qms.chuan.dev/v1alpha1\nkind: LegalDocument\nmetadata: {name: a, labels: &l {" +
		strings.Repeat("? x : y, ", 5) + "}}\n"
	for name, text := range map[string]string{
		"aliases of aliases": bomb.String(),
		"repeated keys":      wide,
		"deep nesting":       "apiVersion: " + strings.Repeat("[", 20_000),
		"many documents":     strings.Repeat("---\n", maxDocumentsPerFile+1),
		"many problems":      strings.Repeat("a: 1\n---\n", 1000),
		"a large file":       strings.Repeat("# nothing\n", MaxFileBytes/10+1),
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}})
			if len(problems) == 0 || len(problems) > maxProblemsPerFile+1 {
				t.Errorf("%d problems, want some and at most %d", len(problems), maxProblemsPerFile+1)
			}
		})
	}
}

// TestLoadCountsValuesThatAliasesRepeat keeps a short text from standing for a great many objects.
func TestLoadCountsValuesThatAliasesRepeat(t *testing.T) {
	var text strings.Builder
	text.WriteString("apiVersion: v1\nkind: List\nitems:\n")
	text.WriteString("- {apiVersion: qms.chuan.dev/v1alpha1, kind: WorkCalendar, metadata: {name: a}, spec: &spec {")
	text.WriteString("series: vn, year: 2026, standing: Provisional, exceptions: [")
	for i := range 120 {
		fmt.Fprintf(&text, "{date: 2026-%02d-%02d, kind: Holiday, title: Tết}, ", i/28+1, i%28+1)
	}
	text.WriteString("], workingHours: [{days: [Monday], periods: [{from: 07:30, to: 11:30}]}]}}\n")
	const one = "- {apiVersion: qms.chuan.dev/v1alpha1, kind: WorkCalendar, metadata: {name: a%d}, spec: *spec}\n"
	for i := range 1000 {
		fmt.Fprintf(&text, one, i)
	}
	set, problems := Load(fstest.MapFS{"x.yaml": {Data: []byte(text.String())}})
	said := 0
	for _, p := range problems {
		if strings.Contains(p.Message, "aliases of this file stand for more than 200000 values") {
			said++
		}
	}
	if said != 1 || len(set.Calendars) > 450 {
		t.Errorf("said %d times, want once; %d calendars, want those before the bound", said, len(set.Calendars))
	}
}

// TestLoadStopsAtTooManyProblemsOfOneList keeps a list of nonsense from filling all memory with words.
func TestLoadStopsAtTooManyProblemsOfOneList(t *testing.T) {
	text := "apiVersion: v1\nkind: List\nitems: &items [" + strings.Repeat("1, ", 5000) + "]\n"
	_, problems := Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}})
	if len(problems) != maxProblemsPerFile+1 {
		t.Errorf("%d problems, want %d", len(problems), maxProblemsPerFile+1)
	}
}

func TestProblemsOfAReaderThatFails(t *testing.T) {
	_, problems := LoadSources([]Source{{Name: "x.yaml", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(failingReader{}), nil
	}}}, nil)
	if len(problems) != 1 || problems[0].String() != "x.yaml: cannot be read: input/output error" {
		t.Errorf("problems %v, want the failure to read", problems)
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("input/output error") }
