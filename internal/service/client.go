package service

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxForwarded bounds the addresses of a header X-Forwarded-For that are looked at.
const maxForwarded = 16

// client is the network from which a request comes. Behind proxies that are trusted it is the last address that they did not
// add themselves: what a client writes into the header stands before it and is not believed.
func (s *Service) client(r *http.Request) netip.Prefix {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	address := from.Addr().Unmap().WithZone("")
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(chain) - 1; i >= max(0, len(chain)-maxForwarded) && s.trusted(address); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
		if err != nil {
			break
		}
		address = before.Unmap().WithZone("")
	}
	return network(address)
}

// TrustProxies adds networks of proxies to those that are trusted, separated by commas.
func (c *Config) TrustProxies(networks string) error {
	for text := range strings.SplitSeq(networks, ",") {
		network, err := netip.ParsePrefix(strings.TrimSpace(text))
		if err != nil {
			return fmt.Errorf("%q is no network: write it as 10.0.0.0/8", text)
		}
		c.TrustedProxies = append(c.TrustedProxies, network)
	}
	return nil
}

// trusted says whether an address is that of a proxy of ours.
func (s *Service) trusted(address netip.Addr) bool {
	return slices.ContainsFunc(s.config.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

// network is what counts as one client: an IPv4 address, or the /64 of an IPv6 address, which is what one subscriber has.
func network(address netip.Addr) netip.Prefix {
	bits := 32
	if address.Is6() {
		bits = 64
	}
	prefix, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
