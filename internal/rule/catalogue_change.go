package rule

// changeRules are those of what one revision of a procedure changes against the one before it.
var changeRules = []Rule{
	{
		ID: "V1", Severity: Error, Also: []ID{"V15"},
		Title:   "A revision says what it changes and keeps open dossiers in mind",
		TitleVi: "Lần ban hành mới nêu rõ nội dung sửa đổi và xử lý hồ sơ đang giải quyết",
		What: `Every revision is held against the one before it, in the same files and, with --changed-since, in the earlier state of the
files. A text that changes takes a higher ` + "`issue.revision`" + `; numbers never go back; a higher one does not come into force before
a lower one; a revision after the first says what it changes in ` + "`issue.changes`" + `. A structural change says in ` + "`transition`" + ` what
becomes of open dossiers, and a map (` + "`migrate`" + `) names every step in which one may be and that is not there any more, and leads to
steps of the new text that are no branch of a parallel step.

A change is *editorial* (titles, wording, references), *tightening* (less time or more to do for the agency, less asked of the applicant),
*loosening* (the reverse) or *structural* (other steps, targets, conditions, branches, roles, outcomes); [the guide](../guides/lint.md#what-a-change-is-called)
says which is which.
An editorial change that keeps its number is reported as a warning.`,
		Why: `Dossiers are judged years later by the revision under which they were received. When two texts bear one number, nobody can say
which was in force. When a step disappears and nothing is said of the dossiers in it, they stay there and citizens wait.`,
		Source: "TCVN ISO 9001:2015, 7.5.3 and 8.5.6 (control of documented information and of changes; not checked against the text); design: an accepted revision does not change.",
		Bad: Example{Patch: `
$patch: copy
kind: QualityProcedure
metadata:
  name: dang-ky-khai-sinh
spec:
  issue: {revision: 2, effectiveFrom: "2027-01-04"}
  steps:
  - {id: B3, role: van-thu}
  transition: null
`},
		Good: Example{Patch: `
$patch: copy
kind: QualityProcedure
metadata:
  name: dang-ky-khai-sinh
spec:
  issue:
    revision: 2
    effectiveFrom: "2027-01-04"
    changes: Văn thư ký thừa lệnh Giấy khai sinh ở bước B3.
  steps:
  - {id: B3, role: van-thu}
  transition: {openCases: keepRevision}
`},
	},
}
