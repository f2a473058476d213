package node

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"

	"chuan.dev/chuan/hack/cluster/internal/state"
)

// makeBridge makes the bridge of the pods before anything else, because its address is the API server's and the
// node's. Its alias says whose it is.
func makeBridge(dir state.Dir) error {
	bridge := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: bridgeName}}
	if err := netlink.LinkAdd(bridge); err != nil {
		return fmt.Errorf("make the bridge %s: %w", bridgeName, err)
	}
	prefix := netip.MustParsePrefix(podCIDR)
	address := &netlink.Addr{IPNet: &net.IPNet{
		IP: net.ParseIP(gateway), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen()),
	}}
	err := errors.Join(
		netlink.LinkSetAlias(bridge, string(dir)),
		netlink.AddrAdd(bridge, address),
		netlink.LinkSetUp(bridge),
	)
	if err != nil {
		return fmt.Errorf("set up the bridge %s: %w", bridgeName, err)
	}
	return nil
}

// bridgeOwner returns the directory of the cluster whose bridge is there, or "".
func bridgeOwner() (owner state.Dir, exists bool) {
	link, err := netlink.LinkByName(bridgeName)
	if err != nil {
		return "", false
	}
	return state.Dir(link.Attrs().Alias), true
}

// removeBridge removes the bridge and what is left of the pods' ends on it.
func removeBridge() error {
	bridge, err := netlink.LinkByName(bridgeName)
	if _, gone := errors.AsType[netlink.LinkNotFoundError](err); gone {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the bridge %s: %w", bridgeName, err)
	}
	links, err := netlink.LinkList()
	if err != nil {
		return fmt.Errorf("list the links of the bridge %s: %w", bridgeName, err)
	}
	for _, link := range links {
		if link.Attrs().MasterIndex == bridge.Attrs().Index && link.Type() == "veth" {
			_ = netlink.LinkDel(link) // which the kernel may have done already, with the pod's network namespace
		}
	}
	if err := netlink.LinkDel(bridge); err != nil {
		return fmt.Errorf("remove the bridge %s: %w", bridgeName, err)
	}
	return nil
}

// addressConflict says which interface already has, or leads to, addresses of the cluster's.
func addressConflict() error {
	routes, err := netlink.RouteList(nil, netlink.FAMILY_V4)
	if err != nil {
		return fmt.Errorf("list the machine's routes: %w", err)
	}
	for _, route := range routes {
		if route.Dst == nil {
			continue
		}
		name := "another interface"
		if link, err := netlink.LinkByIndex(route.LinkIndex); err == nil {
			name = link.Attrs().Name
		}
		if taken := overlapping(route.Dst.String()); taken != "" {
			return fmt.Errorf("%s leads to %s, which the cluster needs for its %s: stop what uses that network", name, route.Dst, taken)
		}
	}
	return nil
}
