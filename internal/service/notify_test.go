package service

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chuan.dev/chuan/internal/exchange"
)

// teller is a service that tells applicants of things.
type teller struct {
	mu     sync.Mutex
	status int
	told   []exchange.Notification
	tried  int
	header http.Header
}

func (s *teller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried++
	s.header = r.Header.Clone()
	var n exchange.Notification
	if err := json.NewDecoder(r.Body).Decode(&n); err != nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	w.WriteHeader(s.status)
	if s.status == http.StatusAccepted {
		s.told = append(s.told, n)
	}
}

func (s *teller) answers(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

func (s *teller) count() (told, tried int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.told), s.tried
}

// telling starts a service that hands what applicants are told to another.
func telling(t *testing.T, status int) (*bench, *teller) {
	t.Helper()
	told := &teller{status: status}
	server := httptest.NewServer(told)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	token, peers := filepath.Join(dir, "token"), filepath.Join(dir, "peers.yaml")
	text := "notifications: {url: '" + server.URL + "', plainHTTP: true, tokenFile: '" + token + "'}\n"
	for file, content := range map[string]string{token: "secret-token\n", peers: text} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return start(t, asksNeighbour, func(c *Config) { c.PeersFile = peers }).following(), told
}

func TestApplicantsAreTold(t *testing.T) {
	b, told := telling(t, http.StatusServiceUnavailable)
	v := b.ask()
	eventually(t, "it is tried", func() bool { _, tried := told.count(); return tried > 0 }, b)
	told.answers(http.StatusAccepted)
	b.pass(10 * time.Minute)
	eventually(t, "the applicant is told", func() bool { n, _ := told.count(); return n == 1 }, b)
	n := told.told[0]
	// The applicant has a telephone and no mail.
	if n.Way != "sms" || n.To != personal[2] || n.Dossier != v.Code || n.Agency != "H18.35.01" || n.ID != "H18.35.01/sms/1" {
		t.Errorf("told: %+v", n)
	}
	want := "Hồ sơ " + v.Code + " của " + personal[0] + " (2 tầng) đang lấy ý kiến, hẹn "
	if !strings.HasPrefix(n.Text, want) || strings.Contains(n.Text, "{{") {
		t.Errorf("text %q, want %q and the time", n.Text, want)
	}
	if told.header.Get("Authorization") != "Bearer secret-token" || told.header.Get("Idempotency-Key") != n.ID {
		t.Errorf("header %v", told.header)
	}
	b.nothingPersonalOnDisk()
}

func TestNoticeThatIsRefusedForGood(t *testing.T) {
	b, told := telling(t, http.StatusUnprocessableEntity)
	b.ask()
	eventually(t, "it is refused", func() bool { _, tried := told.count(); return tried == 1 }, b)
	told.answers(http.StatusAccepted)
	b.ask()
	eventually(t, "the next one is told", func() bool { n, _ := told.count(); return n == 1 }, b)
	if _, tried := told.count(); tried != 2 {
		t.Errorf("%d attempts", tried)
	}
}

func TestWithoutATellerNothingWaits(t *testing.T) {
	b := start(t, asksNeighbour)
	b.ask()
	d, release, err := b.service.desk("xa-a")
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	waiting, err := d.records.Outbox(t.Context(), b.clock(), 10)
	if err != nil || len(waiting) != 1 || waiting[0].To != "H18.35.02" {
		t.Errorf("waiting %+v, %v: want the question alone", waiting, err)
	}
}
