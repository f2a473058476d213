package dossier_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/dossier/dossiertest"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/procedure/proceduretest"
)

// The corpus is the records of dossiers as versions of the service have written them, with the states that they gave: a
// file a version. Files are added and never written again:
//
//	CHUAN_CORPUS=v0.4 go test -run TestCorpus ./internal/dossier
const corpus = "testdata/corpus"

// recorded is a line of the corpus: a dossier.
type recorded struct {
	Events []keptEvent     `json:"events"`
	State  json.RawMessage `json:"state"`
}

// keptEvent is an event as it is kept.
type keptEvent struct {
	Seq     int64             `json:"seq"`
	At      time.Time         `json:"at"`
	Type    dossier.EventType `json:"type"`
	Officer v1alpha1.ID       `json:"officer,omitempty"`
	Role    v1alpha1.ID       `json:"role,omitempty"`
	Action  v1alpha1.ID       `json:"action,omitempty"`
	From    v1alpha1.ID       `json:"from,omitempty"`
	To      v1alpha1.Target   `json:"to,omitempty"`
	Data    json.RawMessage   `json:"data"`
}

// TestCorpus folds the records of every version: each gives the state that it gave then. What a later version knows in
// addition may be there too.
func TestCorpus(t *testing.T) {
	if version := os.Getenv("CHUAN_CORPUS"); version != "" {
		record(t, version)
	}
	files, err := fs.Glob(os.DirFS(corpus), "*.jsonl.gz")
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no corpus: %v", err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) { replay(t, filepath.Join(corpus, file)) })
	}
}

func replay(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	text, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	dossiers, types := 0, map[dossier.EventType]bool{}
	for decoder := json.NewDecoder(bufio.NewReader(text)); decoder.More(); dossiers++ {
		var r recorded
		if err := decoder.Decode(&r); err != nil {
			t.Fatal(err)
		}
		var state dossier.State
		for _, k := range r.Events {
			types[k.Type] = true
			e := dossier.Event{
				Seq: k.Seq, At: k.At, Type: k.Type, Officer: k.Officer, Role: k.Role, Action: k.Action, From: k.From, To: k.To,
			}
			if err := json.Unmarshal(k.Data, &e.Data); err != nil {
				t.Fatalf("dossier %d, event %d: %v", dossiers, k.Seq, err)
			}
			if state, err = dossier.Fold(state, e); err != nil {
				t.Fatalf("dossier %d: %v", dossiers, err)
			}
		}
		if lost := differs("state", decoded(t, r.State), decoded(t, []byte(snapshot(t, state)))); lost != "" {
			t.Errorf("dossier %d: %s", dossiers, lost)
		}
	}
	if dossiers < 200 {
		t.Errorf("only %d dossiers", dossiers)
	}
	for _, happens := range everything {
		if !types[happens] {
			t.Errorf("%s never happens", happens)
		}
	}
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// differs says where a value is not what it was; empty when it is. Fields that were not there then do not count.
func differs(path string, was, is any) string {
	switch was := was.(type) {
	case map[string]any:
		now, ok := is.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s was %v and is %v", path, was, is)
		}
		for key, value := range was {
			if lost := differs(path+"."+key, value, now[key]); lost != "" {
				return lost
			}
		}
	case []any:
		now, ok := is.([]any)
		if !ok || len(now) != len(was) {
			return fmt.Sprintf("%s was %v and is %v", path, was, is)
		}
		for i := range was {
			if lost := differs(fmt.Sprintf("%s[%d]", path, i), was[i], now[i]); lost != "" {
				return lost
			}
		}
	default:
		if was != is {
			return fmt.Sprintf("%s was %v and is %v", path, was, is)
		}
	}
	return ""
}

// record adds the corpus of a version: twelve dossiers under each of twenty random procedures, or of as many as it takes until
// everything has happened once.
func record(t *testing.T, version string) {
	t.Helper()
	path := filepath.Join(corpus, version+".jsonl.gz")
	if strings.ContainsAny(version, `/\`) {
		t.Fatalf("%q is no version", version)
	}
	var text bytes.Buffer
	packed, err := gzip.NewWriterLevel(&text, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	lines := json.NewEncoder(packed)
	happened := map[dossier.EventType]bool{}
	for seed := range uint64(200) {
		if seed >= 20 && len(happened) >= len(everything) {
			break
		}
		r := rand.New(rand.NewPCG(seed, 2026))
		spec := proceduretest.Draw(r)
		p, findings := procedure.Compile("rut-tham", spec)
		next, more := procedure.Compile("rut-tham", proceduretest.Succeed(r, spec))
		if p == nil || next == nil {
			t.Fatal(findings, more)
		}
		for range 12 {
			l := dossiertest.Begin(r, p)
			l.Successor = next
			life := lived(t, l)
			for _, e := range life.Events {
				happened[e.Type] = true
			}
			if err := lines.Encode(life); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	// A file that is there is the record of a version, and stays what it is.
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(text.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// lived leads a dossier for a while and returns its record.
func lived(t *testing.T, l *dossiertest.Life) recorded {
	t.Helper()
	if _, err := l.Do(l.Reception()); err != nil {
		t.Fatal(err)
	}
	for range 5 + l.IntN(35) {
		l.Pass()
		if _, err := l.Do(dossier.Expire{}); err != nil {
			t.Fatal(err)
		}
		_, _ = l.Do(l.Next()) // What is refused changes nothing.
	}
	var r recorded
	for _, e := range l.Events {
		data, err := json.Marshal(e.Data)
		if err != nil {
			t.Fatal(err)
		}
		r.Events = append(r.Events, keptEvent{
			Seq: e.Seq, At: e.At, Type: e.Type, Officer: e.Officer, Role: e.Role, Action: e.Action, From: e.From, To: e.To, Data: data,
		})
	}
	r.State = json.RawMessage(snapshot(t, l.State))
	return r
}
