package rule

// manifestRules are those of files, whatever the objects in them say.
var manifestRules = []Rule{
	{
		ID: "W1", Severity: Error,
		Title:   "Waivers are sound and needed",
		TitleVi: "Miễn trừ đúng mẫu và còn cần thiết",
		What: `A waiver is an annotation ` + "`qms.chuan.dev/waive-RULE`" + ` on the object that breaks the rule. Its value is the last day on which
it holds, a colon and the reason. The rule must exist and be one that may be waived: every warning, and those errors whose page
says so. A waiver that has ended, or that finds nothing to waive, is reported as a warning.`,
		Why: `A finding that is known and borne for a good reason would otherwise hide the next one. A waiver without a reason and an end
would hide it for ever.`,
		Source: "Design: findings are waived in the file only, with rule, reason and expiry.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata:
  name: dang-ky-khai-sinh
  annotations:
    qms.chuan.dev/waive-T3: vì lãnh đạo đã đồng ý
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata:
  name: dang-ky-khai-sinh
  annotations: {}
`},
	},
	{
		ID: "M1", Severity: Error,
		Title:   "Files can be read",
		TitleVi: "Tệp đọc được",
		What: `A file is a file and no device, pipe or link to nothing; it is text in UTF-8 of at most 32 MiB, holds at most 20,000
documents, and no document of more than 8 MiB. UTF-16 is told by its mark or its NUL bytes. Vietnamese in TCVN3 (ABC), VNI or
VPS is told when words are spelled as only those encodings spell them, whether the bytes are not UTF-8 or a program has saved
them as Latin letters: "Thñ tôc hµnh chÝnh" is TCVN3, "Thuû tuïc haønh chính" is VNI.`,
		Why: `A file that is left out silently is a procedure that nobody checks. Text of an old encoding reaches the pages and printed
forms as rows of odd characters, and no search finds it.`,
		Source: "Design; Circular 01/2011/TT-BNV on Unicode TCVN 6909:2001 in documents (not checked against the text).",
		Bad: Example{File: `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-thu-tuc}
spec: {number: 1/2020/QH14, title: "LuËt thñ tôc hµnh chÝnh", effectiveFrom: "2020-01-01", source: illustrative}
`},
		Good: Example{File: `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-thu-tuc}
spec: {number: 1/2020/QH14, title: "Luật thủ tục hành chính", effectiveFrom: "2020-01-01", source: illustrative}
`},
	},
	{
		ID: "M2", Severity: Error,
		Title:   "Documents are YAML",
		TitleVi: "Tài liệu đúng cú pháp YAML",
		What: `Every document is YAML (or JSON, which is YAML too). One document that is not leaves the others of the file readable.
Anchors and aliases are read, as far as they do not stand for more than 200,000 values in a file; merge keys (<<), tags and keys
that are given twice are not (S1 says where).`,
		Why:    `What cannot be parsed is read by nobody, and a wrong indentation is hard to find without the line.`,
		Source: "YAML 1.2.2; design.",
		Bad: Example{File: `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-thu-tuc
`},
		Good: Example{File: `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-thu-tuc}
spec: {number: 1/2020/QH14, title: &t Luật thủ tục, effectiveFrom: "2020-01-01", source: *t}
`},
	},
	{
		ID: "M3", Severity: Error,
		Title:   "Documents say what they are",
		TitleVi: "Tài liệu ghi rõ loại đối tượng",
		What: `Every document is an object with an apiVersion and a kind, or a list of such. Those of the group qms.chuan.dev are of a
version and a kind that there is. Objects of other groups are skipped and counted, and so is what is no object at all: without
apiVersion, kind, metadata and spec, as the values of a chart.`,
		Why:    `A kind that is misspelled is an object that nobody reads: the province believes that a procedure is in force, and it is not.`,
		Source: "Kubernetes API conventions.",
		Bad: Example{File: `apiVersion: qms.chuan.dev/v1alpha1
kind: QualityProcess
metadata: {name: cap-giay-phep}
`},
		Good: Example{File: `apiVersion: v1
kind: ConfigMap
metadata: {name: cap-giay-phep}
`},
	},
	{
		ID: "M4", Severity: Error,
		Title:   "Every object is given once",
		TitleVi: "Mỗi đối tượng chỉ khai một lần",
		What: `No two objects of a kind have the same namespace and name. A procedure may be given once a revision, and a year of a
