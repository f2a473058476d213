package archive_test

import (
	"archive/tar"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chuan.dev/chuan/internal/archive"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
)

// tampered changes a closed file behind the back of its triggers.
func tampered(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	var drop string
	err = db.QueryRowContext(t.Context(),
		`SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_master WHERE type = 'trigger'`).Scan(&drop)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range append([]string{drop}, statements...) {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// flipped changes one byte of a file, at a text that is in it once.
func flipped(t *testing.T, path, text string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(content, []byte(text)) != 1 {
		t.Fatalf("%q is in the file %d times", text, bytes.Count(content, []byte(text)))
	}
	content[bytes.Index(content, []byte(text))] ^= 0x20
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheFirstBrokenEventIsNamed(t *testing.T) {
	second, third := code+"-261123-0002", code+"-261123-0003"
	for name, c := range map[string]struct {
		tamper func(t *testing.T, path string)
		want   archive.Broken
	}{
		"a byte of a page": {
			func(t *testing.T, path string) { flipped(t, path, "bước 2 của "+second) },
			archive.Broken{Dossier: second, Event: 3, Detail: "its content is not what was recorded"},
		},
		"an event altered": {
			func(t *testing.T, path string) {
				tampered(t, path, `UPDATE event SET officer = 'binh' WHERE dossier = 2 AND seq = 2`)
			},
			archive.Broken{Dossier: second, Event: 2, Detail: "its content is not what was recorded"},
		},
		"an event removed": {
			func(t *testing.T, path string) { tampered(t, path, `DELETE FROM event WHERE dossier = 3 AND seq = 2`) },
			archive.Broken{Dossier: third, Event: 3, Detail: "event 3 follows event 1"},
		},
		"the last event removed": {
			func(t *testing.T, path string) { tampered(t, path, `DELETE FROM event WHERE dossier = 3 AND seq = 3`) },
			archive.Broken{Dossier: third, Detail: "its record ends with event 2, but version 3 was recorded"},
		},
		"events swapped": {
			func(t *testing.T, path string) {
				tampered(t, path, `UPDATE event SET seq = -2 WHERE dossier = 2 AND seq = 2`,
					`UPDATE event SET seq = 2 WHERE dossier = 2 AND seq = 3`, `UPDATE event SET seq = 3 WHERE dossier = 2 AND seq = -2`)
			},
			archive.Broken{Dossier: second, Event: 2, Detail: "it does not follow the event before it"},
		},
		"a dossier removed": {
			func(t *testing.T, path string) {
				tampered(t, path, `DELETE FROM event WHERE dossier = 2`, `DELETE FROM citation WHERE dossier = 2`,
					`DELETE FROM work WHERE dossier = 2`, `DELETE FROM dossier WHERE id = 2`)
			},
			archive.Broken{Detail: "12 events were numbered, 9 are there, 9 of them belong to a dossier"},
		},
		"a forged root": {
			func(t *testing.T, path string) {
				tampered(t, path, `UPDATE day_root SET signature = zeroblob(64) WHERE day = '2026-11-23'`)
			},
			archive.Broken{},
		},
		"a root of other events": {
			func(t *testing.T, path string) {
				tampered(t, path, `UPDATE day_root SET root = zeroblob(32) WHERE day = '2026-11-23'`)
			},
			archive.Broken{Detail: "the events 7 to 12 of 2026-11-23 are not those of its root"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAgency(t)
			if err := a.store.Close(); err != nil {
				t.Fatal(err)
			}
			c.tamper(t, a.path)
			report := inspect(t, a.path, a.keys.Public())
			c.want.Agency = code
			if c.want.Detail == "" {
				c.want.Detail = "the signature of the root of 2026-11-23 is not that of the key " + a.keys.KeyID() +
					": the root was forged or changed"
			}
			if report.Broken == nil || *report.Broken != c.want {
				t.Errorf("broken %+v, want %+v", report.Broken, c.want)
			}
		})
	}
}

// A whole chain can be made anew by who changes an event, and the head with it; the root that was signed cannot.
func TestARewrittenChainIsFoundByTheRoot(t *testing.T) {
	a := newAgency(t)
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	reader, err := sqlite.OpenReadOnly(t.Context(), a.path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := reader.Load(t.Context(), code+"-261123-0002")
	if err := errors.Join(err, reader.Close()); err != nil {
		t.Fatal(err)
	}
	d.Events[1].Officer = "binh"
	head := store.Seal(d.Code, d.Events[0].Hash, d.Events[1:])
	var rewrite []string
	for _, e := range d.Events[1:] {
		rewrite = append(rewrite, fmt.Sprintf(`UPDATE event SET officer = '%s', prev = x'%s', hash = x'%s' WHERE dossier = 2 AND seq = %d`,
			e.Officer, e.Prev, e.Hash, e.Seq))
	}
	tampered(t, a.path, append(rewrite, fmt.Sprintf(`UPDATE dossier SET hash = x'%s' WHERE id = 2`, head))...)
	report := inspect(t, a.path, a.keys.Public())
	if report.Broken == nil || report.Broken.Detail != "the events 1 to 6 of 2026-11-21 are not those of its root" {
		t.Errorf("broken %+v", report.Broken)
	}
}

// entries reads a tar, and repack writes one.
func entries(t *testing.T, path string) (headers []*tar.Header, contents [][]byte) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(bytes.NewReader(file)); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return headers, contents
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		headers, contents = append(headers, header), append(contents, content)
	}
}

func repack(t *testing.T, path string, headers []*tar.Header, contents [][]byte) {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i, header := range headers {
		header.Size = int64(len(contents[i]))
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(contents[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), os.WriteFile(path, out.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func TestAnArchiveThatWasChangedIsFoundAndNotRestored(t *testing.T) {
	a := newAgency(t)
	original, _ := a.write(t)
	for name, c := range map[string]struct {
		change func(h []*tar.Header, c [][]byte) ([]*tar.Header, [][]byte)
		want   string
	}{
		"a document altered": {func(h []*tar.Header, c [][]byte) ([]*tar.Header, [][]byte) {
			c[2][500] ^= 1
			return h, c
		}, "its bytes have another hash"},
		"a document removed": {func(h []*tar.Header, c [][]byte) ([]*tar.Header, [][]byte) {
			return h[:3], c[:3]
		}, "it has 1 documents, its manifest says 2"},
		"a document twice": {func(h []*tar.Header, c [][]byte) ([]*tar.Header, [][]byte) {
			return append(h, h[3]), append(c, c[3])
		}, "comes twice or out of order"},
		"something else added": {func(h []*tar.Header, c [][]byte) ([]*tar.Header, [][]byte) {
			return append(h, &tar.Header{Typeflag: tar.TypeReg, Name: "../../etc/passwd", Mode: 0o600}), append(c, []byte("x"))
		}, "is no document"},
		"the counts altered": {func(h []*tar.Header, c [][]byte) ([]*tar.Header, [][]byte) {
			c[0] = bytes.Replace(c[0], []byte(`"dossiers": 4`), []byte(`"dossiers": 5`), 1)
			return h, c
		}, "its manifest says 5, 12 and 2"},
		"other records": {func(h []*tar.Header, c [][]byte) ([]*tar.Header, [][]byte) {
			// The end of the header says by which version of SQLite the file was written: nothing depends on it.
			c[1][99] ^= 1
			return h, c
		}, "not the file of which its manifest speaks"},
	} {
		t.Run(name, func(t *testing.T) {
			headers, contents := entries(t, original)
			path := filepath.Join(t.TempDir(), "changed.tar")
			headers, contents = c.change(headers, contents)
			repack(t, path, headers, contents)
			if broken := inspect(t, path, nil).Broken; broken == nil || !strings.Contains(broken.Detail, c.want) {
				t.Errorf("broken %+v, want %q", broken, c.want)
			}
			if name == "the counts altered" {
				return
			}
			read, err := archive.Open(t.Context(), path, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			into, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "b.db"), code, sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			keep := func(_ context.Context, _ store.Hash, content io.Reader) error {
				_, err := io.Copy(io.Discard, content)
				return err
			}
			if _, err := read.Restore(t.Context(), into, keep, nil); !errors.Is(err, archive.ErrDamaged) {
				t.Errorf("Restore: %v, want %v", err, archive.ErrDamaged)
			}
			if tail, err := into.Tail(t.Context()); err != nil || tail != 0 {
				t.Errorf("%d events were restored, %v", tail, err)
			}
			if err := errors.Join(read.Close(), into.Close()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestWhatIsNoArchiveIsRefused(t *testing.T) {
	a := newAgency(t)
	original, _ := a.write(t)
	whole, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"nothing":               nil,
		"text":                  []byte(strings.Repeat("not an archive ", 200)),
		"half of the records":   whole[:len(whole)/2],
		"only the manifest":     whole[:1024],
		"of a later program":    bytes.Replace(whole, []byte(`"format": 1`), []byte(`"format": 2`), 1),
		"that names no agency":  bytes.Replace(whole, []byte(`"name": "xa-a"`), []byte(`"name": "./.a"`), 1),
		"with another key name": bytes.Replace(whole, []byte(`"keyId": "`+a.keys.KeyID()[:4]), []byte(`"keyId": "xxxx`), 1),
	} {
		path := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		temporary := t.TempDir()
		_, err := archive.Open(t.Context(), path, temporary)
		if !errors.Is(err, archive.ErrFormat) && !errors.Is(err, archive.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if entries, err := os.ReadDir(temporary); err != nil || len(entries) != 0 {
			t.Errorf("%s: it left %v, %v", name, entries, err)
		}
	}
	if _, err := archive.Open(t.Context(), filepath.Join(t.TempDir(), "none"), ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}
