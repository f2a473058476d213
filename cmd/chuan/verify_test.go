package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chuan.dev/chuan/internal/archive"
	"chuan.dev/chuan/internal/store"
	"chuan.dev/chuan/internal/store/sqlite"
	"chuan.dev/chuan/internal/store/storetest"
	"chuan.dev/chuan/internal/vault"
)

const verifyCode = "H18.35.01"

// recorded makes records of two dossiers with a root, and returns their file and an archive of them.
func recorded(t *testing.T, keys *vault.Keys) (file, packed string) {
	t.Helper()
	directory := t.TempDir()
	file, packed = filepath.Join(directory, "xa-a.db"), filepath.Join(directory, "xa-a.tar")
	s, err := sqlite.Open(t.Context(), file, verifyCode, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		n := storetest.New()
		n.Change.Events[0].Data = []byte(`{"reason":"thiếu giấy tờ"}`)
		if _, err := s.Create(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	root := store.DayRoot{Day: "2026-11-23", From: 1, To: 2, KeyID: keys.KeyID()}
	if root.Root, err = store.Root(s.Leaves(t.Context(), 1, 2)); err != nil {
		t.Fatal(err)
	}
	root.Signature = keys.Sign(vault.PurposeRoot, root.Statement())
	if err := s.PutRoot(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	_, _, err = archive.Write(t.Context(), packed, archive.Source{
		Name: "xa-a", Agency: verifyCode, Store: s, PublicKey: keys.Public(), Now: storetest.Day,
	}, nil)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return file, packed
}

func TestVerify(t *testing.T) {
	keys := vault.Master{1}.Agency(verifyCode)
	file, packed := recorded(t, keys)
	key := filepath.Join(t.TempDir(), "key.pem")
	text, err := vault.PublicPEM(keys.Public())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, text, 0o600); err != nil {
		t.Fatal(err)
	}
	other, err := vault.PublicPEM(vault.Master{2}.Agency(verifyCode).Public())
	if err != nil {
		t.Fatal(err)
	}
	wrongKey := filepath.Join(t.TempDir(), "other.pem")
	if err := os.WriteFile(wrongKey, other, 0o600); err != nil {
		t.Fatal(err)
	}
	altered := filepath.Join(t.TempDir(), "altered.db")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	content[bytes.LastIndex(content, []byte("thiếu"))] ^= 0x20
	if err := os.WriteFile(altered, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		code int
		want []string
	}{
		"an archive": {[]string{packed}, exitClean, []string{"H18.35.01 (xa-a), made 20", "2 with 2 events", "signed by the key " + keys.KeyID(),
			"from the file itself", "documents  0", "  whole"}},
		"with the published key": {[]string{packed, "--public-key", key}, exitClean, []string{"signed by the key " + keys.KeyID(), "  whole"}},
		"a file of records":      {[]string{file}, exitClean, []string{"signatures not verified for want of the key", "  whole"}},
		"its key":                {[]string{file, "--public-key", key}, exitClean, []string{"signed by the key " + keys.KeyID(), "  whole"}},
		"another key":            {[]string{file, "--public-key", wrongKey}, exitFindings, []string{"BROKEN", "the root of 2026-11-23 is signed by the key " + keys.KeyID()}},
		"altered": {[]string{altered}, exitFindings, []string{
			"BROKEN     agency H18.35.01, dossier H18.35.01-261123-0001, event 1: its content is not what was recorded"}},
		"two files":     {[]string{packed, altered}, exitFindings, []string{"  whole", "BROKEN"}},
		"no file":       {nil, exitFailed, []string{"requires at least 1 arg"}},
		"not there":     {[]string{filepath.Join(t.TempDir(), "none")}, exitFailed, []string{"no such file"}},
		"not a record":  {[]string{key}, exitFailed, []string{"it is no archive of records"}},
		"not a key":     {[]string{file, "--public-key", file}, exitFailed, []string{"it is no public key"}},
		"not a format":  {[]string{file, "-o", "xml"}, exitFailed, []string{"choose text or json"}},
		"not a key too": {[]string{file, "--public-key", "x"}, exitFailed, []string{"--public-key x: it is no public key"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := chuan(t, "", append([]string{"verify"}, tt.args...)...)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			for _, want := range tt.want {
				if !strings.Contains(out+errs, want) {
					t.Errorf("it does not say %q:\n%s%s", want, out, errs)
				}
			}
		})
	}
	code, out, _ := chuan(t, "", "verify", altered, packed, "-o", "json")
	var found struct {
		Files []struct {
			File, Agency     string
			Whole            bool
			Dossiers, Events int
			Broken           *archive.Broken
		}
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil || code != exitFindings || len(found.Files) != 2 {
		t.Fatalf("exit code %d, %v: %s", code, err, out)
	}
	want := archive.Broken{Agency: verifyCode, Dossier: verifyCode + "-261123-0001", Event: 1, Detail: "its content is not what was recorded"}
	if f := found.Files[0]; f.Whole || f.Broken == nil || *f.Broken != want || f.Events != 2 {
		t.Errorf("the altered file: %+v", f)
	}
	if f := found.Files[1]; !f.Whole || f.Broken != nil || f.Agency != verifyCode {
		t.Errorf("the archive: %+v", f)
	}
}
