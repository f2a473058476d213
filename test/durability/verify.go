package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// verify sends again what had no answer, and looks whether everything that was acknowledged since the last time is there.
func (c *campaign) verify(ctx context.Context, url string) error {
	for _, a := range c.ledger.takeLost() {
		if _, err := c.do(ctx, url, a); err != nil {
			return fmt.Errorf("sent again with the same key: %w", err)
		}
	}
	for code, entries := range c.ledger.takeFresh() {
		if err := c.compare(ctx, url, code, entries); err != nil {
			return err
		}
	}
	for _, agency := range agencies {
		if err := c.chains(ctx, url, agency); err != nil {
			return err
		}
	}
	return nil
}

// compare reads a dossier and finds every acknowledged event in it.
func (c *campaign) compare(ctx context.Context, url, code string, entries []entry) error {
	v, err := c.read(ctx, url, entries[0].agency, code)
	if err != nil {
		return fmt.Errorf("dossier %s was acknowledged: %w", code, err)
	}
	for _, e := range entries {
		if int64(len(v.History)) < e.version {
			return fmt.Errorf("dossier %s: version %d was acknowledged, %d is what is there", code, e.version, len(v.History))
		}
		if got := v.History[e.version-1]; got.Hash != e.hash || got.Seq != e.version {
			return fmt.Errorf("dossier %s: event %d was acknowledged with the hash %s, and is there with %s", code, e.version, e.hash, got.Hash)
		}
	}
	return nil
}

func (c *campaign) read(ctx context.Context, url, agency, code string) (*view, error) {
	request, err := c.get(ctx, url, agency, "/dossiers/"+code)
	if err != nil {
		return nil, err
	}
	return c.answer(request)
}

func (c *campaign) get(ctx context.Context, url, agency, path string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/agencies/"+agency+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Chuan-Officer", c.officer(agency, "mot-cua"))
	return request, nil
}

// chains asks the service to verify all records of an agency.
func (c *campaign) chains(ctx context.Context, url, agency string) error {
	request, err := c.get(ctx, url, agency, "/evidence")
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+evidenceKey)
	var evidence struct {
		Verified bool            `json:"verified"`
		Broken   json.RawMessage `json:"broken"`
	}
	if err := c.into(request, &evidence); err != nil {
		return err
	}
	if !evidence.Verified {
		return fmt.Errorf("the records of %s are broken: %s", agency, evidence.Broken)
	}
	return nil
}

// into reads an answer of success as JSON.
func (c *campaign) into(request *http.Request, answer any) error {
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", request.URL.Path, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

// finish verifies the last round, and everything once more from the beginning.
func (c *campaign) finish(ctx context.Context, url string) error {
	if err := c.verify(ctx, url); err != nil {
		return fmt.Errorf("after the last kill: %w", err)
	}
	heads, err := c.register(ctx, url)
	if err != nil {
		return err
	}
	if known := len(c.ledger.all()); len(heads) != known {
		return fmt.Errorf("%d dossiers are in the registers, %d are known", len(heads), known)
	}
	serials := map[string][]int64{}
	for _, e := range c.ledger.all() {
		v, err := c.read(ctx, url, e.agency, e.code)
		if err != nil {
			return err
		}
		if v.Version < e.version || v.History[e.version-1].Hash != e.hash {
			return fmt.Errorf("dossier %s: version %d was acknowledged and is no longer there", e.code, e.version)
		}
		if heads[e.code] != v.head {
			return fmt.Errorf("dossier %s: the register says %+v, its events say %+v", e.code, heads[e.code], v.head)
		}
		period, serial := e.code[:strings.LastIndexByte(e.code, '-')], e.code[strings.LastIndexByte(e.code, '-')+1:]
		n, err := strconv.ParseInt(serial, 10, 64)
		if err != nil {
			return err
		}
		serials[period] = append(serials[period], n)
		for _, event := range v.History {
			if result := event.Data.Result; result != nil && result.Book != "" {
				book := e.agency + " " + result.Book
				c.ledger.numbers[book] = append(c.ledger.numbers[book], result.Number)
			}
		}
	}
	for period, numbers := range serials {
		if err := gapless("serial numbers "+period, numbers); err != nil {
			return err
		}
	}
	if len(c.ledger.numbers) == 0 || c.ledger.acknowledged == 0 {
		return errors.New("nothing was acknowledged, or no result was numbered: this run proves nothing")
	}
	for book, numbers := range c.ledger.numbers {
		if err := gapless("number book "+book, numbers); err != nil {
			return err
		}
	}
	fmt.Printf("durability: %s: ok: %d dossiers, %d changes acknowledged, %d requests sent again, 0 lost, %d number books without gaps, %s\n",
		c.name, len(c.ledger.all()), c.ledger.acknowledged, c.ledger.repeated, len(c.ledger.numbers),
		time.Since(c.began).Round(time.Second))
	return nil
}

// progress tells how far a campaign is, every few seconds.
func (c *campaign) progress(round, rounds int) {
	if now := time.Now(); now.Sub(c.told) > 2*time.Second {
		c.told = now
		fmt.Printf("durability: %s: %d of %d kills, %d changes acknowledged\n", c.name, round, rounds, c.ledger.acknowledged)
	}
}
