package rule

// lawRules are those of the instruments on which a procedure rests.
var lawRules = []Rule{
	{
		ID: "L2", Severity: Error, Waivable: true, Also: []ID{"V13"},
		Title:   "The legal basis is in force",
		TitleVi: "Căn cứ pháp lý còn hiệu lực",
		What: `Every instrument in ` + "`legalBasis`" + ` is a known LegalDocument, in force on ` + "`issue.effectiveFrom`" + ` and, once that is past, on the
day of the check: it has not ended, and what replaces it is not in force yet. An instrument that comes into force only after the
revision does is an error too, unless ` + "`transition`" + ` says what becomes of open dossiers. The finding names the replacement, or
names like the unknown one. Without any LegalDocument in what is checked, the rule is silent.`,
		Why: `A decision that rests on a lapsed instrument can be set aside, and so can each result issued by it. Instruments lapse on their own
date, not when somebody looks: in 2026 alone, construction moved to a new law in the middle of the year.`,
		Source: "Domain reference 8.1 (V13); Law on the Promulgation of Legal Normative Documents (not checked against the text).",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  legalBasis:
  - {ref: luat-xay-dung-50-2014-qh13, supports: [procedure]}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  legalBasis:
  - {ref: luat-xay-dung-135-2025-qh15, supports: [procedure]}
`},
	},
	{
		ID: "L3", Severity: Warning,
		Title:   "The legal basis does not end soon",
		TitleVi: "Căn cứ pháp lý không sắp hết hiệu lực",
		What: `No instrument on which the procedure rests ends within 90 days of the check, by its own last day or because what replaces it
comes into force. The finding names the successor and its first day.`,
		Why: `A revision takes weeks: a draft, opinions, a decision, training. Ninety days are enough to have the next one in force on the day
after the old instrument ends.`,
		Source: "Reference, workflow C.5; the 90 days are a design choice.",
		Bad: Example{Patch: `
kind: LegalDocument
metadata: {name: nd-217-2026-nd-cp}
spec: {effectiveTo: "2027-01-31"}
`},
		Good: Example{Patch: `
kind: LegalDocument
metadata: {name: nd-217-2026-nd-cp}
spec: {effectiveTo: "2027-12-31"}
`},
	},
	{
		ID: "L4", Severity: Warning,
		Title:   "Procedures and catalogue match",
		TitleVi: "Quy trình khớp với danh mục thủ tục hành chính",
		What: `The administrative procedure (TTHC) that a quality procedure settles has not been abolished by a document in force, and where
the procedure cites an announcing decision that lists its catalogue, its code is announced by that or by another document in force.
An agency of a level for which an announced procedure is mandatory has a quality procedure for it.

Decisions announce one field each, so that a code which no cited decision lists may well be announced elsewhere: of a procedure
that cites none the rule says nothing.`,
		Why: `An abolished procedure still costs citizens papers and time. One that is announced and has no quality procedure is settled by
habit, and nobody can audit habit.`,
		Source: "Decree 63/2010/NĐ-CP on the control of administrative procedures (not checked against the text); domain reference 8.2 (Uncovered).",
		Bad: Example{Patch: `
kind: LegalDocument
metadata: {name: qd-bai-bo}
spec:
  number: 00/QĐ-BXD
  title: Quyết định công bố thủ tục hành chính bị bãi bỏ
  effectiveFrom: "2026-11-01"
  abolishes: ["1.009994"]
  source: illustrative
`},
		Good: Example{Patch: `
kind: LegalDocument
metadata: {name: qd-bai-bo}
spec:
  number: 00/QĐ-BXD
  title: Quyết định công bố thủ tục hành chính bị bãi bỏ
  effectiveFrom: "2026-11-01"
  abolishes: ["1.009995"]
  source: illustrative
`},
	},
	{
		ID: "L5", Severity: Error, Waivable: true,
		Title:   "Printed forms are those in force",
		TitleVi: "Mẫu phiếu in ra theo đúng thông tư đang có hiệu lực",
		What: `A procedure that prints forms (in actions, when a wait expires, with an extension) cites an instrument for them
(` + "`supports: [printForms]`" + `) which is in force. Where any LegalDocument in force lists the forms that it prescribes
(` + "`spec.printForms`" + `), what is cited prescribes every form that is printed.`,
		Why: `Circular 03/2025/TT-VPCP has seven forms, and numbers them otherwise than the circular before it: M05 was the control slip and is
now the notice of discontinuance. A citizen who is handed the old form holds a paper without effect.`,
		Source: "Circular 03/2025/TT-VPCP, appendix I, in force since 15/09/2025 (domain reference 3.3).",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  legalBasis:
  - {ref: tt-03-2025-tt-vpcp, supports: [intake]}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  legalBasis:
  - {ref: tt-03-2025-tt-vpcp, supports: [printForms]}
`},
	},
}
