package main

import (
	"context"
	"fmt"
	"net/url"
)

// head is what a dossier is found by. In the register it is kept beside the events; in the dossier itself it is worked out
// from them.
type head struct {
	Version    int64  `json:"version"`
	Status     string `json:"status"`
	Outcome    string `json:"outcome"`
	AcceptedAt string `json:"acceptedAt"`
	Due        string `json:"due"`
	EndedAt    string `json:"endedAt"`
}

// register reads the heads of all dossiers, by their codes.
func (c *campaign) register(ctx context.Context, base string) (map[string]head, error) {
	heads := map[string]head{}
	for _, agency := range agencies {
		for after := ""; ; {
			request, err := c.get(ctx, base, agency, "/dossiers?limit=500&after="+url.QueryEscape(after))
			if err != nil {
				return nil, err
			}
			var page struct {
				Items []struct {
					Code string `json:"code"`
					head
				} `json:"items"`
				Next string `json:"next"`
			}
			if err := c.into(request, &page); err != nil {
				return nil, fmt.Errorf("register of %s: %w", agency, err)
			}
			for _, item := range page.Items {
				heads[item.Code] = item.head
			}
			if after = page.Next; after == "" {
				break
			}
		}
	}
	return heads, nil
}
