package docs_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/internal/exchange"
	"chuan.dev/chuan/internal/service"
)

const serviceGuide = "docs/guides/service.md"

var (
	// walked is a step of the walk through the service, and first the reception before it.
	walked = regexp.MustCompile(`(?m)^act (\S+) (\d+) '(.+)'$`)
	first  = regexp.MustCompile(`"procedure": "[a-z-]+",\n  "channel"`)
	// flagged is a flag of workflowd in a line of its own command.
	flagged    = regexp.MustCompile(` --?([a-z][a-z-]+)`)
	declared   = regexp.MustCompile(`(?:Var\(&[a-zA-Z.]+, |Func\()"([a-z-]+)"`)
	addressed  = regexp.MustCompile(`(?:\$A|…|agencies/[a-z-]+)(/[A-Za-z0-9$/{}-]+)`)
	metric     = regexp.MustCompile("chuan_[a-z_]+")
	coded      = regexp.MustCompile("`([a-z]+(?:-[a-z]+)+)`")
	serviceRun = regexp.MustCompile(`(?m)^(?:\$ )?(?:go run \./cmd/)?workflowd .*$`)
)

// guide returns the guide to the service.
func guide(t *testing.T) page {
	t.Helper()
	for _, p := range pages(t) {
		if p.file == serviceGuide {
			return p
		}
	}
	t.Fatal("there is no guide to the service")
	return page{}
}

// source is the text of the Go files below some directories, without tests.
func source(t *testing.T, directories ...string) string {
	t.Helper()
	var text strings.Builder
	for _, directory := range directories {
		err := filepath.WalkDir(filepath.Join(root, directory), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			content, err := os.ReadFile(file)
			text.Write(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}

// TestTheWalkThroughTheServiceArrives does what the guide does by curl: the reception, and every action, by whom and at which
// version it says.
func TestTheWalkThroughTheServiceArrives(t *testing.T) {
	p := guide(t)
	served, err := service.New(t.Context(), service.Config{
		Manifests: filepath.Join(root, "examples/dien-bien"), Data: t.TempDir(), DevelopmentSignIn: true,
		Now: func() time.Time { return time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	type answer struct {
		Code, Status, Outcome, Detail string
		Version                       int64
	}
	post := func(officer, version, path, body string) (a answer) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "/api/v1/agencies/ubnd-xa-thanh-nua/dossiers"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(service.OfficerHeader, officer)
		if version != "" {
			r.Header.Set("If-Match", `"`+version+`"`)
		}
		w := httptest.NewRecorder()
		served.Handler().ServeHTTP(w, r)
		if err := json.Unmarshal(w.Body.Bytes(), &a); w.Code/100 != 2 || err != nil {
			t.Fatalf("%s does %s: %d, %v: %s", officer, body, w.Code, err, w.Body)
		}
		return a
	}
	var code, last string
	for _, b := range p.code {
		if first.MatchString(b.text) && code == "" {
			code = post("lo-van-xom", "", "", b.text).Code
		}
		for _, step := range walked.FindAllStringSubmatch(b.text, -1) {
			last = post(step[1], step[2], "/"+code+"/actions", step[3]).Status
		}
	}
	if last != "ended" {
		t.Errorf("the dossier of the guide is %q in the end, want it ended", last)
	}
}

func TestFlagsOfWorkflowdExist(t *testing.T) {
	flags := map[string]bool{"help": true}
	for _, match := range declared.FindAllStringSubmatch(source(t, "cmd/workflowd"), -1) {
		flags[match[1]] = true
	}
	mentioned := 0
	for _, p := range pages(t) {
		for _, b := range p.code {
			for _, line := range serviceRun.FindAllString(b.text, -1) {
				line, _, _ = strings.Cut(line, "#")
				for _, match := range flagged.FindAllStringSubmatch(line, -1) {
					mentioned++
					if !flags[match[1]] {
						t.Errorf("%s:%d: workflowd has no flag --%s", p.file, b.line, match[1])
					}
				}
			}
		}
	}
	if mentioned == 0 {
		t.Error("found no flag of workflowd in the documentation")
	}
}

func TestTheGuideToTheServiceNamesWhatThereIs(t *testing.T) {
	p := guide(t)
	code := source(t, "internal/service", "internal/dossier", "internal/petition", "internal/consultation")
	for _, name := range metric.FindAllString(p.text, -1) {
		if !strings.Contains(code, `"`+name+`"`) {
			t.Errorf("there is no metric %s", name)
		}
	}
	for row := range strings.Lines(p.text) {
		if !strings.HasPrefix(row, "|") {
			continue
		}
		for _, match := range coded.FindAllStringSubmatch(row, -1) {
			if !strings.Contains(code, `"`+match[1]+`"`) {
				t.Errorf("there is no problem of the code %s", match[1])
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(root, "docs/reference/openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var described struct {
		Paths map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	for _, match := range addressed.FindAllStringSubmatch(p.text, -1) {
		if !describes(described.Paths, match[1]) {
			t.Errorf("the API has no path …%s", match[1])
		}
	}
}

// describes says whether one of some paths is that of an agency behind which the guide names the rest, with what stands in the
// place of the parameters in capitals or as a variable of the shell.
func describes(paths map[string]json.RawMessage, rest string) bool {
	named := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	for path := range paths {
		parts := strings.Split(strings.TrimPrefix(path, "/api/v1/agencies/{agency}"), "/")
		same := len(parts) == len(named)
		for i := 0; same && i < len(parts); i++ {
			free := strings.HasPrefix(parts[i], "{") || named[i] == "NAME"
			same = free || parts[i] == named[i]
		}
		// The forms are shown behind a path that is named before.
		if same || strings.HasSuffix(path, "/forms/{form}") && len(named) == 3 && named[1] == "forms" {
			return true
		}
	}
	return false
}

func TestThePeersFileOfTheGuideIsOne(t *testing.T) {
	for _, b := range guide(t).code {
		if b.language != "yaml" || !strings.HasPrefix(b.text, "agencies:") {
			continue
		}
		peers, err := exchange.ParsePeers([]byte(b.text))
		if err != nil || len(peers.Agencies) != 1 || peers.Notifications == nil {
			t.Errorf("line %d: %+v, %v", b.line, peers, err)
		}
		return
	}
	t.Error("the guide shows no peers file")
}
