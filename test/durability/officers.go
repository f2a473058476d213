package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/test/demo"
)

// requestTime bounds a request: a service that was killed does not answer.
const requestTime = 10 * time.Second

// agencies in which the officers work, so that one process has several files open.
var agencies = []string{"ubnd-xa-thanh-nua", "ubnd-xa-noong-het"}

// view is what is read of an answer.
type view struct {
	Code string `json:"code"`
	head
	History []struct {
		Seq  int64  `json:"seq"`
		Hash string `json:"hash"`
		Data struct {
			Result *struct {
				Book   string `json:"book"`
				Number int64  `json:"number"`
			} `json:"result"`
		} `json:"data"`
	} `json:"history"`
}

// hash of the last event.
func (v *view) hash() string { return v.History[len(v.History)-1].Hash }

// errLost: the answer did not come, so that nobody knows what was done.
var errLost = errors.New("no answer came")

// campaign is the work of all rounds on the same records.
type campaign struct {
	options
	name     string
	ledger   *ledger
	client   *http.Client
	officers map[string]map[v1alpha1.ID]v1alpha1.ID
	random   *rand.Rand
	mu       sync.Mutex // guards keys
	keys     int
	began    time.Time
	told     time.Time
}

func newCampaign(o options, name string) (*campaign, error) {
	c := &campaign{
		options: o, name: name, ledger: newLedger(), client: &http.Client{Timeout: requestTime},
		officers: map[string]map[v1alpha1.ID]v1alpha1.ID{}, random: rand.New(rand.NewPCG(o.seed, 1)), began: time.Now(),
	}
	c.client.Transport = &http.Transport{MaxIdleConnsPerHost: o.clients}
	for _, name := range agencies {
		text, err := os.ReadFile(filepath.Join(o.manifests, "agencies", name+".yaml"))
		if err != nil {
			return nil, err
		}
		var a v1alpha1.Agency
		if err := yaml.Unmarshal(text, &a); err != nil {
			return nil, fmt.Errorf("agency %s: %w", name, err)
		}
		c.officers[name] = map[v1alpha1.ID]v1alpha1.ID{}
		for _, officer := range a.Spec.Officers {
			for _, role := range officer.Roles {
				c.officers[name][role] = officer.ID
			}
		}
	}
	return c, nil
}

// key is a new idempotency key.
func (c *campaign) key() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys++
	return fmt.Sprintf("%d-%d", c.seed, c.keys)
}

// work lets all officers work until something is killed at a random moment.
func (c *campaign) work(ctx context.Context, urls []string, kill func()) {
	working, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	for i := range c.clients {
		group.Go(func() {
			for working.Err() == nil {
				if c.travel(ctx, urls[i%len(urls)], agencies[i%len(agencies)]) != nil {
					return
				}
			}
		})
	}
	time.Sleep(time.Duration(c.random.Int64N(int64(c.longest))))
	kill()
	stop()
	group.Wait()
	c.client.CloseIdleConnections()
}

// travel takes a dossier from reception to the result. An error means that an answer was lost.
func (c *campaign) travel(ctx context.Context, url, agency string) error {
	body := demo.Request()
	body["procedure"], body["channel"] = demo.CopyProcedure, v1alpha1.ChannelCounter
	v, err := c.do(ctx, url, attempt{agency: agency, officer: c.officer(agency, "mot-cua"), path: "/dossiers", body: body, key: c.key()})
	if err != nil {
		return err
	}
	for _, leg := range demo.Legs() {
		body := map[string]any{"action": leg.Action, "version": v.Version}
		maps.Copy(body, leg.Further)
		v, err = c.do(ctx, url, attempt{
			agency: agency, officer: c.officer(agency, leg.Role), path: "/dossiers/" + v.Code + "/actions", body: body, key: c.key(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *campaign) officer(agency string, role v1alpha1.ID) string {
	return string(c.officers[agency][role])
}

// do sends a request and enters its answer into the ledger.
func (c *campaign) do(ctx context.Context, url string, a attempt) (*view, error) {
	v, err := c.send(ctx, url, a)
	switch {
	case errors.Is(err, errLost):
		c.ledger.lose(a)
	case err == nil:
		c.ledger.acknowledge(entry{agency: a.agency, code: v.Code, version: v.Version, hash: v.hash()})
	}
	return v, err
}

func (c *campaign) send(ctx context.Context, url string, a attempt) (*view, error) {
	content, err := json.Marshal(a.body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/agencies/"+a.agency+a.path, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Chuan-Officer", a.officer)
	request.Header.Set("Idempotency-Key", a.key)
	return c.answer(request)
}

// answer reads a dossier. Anything but a whole answer of success or refusal is none; so is a service that says that it
// cannot write just now, because its database is gone.
func (c *campaign) answer(request *http.Request) (*view, error) {
	response, err := c.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errLost, err)
	}
	content, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errLost, err)
	case response.StatusCode >= http.StatusInternalServerError:
		return nil, fmt.Errorf("%w: %s", errLost, response.Status)
	case response.StatusCode >= http.StatusBadRequest:
		return nil, fmt.Errorf("%s %s: %s: %s", request.Method, request.URL.Path, response.Status, strings.TrimSpace(string(content)))
	}
	var v view
	if err := json.Unmarshal(content, &v); err != nil {
		return nil, fmt.Errorf("%s: %w", request.URL.Path, err)
	}
	if len(v.History) == 0 {
		return nil, fmt.Errorf("%s: the answer has no history", request.URL.Path)
	}
	return &v, nil
}
