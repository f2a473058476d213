package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// Service is the workflow service of an agency as an officer's program sees it, reached through a forwarded port.
type Service struct {
	// URL of the service on this machine.
	URL string
	// Agency is its name.
	Agency string

	officers map[v1alpha1.ID]v1alpha1.ID
	forward  *exec.Cmd
	client   *http.Client
}

// Dossier is what the demo reads of a dossier.
type Dossier struct {
	Code      string `json:"code"`
	CheckCode string `json:"checkCode"`
	Revision  int32  `json:"revision"`
	Version   int64  `json:"version"`
	Status    string `json:"status"`
	Outcome   string `json:"outcome"`
	Due       string `json:"due"`
	Steps     []struct {
		Step  v1alpha1.ID `json:"step"`
		Title string      `json:"title"`
		Role  v1alpha1.ID `json:"role"`
	} `json:"steps"`
}

// Problem is an answer of the service that refuses something.
type Problem struct {
	// Status is that of HTTP.
	Status int `json:"status"`
	// Code of the refusal, stable.
	Code string `json:"code"`
	// Detail says what is wrong.
	Detail string `json:"detail"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

var forwarded = regexp.MustCompile(`Forwarding from (127\.0\.0\.1:[0-9]+)`)

// Connect forwards a port to the service of an agency. Close ends it.
func (d *Demo) Connect(ctx context.Context, agency *v1alpha1.Agency) (*Service, error) {
	s := &Service{Agency: agency.Name, officers: map[v1alpha1.ID]v1alpha1.ID{}, client: &http.Client{Timeout: 10 * time.Second}}
	for _, officer := range agency.Spec.Officers {
		for _, role := range officer.Roles {
			if _, taken := s.officers[role]; !taken {
				s.officers[role] = officer.ID
			}
		}
	}
	s.forward = d.kubectlCommand(ctx, "port-forward", "-n", agency.Namespace, "service/"+agency.Name, ":8080")
	// The group holds kubectl and what started it, so that Close ends both.
	s.forward.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.forward.Cancel = s.stop
	out, err := s.forward.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("forward a port to %s: %w", agency.Name, err)
	}
	var complaint bytes.Buffer
	s.forward.Stderr = &complaint
	if err := s.forward.Start(); err != nil {
		return nil, fmt.Errorf("forward a port to %s: %w", agency.Name, err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if match := forwarded.FindStringSubmatch(lines.Text()); match != nil {
			s.URL = "http://" + match[1]
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s, nil
		}
	}
	s.Close()
	return nil, fmt.Errorf("forward a port to %s: %s", agency.Name, strings.TrimSpace(complaint.String()))
}

func (s *Service) stop() error { return syscall.Kill(-s.forward.Process.Pid, syscall.SIGTERM) }

// Close ends the forwarding of the port.
func (s *Service) Close() {
	_ = s.stop()
	// It was told to end, so that it does not end well is no news.
	_ = s.forward.Wait()
}

// Receive files a dossier at the counter.
func (s *Service) Receive(ctx context.Context, procedure string, body map[string]any) (*Dossier, error) {
	body["procedure"], body["channel"] = procedure, v1alpha1.ChannelCounter
	return s.post(ctx, "mot-cua", "/dossiers", body)
}

// Act takes an action on a dossier as an officer who holds a role.
func (s *Service) Act(ctx context.Context, role v1alpha1.ID, dossier *Dossier, action string, further map[string]any) (*Dossier, error) {
	body := map[string]any{"action": action, "version": dossier.Version}
	maps.Copy(body, further)
	return s.post(ctx, role, "/dossiers/"+dossier.Code+"/actions", body)
}

// Read returns a dossier as an officer who holds a role sees it.
func (s *Service) Read(ctx context.Context, role v1alpha1.ID, code string) (*Dossier, error) {
	return s.request(ctx, http.MethodGet, role, "/dossiers/"+code, nil)
}

// Page returns a public page.
func (s *Service) Page(ctx context.Context, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
	if err != nil {
		return "", err
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return "", fmt.Errorf("read the page %s of %s: %w", path, s.Agency, err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("the page %s of %s answers %s", path, s.Agency, answer.Status)
	}
	return string(text), err
}

func (s *Service) post(ctx context.Context, role v1alpha1.ID, path string, body map[string]any) (*Dossier, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return s.request(ctx, http.MethodPost, role, path, text)
}

// request asks the service as an officer who holds a role. A refusal is a Problem.
func (s *Service) request(ctx context.Context, method string, role v1alpha1.ID, path string, body []byte) (*Dossier, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.URL+"/api/v1/agencies/"+s.Agency+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Chuan-Officer", string(s.officers[role]))
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the service of %s: %w", s.Agency, err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer of %s: %w", s.Agency, err)
	}
	if answer.StatusCode >= http.StatusBadRequest {
		problem := &Problem{Status: answer.StatusCode}
		if err := json.Unmarshal(text, problem); err != nil {
			return nil, fmt.Errorf("the service of %s answers %s: %s", s.Agency, answer.Status, text)
		}
		return nil, problem
	}
	dossier := &Dossier{}
	if err := json.Unmarshal(text, dossier); err != nil {
		return nil, fmt.Errorf("read the dossier in the answer of %s: %w", s.Agency, err)
	}
	return dossier, nil
}
