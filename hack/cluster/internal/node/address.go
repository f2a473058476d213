package node

import "net/netip"

// overlapping says what the cluster uses addresses of a network for; "" when it uses none of them. The default route
// overlaps everything and takes nothing.
func overlapping(network string) string {
	prefix, err := netip.ParsePrefix(network)
	if err != nil || prefix.Bits() == 0 {
		return ""
	}
	switch {
	case prefix.Overlaps(netip.MustParsePrefix(podCIDR)):
		return "pods (" + podCIDR + ")"
	case prefix.Overlaps(netip.MustParsePrefix(serviceCIDR)):
		return "services (" + serviceCIDR + ")"
	}
	return ""
}
