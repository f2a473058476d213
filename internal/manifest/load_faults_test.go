package manifest

import (
	"strings"
	"testing"
	"testing/fstest"
)

// good is an object to be put beside a broken one.
const good = `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat}
spec: {number: 1/2020/QH14, title: Luật, effectiveFrom: "2020-01-01", source: illustrative}
`

// calendarWith is a calendar whose spec goes on with the lines given, from line 5.
func calendarWith(lines ...string) string {
	return `apiVersion: qms.chuan.dev/v1alpha1
kind: WorkCalendar
metadata: {name: vn-2026}
spec:
` + strings.Join(append(lines, ""), "\n")
}

const hours = "  workingHours: [{days: [Monday], periods: [{from: \"07:30\", to: \"11:30\"}]}]"

func TestLoadFindsWhatIsWrong(t *testing.T) {
	tests := map[string]struct {
		text string
		want string
	}{
		"an unknown field": {
			calendarWith("  series: vn", "  yeer: 2026", "  year: 2026", "  standing: Provisional", hours),
			`x.yaml:6:3: spec.yeer: unknown field "yeer" (year?)`,
		},
		"an unknown field like no other": {
			calendarWith("  series: vn", "  lich: 2026", "  year: 2026", "  standing: Provisional", hours),
			`x.yaml:6:3: spec.lich: unknown field "lich"`,
		},
		"a repeated field": {
			calendarWith("  series: vn", "  year: 2026", "  year: 2027", "  standing: Provisional", hours),
			`x.yaml:7:3: spec.year: the field "year" is given twice; keep one of the two`,
		},
		"a missing field": {
			calendarWith("  series: vn", "  standing: Provisional", hours),
			`x.yaml:5:3: spec.year: the field "year" is missing`,
		},
		"a field without a value": {
			calendarWith("  series: vn", "  year:", "  standing: Provisional", hours),
			`x.yaml:5:3: spec.year: the field "year" is missing`,
		},
		"a number in quotes": {
			calendarWith("  series: vn", `  year: "2026"`, "  standing: Provisional", hours),
			`x.yaml:6:9: spec.year: this must be a whole number in decimal digits, without quotes; it is the text "2026"`,
		},
		"a number in another base": {
			calendarWith("  series: vn", `  year: 0x7EA`, "  standing: Provisional", hours),
			`x.yaml:6:9: spec.year: this must be a whole number in decimal digits, without quotes; it is the number 0x7EA`,
		},
		"a number out of bounds": {
			calendarWith("  series: vn", `  year: 1889`, "  standing: Provisional", hours),
			`x.yaml:6:9: spec.year: 1889 is out of bounds; it must lie from 1990 to 2199`,
		},
		"a word of no list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Sure", hours),
			`x.yaml:7:13: spec.standing: "Sure" is not one of Official, Provisional`,
		},
		"a text that is read as a number": {
			calendarWith("  series: 1.5", `  year: 2026`, "  standing: Provisional", hours),
			`x.yaml:5:11: spec.series: this must be a text, and without quotes it is read as the number 1.5; write it in quotes, as "1.5"`,
		},
		"a text that kubectl reads as true": {
			calendarWith("  series: yes", `  year: 2026`, "  standing: Provisional", hours),
			`x.yaml:5:11: spec.series: this must be a text, and without quotes it is read as a truth value by kubectl; write it in quotes, as "yes"`,
		},
		"a text of the wrong form": {
			calendarWith("  series: việt nam", `  year: 2026`, "  standing: Provisional", hours),
			`x.yaml:5:11: spec.series: "việt nam" does not have the right form: an id is made of letters without diacritics, digits and hyphens, as thu-ly`,
		},
		"a time of the wrong form": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", `  workingHours: [{days: [Monday], periods: [{from: "7:30", to: "11:30"}]}]`),
			`x.yaml:8:52: spec.workingHours[0].periods[0].from: "7:30" does not have the right form: write a time of day as 07:30`,
		},
		"an object for a list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", "  workingHours: {days: [Monday]}"),
			"x.yaml:8:17: spec.workingHours: this must be a list; it is an object",
		},
		"a list for an object": {
			calendarWith("- series: vn"),
			"x.yaml:5:1: spec: this must be an object, with fields below it; it is a list",
		},
		"a list for a text": {
			calendarWith("  series: [vn]", `  year: 2026`, "  standing: Provisional", hours),
			"x.yaml:5:11: spec.series: this must be a text; it is a list",
		},
		"an empty list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", "  workingHours: []"),
			"x.yaml:8:17: spec.workingHours: 0 entries; at least 1 are needed",
		},
		"too long a list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", "  workingHours: [a, b, c, d, e, f, g, h]"),
			"x.yaml:8:17: spec.workingHours: 8 entries; at most 7 are allowed",
		},
		"a repeated entry of a set": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional",
				`  workingHours: [{days: [Monday, Friday, Monday], periods: [{from: "07:30", to: "11:30"}]}]`),
			`x.yaml:8:42: spec.workingHours[0].days[2]: "Monday" is already entry 1 of the list; each may be there once`,
		},
		"a repeated key of a map list": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", hours, "  exceptions:",
				`  - {date: "2026-01-01", kind: Holiday, title: Tết}`, `  - {date: "2026-01-01", kind: Holiday, title: Tết}`),
			`x.yaml:11:5: spec.exceptions[1]: date "2026-01-01" is already entry 1 of the list; each may be there once`,
		},
		"an empty entry": {
			calendarWith("  series: vn", `  year: 2026`, "  standing: Provisional", hours, "  exceptions:", "  -"),
			`x.yaml:10:4: spec.exceptions[0]: the entry is empty; write it, or take it out`,
		},
		"no name": {
			strings.Replace(good, "name: luat", "namespace: luat", 1),
			`x.yaml:3:11: metadata.name: the field "name" is missing`,
		},
		"a name with capitals": {
			strings.Replace(good, "name: luat", "name: Luat", 1),
			`x.yaml:3:18: metadata.name: "Luat" does not have the right form: it must match ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`,
		},
		"too short a text": {
			strings.Replace(good, "title: Luật", "title: ''", 1),
			`x.yaml:4:36: spec.title: "" is 0 characters long; at least 1 are needed`,
		},
		"too long a text": {
			strings.Replace(good, "title: Luật", "title: "+strings.Repeat("ă", 301), 1),
			`x.yaml:4:36: spec.title: "` + strings.Repeat("ă", 60) + `…" is 301 characters long; at most 300 are allowed`,
		},
		"a truth value in quotes": {
			strings.Replace(calendarWith("  suspend: 'true'", "  title: UBND", "  code: H18", "  level: Province", "  calendar: {series: vn}"),
				"WorkCalendar", "Agency", 1),
			`x.yaml:5:12: spec.suspend: this must be true or false, without quotes; it is the text "true"`,
		},
		"no spec": {
			"apiVersion: qms.chuan.dev/v1alpha1\nkind: LegalDocument\nmetadata: {name: luat}\n",
			`x.yaml:1:1: spec: the field "spec" is missing`,
		},
		"a label that is a number": {
			strings.Replace(good, "name: luat", "name: luat, labels: {chuan.dev/nam: 2020}", 1),
			`x.yaml:3:48: metadata.labels["chuan.dev/nam"]: this must be a text, and without quotes it is read as the number 2020; write it in quotes, as "2020"`,
		},
		"merged fields": {
			strings.Replace(good, "spec: {", "spec: {<<: {title: Luật}, ", 1),
			"x.yaml:4:8: spec: merging (<<) is not read; write the fields out",
		},
		"a tag": {
			strings.Replace(good, "title: Luật", "title: !ten Luật", 1),
			"x.yaml:4:36: spec.title: the tag !ten means nothing here; take it out",
		},
		"a field whose name is a list": {
			strings.Replace(good, "title: Luật", "title: Luật, ? [a] : b", 1),
			"x.yaml:4:44: spec: the name of a field must be a word",
		},
		"an alias to what is around it": {
			strings.Replace(good, "metadata: {name: luat}", "metadata: &m {name: luat, labels: *m}", 1),
			`x.yaml:3:11: metadata.labels.labels: this must be a text; it is an object`,
		},
		"no kind": {
			"metadata: {name: x}\n", "x.yaml:1:1: the object lacks its apiVersion or its kind; write both, as apiVersion: qms.chuan.dev/v1alpha1 and kind: Agency",
		},
		"an unknown kind": {
			strings.Replace(good, "LegalDocument", "Legal", 1),
			"x.yaml:2:7: kind: there is no kind Legal in qms.chuan.dev; the kinds are Agency, AuditPlan, LegalDocument, QualityProcedure, WorkCalendar",
		},
		"an unknown version": {
			strings.Replace(good, "v1alpha1", "v2", 1),
			"x.yaml:1:13: apiVersion: the version qms.chuan.dev/v2 is not known; write qms.chuan.dev/v1alpha1",
		},
		"a mere text": {
			"hello\n", "x.yaml:1:1: this is no object: it has neither apiVersion nor kind; write an object, or take the file away",
		},
		"not YAML": {
			"a: b: c\n", "x.yaml:1: this is not YAML: mapping values are not allowed in this context; correct the indentation, the quotes or the colons here or just above",
		},
		"not YAML further down": {
			good + "---\na: 1\nb: [\n", "x.yaml:7: this is not YAML: did not find expected node content; correct the indentation, the quotes or the colons here or just above",
		},
		"a document end mark": {
			good + "...\n" + good, "x.yaml:5: this is not YAML: did not find expected <document start>; correct the indentation, the quotes or the colons here or just above",
		},
		"a NUL byte": {
			good + "a: \x00\n", "x.yaml:5:4: the file holds a NUL byte and is no text; restore it, or save it as UTF-8 if it is UTF-16",
		},
		"another encoding": {
			"title: Lu\xe2t\n", "x.yaml:1:10: the byte 0xe2 is not UTF-8; save the file as UTF-8",
		},
		"UTF-16": {
			"\xff\xfea\x00:\x00", "x.yaml: the file is saved as UTF-16; save it as UTF-8",
		},
		"an object given twice": {
			good + "---\n" + good, "x.yaml:6: LegalDocument luat is already given at x.yaml:1; keep one of the two",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, problems := Load(fstest.MapFS{"x.yaml": {Data: []byte(tt.text)}})
			if len(problems) != 1 || problems[0].String() != tt.want {
				t.Fatalf("got  %v\nwant %s", problems, tt.want)
			}
			if vi := problems[0].MessageVi; vi == "" || vi == problems[0].Message || strings.Contains(vi, "%!") {
				t.Errorf("Vietnamese message: %q", vi)
			}
		})
	}
}
