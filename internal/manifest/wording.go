package manifest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yes are the words that older YAML, and kubectl with it, reads as true or false unless they stand in quotes.
var yes = regexp.MustCompile(`^(y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$`)

// isText says whether every reader of YAML takes a scalar for a text. Dates without quotes are texts.
func isText(node *yaml.Node) bool {
	switch node.ShortTag() {
	case "!!timestamp":
		return true
	case "!!str":
		return node.Style != 0 || !yes.MatchString(node.Value)
	default:
		return false
	}
}

// describe says what a node is, for a person who expected something else.
func describe(node *yaml.Node) words {
	value, tag := shortened(node.Value), node.ShortTag()
	switch {
	case node.Kind == yaml.MappingNode:
		return words{"an object", "một đối tượng"}
	case node.Kind == yaml.SequenceNode:
		return words{"a list", "một danh sách"}
	case tag == "!!int" || tag == "!!float":
		return words{"the number " + value, "số " + value}
	case tag == "!!bool":
		return words{"the truth value " + value, "giá trị đúng/sai " + value}
	case tag == "!!str" && !isText(node):
		return words{"a truth value by kubectl", "giá trị đúng/sai (bởi kubectl)"}
	default:
		return words{fmt.Sprintf("the text %q", value), fmt.Sprintf("chuỗi %q", value)}
	}
}

// shortened keeps a value from filling a message.
func shortened(value string) string {
	const most = 60
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}

// forms are those patterns of the CRDs that people get wrong, in words.
var forms = map[string]words{
	`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`: {
		"write a day as 2026-03-01", "ghi ngày như 2026-03-01"},
	`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`: {
		"write a time of day as 07:30", "ghi giờ như 07:30"},
	`^(0|[1-9][0-9]{0,3})((\.(25|5|75))?(wh|wd)|d)$`: {
		"write a number and its unit, as 4wh (working hours), 2wd (working days) or 15d (calendar days)",
		"ghi số kèm đơn vị: 4wh (giờ làm việc), 2wd (ngày làm việc) hoặc 15d (ngày)"},
	`^(0|[1-9][0-9]{0,3})d$`: {
		"write a number of calendar days, as 30d", "ghi số ngày, ví dụ 30d"},
	`^[A-Za-z0-9]([A-Za-z0-9-]{0,46}[A-Za-z0-9])?$`: {
		"an id is made of letters without diacritics, digits and hyphens, as thu-ly",
		"mã chỉ gồm chữ không dấu, chữ số và dấu gạch nối, ví dụ thu-ly"},
	`^([A-Za-z0-9]([A-Za-z0-9-]{0,46}[A-Za-z0-9])?|end/[A-Za-z0-9]([A-Za-z0-9-]{0,46}[A-Za-z0-9])?)$`: {
		"name a step, join, or an end as end/OUTCOME", "ghi mã bước, join, hoặc kết thúc dạng end/KẾT-QUẢ"},
	`^([A-Z][0-9]{2}(\.[0-9]{2,3}){0,5}|([0-9]{3}\.)?[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})$`: {
		"write an identification code as H18.35.01 or 000.01.35.H18", "ghi mã định danh như H18.35.01 hoặc 000.01.35.H18"},
	`^[1-3]\.[0-9]{6}((\.[0-9]{3}\.[0-9]{2}\.[0-9]{2})?\.H[0-9]{2}(\.[0-9]{2})?)?$`: {
		"write a code of the national catalogue as 1.009994", "ghi mã thủ tục hành chính như 1.009994"},
	`^(permanent|[1-9][0-9]{0,2}y)$`: {
		"write permanent, or a number of years as 20y", "ghi permanent hoặc số năm, ví dụ 20y"},
	`^(>=|<=) [0-9]{1,4}(\.[0-9]{1,2})?(%|wh|wd|d)$`: {
		`write a bound as ">= 98%" or "<= 3wd"`, `ghi chỉ tiêu như ">= 98%" hoặc "<= 3wd"`},
}

// formOf says in words what a pattern asks for.
func formOf(pattern string) words {
	if known, ok := forms[pattern]; ok {
		return known
	}
	return words{"it must match " + pattern, "phải khớp với " + pattern}
}

// suggestion names the known field that an unknown one was probably meant to be.
func suggestion(name string, known map[string]*schema) string {
	best, distance := "", 3
	for _, candidate := range slices.Sorted(maps.Keys(known)) {
		if d := editDistance(strings.ToLower(name), strings.ToLower(candidate), distance); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" || distance >= len(name) {
		return ""
	}
	return fmt.Sprintf(" (%s?)", best)
}

// editDistance is the number of characters to insert, delete or replace to make b of a, or bound when it is not less.
func editDistance(a, b string, bound int) int {
	if d := len(a) - len(b); d >= bound || -d >= bound {
		return bound
	}
	previous, current := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			change := previous[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			current[j] = min(change, previous[j]+1, current[j-1]+1)
		}
		previous, current = current, previous
	}
	return min(previous[len(b)], bound)
}
