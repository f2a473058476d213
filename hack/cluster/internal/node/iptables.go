package node

import (
	"slices"
	"strings"
)

// ownChains are the beginnings of the names of all chains that a cluster makes: kube-proxy and the kubelet, the
// network plugins, and this program.
var ownChains = []string{"KUBE-", "CNI-", "CHUAN-"}

// acceptRules let the pods' traffic pass on a machine whose firewall drops what it does not know, as Docker's does.
const acceptRules = `*filter
:CHUAN-ACCEPT - [0:0]
-A CHUAN-ACCEPT -i ` + bridgeName + ` -j ACCEPT
-A CHUAN-ACCEPT -o ` + bridgeName + ` -j ACCEPT
-I FORWARD 1 -j CHUAN-ACCEPT
-I INPUT 1 -j CHUAN-ACCEPT
COMMIT
`

func isOwnChain(name string) bool {
	return slices.ContainsFunc(ownChains, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// removalScript takes what iptables-save prints and returns what iptables-restore --noflush needs to remove the
// cluster's chains and the rules that lead to them, and nothing else. It is empty when there are none.
func removalScript(saved string) string {
	var script strings.Builder
	for table := range strings.SplitSeq(saved, "COMMIT\n") {
		lines := strings.Split(table, "\n")
		start := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "*") })
		if start < 0 {
			continue
		}
		if removal := tableRemoval(lines[start+1:]); len(removal) > 0 {
			script.WriteString(lines[start] + "\n" + strings.Join(removal, "\n") + "\nCOMMIT\n")
		}
	}
	return script.String()
}

// tableRemoval orders the removal: first the rules in the chains of others, then the contents of the cluster's chains,
// which may lead to each other, and then the chains.
func tableRemoval(lines []string) []string {
	var rules, contents, chains []string
	for _, line := range lines {
		fields := words(line)
		switch {
		case strings.HasPrefix(line, ":") && isOwnChain(fields[0][1:]):
			contents = append(contents, fields[0]+" - [0:0]") // which empties a chain that is there
			chains = append(chains, "-X "+fields[0][1:])
		case len(fields) > 1 && fields[0] == "-A" && !isOwnChain(fields[1]) && leadsToOwnChain(fields):
			rules = append(rules, "-D"+strings.TrimPrefix(line, "-A"))
		}
	}
	return slices.Concat(rules, contents, chains)
}

// words splits a line of iptables-save. What is in quotation marks, as comments are, is one word, so that no text of a
// comment is taken for a target.
func words(line string) []string {
	quoted, escaped := false, false
	return strings.FieldsFunc(line, func(r rune) bool {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		default:
			return r == ' ' && !quoted
		}
		return false
	})
}

func leadsToOwnChain(rule []string) bool {
	for i, word := range rule[:len(rule)-1] {
		if (word == "-j" || word == "-g") && isOwnChain(rule[i+1]) {
			return true
		}
	}
	return false
}
