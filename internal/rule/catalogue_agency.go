package rule

// agencyRules are those of agencies: what they say of themselves, and what stands between them.
var agencyRules = []Rule{
	{
		ID: "V01", Severity: Error,
		Title:   "Editions of the standard are known and go forward",
		TitleVi: "Phiên bản tiêu chuẩn có thật và chỉ tiến lên",
		What: `The edition by which the quality management system works, the one to which it is being moved and the one with which conformity was
announced are known ones: TCVN ISO 9001:2000, 2008, 2015 and 2026. A migration leads to a later edition than the present one. That
conformity was announced with another edition than the present one is a **warning**.`,
		Why: `Reports count the agencies of a province by edition. One that migrates backwards, or whose announcement names an edition by
which nobody works any more, makes the province's figures wrong and its announcement void.`,
		Source: "TCVN ISO 9001:2000 to 2026 and Decision 19/2014/QĐ-TTg on announcement; the rule itself is the design's.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  qms:
    standardEdition: TCVN ISO 9001:2015
    migration: {to: TCVN ISO 9001:2008, by: "2028-12-31"}
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  qms:
    standardEdition: TCVN ISO 9001:2015
    migration: {to: TCVN ISO 9001:2026, by: "2028-12-31"}
`},
	},
	{
		ID: "V02", Severity: Error, Waivable: true,
		Title:   "The type of an agency exists at its level and today",
		TitleVi: "Loại cơ quan có ở cấp đó và còn tồn tại",
		What: `People's Committees and People's Councils are at every level but the central one, a Ministry at the central one only, Departments and
SubDepartments at the central and the provincial one, Divisions in districts (until 30/06/2025) and communes, a ServiceCentre in
provinces and communes. PublicServiceUnits and VerticalAgencies may be at any level.

An agency of the level District is at work only until 30/06/2025: after that day it says with ` + "`lifecycle.dissolvedOn`" + ` when it ended.`,
		Why: `Procedures are adopted by level and type. An agency of the wrong one works by procedures that are not its own, and one that is no
more keeps receiving dossiers that nobody is competent to settle.`,
		Source: "Two levels of local administration since 01/07/2025 (Constitution and Law on Organisation of Local Administration of 2025), as public sources report; not checked against the text.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-huyen-dien-bien}
spec:
  lifecycle: null
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-huyen-dien-bien}
spec:
  lifecycle: {dissolvedOn: "2025-06-30"}
`},
	},
	{
		ID: "V03", Severity: Error,
		Title:   "The parent exists and stands above",
		TitleVi: "Cơ quan cấp trên có thật và ở trên",
		What: `The parent of an agency stands at a higher level; an agency of another type may be under one of its own level, as a department under
the People's Committee of its province. Parents do not lead in a circle. A parent that is not among the files is a **warning**: it may
be kept elsewhere.`,
		Why:    `Reports are added up along the parents. In a circle they are never done, and under a wrong parent an agency is counted where it does not belong.`,
		Source: "Design.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  parent: {name: ubnd-xa-thanh-yen}
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  type: ServiceCentre
  parent: {name: ubnd-xa-thanh-yen}
`},
	},
	{
		ID: "V04", Severity: Error,
		Title:   "The identification code is the agency's alone",
		TitleVi: "Mã định danh chỉ của một cơ quan",
		What: `No two agencies have one code, and no agency has a code that was another's (` + "`formerCodes`" + `) or that it gives as a former one of its own.
A code under a province that was merged into another is a **warning**: those codes were closed. The list of the 34 provinces' codes is
common knowledge, of which eight were confirmed by published examples.`,
		Why: `The code is the beginning of every dossier code. Slips with a former code are still in people's drawers; given to another agency, the code
leads them to a dossier that is not theirs.`,
		Source: "Decisions 20/2020/QĐ-TTg and 09/2025/QĐ-TTg and QCVN 102:2016/BTTTT, as public sources report them; the list of codes was not checked against the text.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  formerCodes: [{code: H18.35.14, until: "2025-06-30"}]
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  formerCodes: [{code: H18.35.99, until: "2025-06-30"}]
`},
	},
	{
		ID: "V05", Severity: Error,
		Title:   "The administrative unit is one of the list",
		TitleVi: "Đơn vị hành chính có trong danh mục",
		What: `Where an agency gives its administrative unit, the province is one of the 34 of the list, with both digits, and an agency of the level
Commune gives the commune too. That the province is another than that of the agency's identification code is a **warning**. Whether
the commune's code exists is not checked.`,
		Why: `Portals and statistics join on these codes. A code without its leading zero, or of a province that is no more, drops the agency from
them without a word.`,
		Source: "Decision 19/2025/QĐ-TTg as a published data set gives its province codes; the names of most were not checked against the text.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  administrativeUnit: {province: "62", commune: "03325"}
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  administrativeUnit: {province: "11", commune: "03325"}
`},
	},
	{
		ID: "V06", Severity: Error,
		Title:   "Administrative procedures are those of the own province",
		TitleVi: "Thủ tục hành chính thuộc đúng tỉnh",
		What: `Where the code of the administrative procedure of an adopted procedure ends with a province, as ` + "`1.009994.000.00.00.H18`" + `, it is the province
of the agency's identification code. That of a predecessor, a province that was merged into the agency's or one of its former codes, is a
**warning**. A national code without a suffix fits every province.`,
		Why: `The portal settles a dossier under the code that the procedure gives. Under the code of another province it is counted there, and the
applicant is sent to its counters.`,
		Source: "Published codes of the national catalogue; the rule is the design's.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  administrativeProcedure: {code: 1.001193.000.00.00.H35}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  administrativeProcedure: {code: 1.001193.000.00.00.H18}
`},
	},
	{
		ID: "V22", Severity: Warning,
		Title:   "What was announced is what the agency works by",
		TitleVi: "Phạm vi công bố đúng với quy trình đang áp dụng",
		What: `Where the announcement of conformity lists the codes of procedures (` + "`qms.announcement.scope`" + `), they are those of all adopted procedures.
The finding names what was added and what is no longer adopted.`,
		Why: `An announcement tells citizens and inspectors for which work the agency answers by the standard. When procedures come and go it has to
be made again; else the agency is inspected for work that it does not do, and does work for which it has promised nothing.`,
		Source: "Decision 19/2014/QĐ-TTg (announcement again when the scope changes), as public sources report it; not checked against the text.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  qms:
    announcement:
      decision: {number: 15/QĐ-UBND, date: "2026-07-15"}
      edition: TCVN ISO 9001:2015
      scope: [QT-HT-01, QT-XD-07]
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  qms:
    announcement:
      decision: {number: 15/QĐ-UBND, date: "2026-07-15"}
      edition: TCVN ISO 9001:2015
      scope: [QT-CT-01, QT-HT-01, QT-XD-07]
`},
	},
	{
		ID: "V23", Severity: Error, Waivable: true,
		Title:   "Names are read one way",
		TitleVi: "Tên gọi không gây nhầm lẫn",
		What: `Text is in Unicode NFC, and the titles of two agencies of one namespace that are not dissolved differ by more than case, diacritics and
spaces. Names of objects are ASCII of at most 63 characters, which the schema sees to.`,
		Why: `Two agencies whose titles differ by a tone mark are taken for one another in every list, and text in another normal form looks the same and is
not found.`,
		Source: "TCVN 6909:2001 (Unicode); the rule is the design's.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  title: UBND xã Thánh Yên
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-an}
spec:
  title: UBND xã Thanh An
`},
	},
}