calendar series only once, under whatever name. A file that is named twice on the command line is read once.`,
		Why:    `Of two texts with one name the one that is applied last wins, and nobody has decided which that is.`,
		Source: "Design: the manifests in Git are the whole text in force.",
		Bad: Example{File: `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-cu-tru}
spec: {number: 68/2020/QH14, title: Luật Cư trú, effectiveFrom: "2021-07-01", source: illustrative}
---
apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-cu-tru}
spec: {number: 81/2006/QH11, title: Luật Cư trú, effectiveFrom: "2007-07-01", source: illustrative}
`},
		Good: Example{File: `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-cu-tru-2020}
spec: {number: 68/2020/QH14, title: Luật Cư trú, effectiveFrom: "2021-07-01", source: illustrative}
---
apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-cu-tru-2006}
spec: {number: 81/2006/QH11, title: Luật Cư trú, effectiveFrom: "2007-07-01", source: illustrative}
`},
	},
	{
		ID: "M5", Severity: Error,
		Title:   "There is something to check",
		TitleVi: "Có nội dung để kiểm tra",
		What:    `The files and directories given hold at least one object of Chuan's kinds.`,
		Why:     `A wrong path in a pipeline would otherwise pass every check, for years.`,
		Source:  "Design: a check that checks nothing is no success.",
		Bad: Example{Alone: true, File: `apiVersion: v1
kind: ConfigMap
metadata: {name: cau-hinh}
`},
		Good: Example{Alone: true, File: `apiVersion: qms.chuan.dev/v1alpha1
kind: LegalDocument
metadata: {name: luat-cu-tru}
spec: {number: 68/2020/QH14, title: Luật Cư trú, effectiveFrom: "2021-07-01", source: illustrative}
`},
	},
	{
		ID: "S1", Severity: Error,
		Title:   "Objects fit the schema of their kind",
		TitleVi: "Đối tượng đúng lược đồ",
		What: `What the API server checks of a new object, checked without one: fields that there are, given once, of the right type, form
and length; lists within their bounds and without repetitions; and the CEL rules of the CustomResourceDefinition, run by the API
server's own compiler within its limits of cost. Rules on changes are left to the server, which knows what was there before.
Where another rule finds an error at the same place, its words stand alone.`,
		Why:    `A text that the cluster will refuse is better refused before it is merged, with the line at which to mend it.`,
		Source: "The CustomResourceDefinitions (config/crd/bases); Kubernetes CRD validation.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
  - {id: CHO-NOP-LAI, for: null}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
  - {id: CHO-NOP-LAI, for: applicant}
`},
	},
	{
		ID: "A1", Severity: Error,
		Title:   "Adopted procedures exist",
		TitleVi: "Quy trình áp dụng có tồn tại",
		What: `Every procedure that an agency adopts by name is among the manifests, in the agency's namespace, and the selector by
which it adopts others can be read.`,
		Why:    `The counter would offer a procedure that nobody has written, or silently lack one that the decision announces.`,
		Source: "Design: adoption.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  procedures:
    refs: [{name: cap-giay-phep-nuoi-rong}]
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  procedures:
    refs: [{name: dang-ky-khai-sinh}]
`},
	},
	{
		ID: "A2", Severity: Error,
		Title:   "An agency's calendar series exists",
		TitleVi: "Bộ lịch làm việc của cơ quan có tồn tại",
		What:    `At least one WorkCalendar among the manifests is of the series by which an agency works.`,
		Why:     `Without a calendar no deadline can be promised: every slip would carry a wrong day.`,
		Source:  "Design: calendars.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  calendar: {series: lich-rieng}
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  calendar: {receiptCutoff: "15:00"}
`},
	},
	{
		ID: "V24", Severity: Error,
		Title:   "Numbers are plain",
		TitleVi: "Số viết dạng đơn giản",
		What: `Where a number is wanted, and within durations and bounds, it is written in digits, with a point before decimals and nothing
between thousands: 3250 and not 3.250, 0.5 and not 0,5.`,
		Why: `3.250 is three thousand to the officer who writes it and three and a quarter to the program that reads it: a fee would be a
thousandth of what was decided.`,
		Source: "Reference practice of Vietnamese numerals; YAML 1.2.2.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  fees:
  - {id: le-phi, amount: "75.000"}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  fees:
  - {id: le-phi, amount: 75000}
`},
	},
}
