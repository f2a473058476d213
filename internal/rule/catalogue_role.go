package rule

// roleRules are those of people and the roles they play.
var roleRules = []Rule{
	{
		ID: "R2", Severity: Error,
		Title:   "Every role is held",
		TitleVi: "Vai trò nào cũng có người giữ",
		What: `On the day of the check, every role of every procedure that the agency adopts is held by as many active officers as the
procedure asks for (` + "`minHolders`" + `, else one). An officer is active from the day ` + "`from`" + ` to the day ` + "`until`" + `. A delegation
names an officer of the agency other than the holder, and no officers who are away on one day act for one another in a circle.

It is only a **warning** when the role is held today but will not be at some day of the next thirty: because the last holder's
time ends, or because all holders are away. A holder who is away is acted for when every procedure lets the role be delegated
(` + "`canDelegate`" + `) and the delegate is an active officer who is there. Leave that no delegation tells of is not known, and nothing is
said about it.`,
		Why: `A dossier that comes to a step whose role nobody holds stays there: nobody may act in it, and the citizen waits without being
told why. Where one officer alone holds a role that cannot be delegated, a week of leave does the same.`,
		Source: "Design; reference practice: published procedures name for each step the office that does it.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  officers:
    - {id: lo-thi-thu, until: "2026-10-31"}
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  officers:
    - {id: lo-thi-thu, until: "2026-10-31"}
    - {id: lo-thi-sen, title: Lò Thị Sen, from: "2026-11-01", roles: [van-thu]}
`},
	},
	{
		ID: "R3", Severity: Error,
		Title:   "Roles that are apart can be kept apart",
		TitleVi: "Các vai trò phải tách người thì tách được",
		What: `Among the officers who are active on the day of the check there is a way to give every role of a procedure to one of its holders
so that nobody gets two roles of which one names the other in ` + "`separateFrom`" + `. The rule tries every way that can matter; it does not guess. The
finding names the fewest roles that cannot be given (up to three; of more, a set of which each is needed) and who holds them.

It is only a **warning** when twenty thousand cases were looked at without an answer, which takes dozens of roles that are nearly all to
be kept apart.`,
		Why: `Whoever examines a dossier must not sign it. Where the only officers who could sign have examined, the service refuses the
signature, rightly, and the dossier cannot go on however many people work in the office.`,
		Source: "Design: list colouring, solved exactly. Separation of handling and signing is the practice of published procedures.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  officers:
    - {id: lo-van-thang, roles: [lanh-dao-ubnd, thu-ly]}
    - {id: nguyen-duc-toan, roles: []}
    - {id: nguyen-thi-hang, roles: []}
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  officers:
    - {id: lo-van-thang, roles: [lanh-dao-ubnd, thu-ly]}
    - {id: nguyen-thi-hang, roles: []}
`},
	},
	{
		ID: "R4", Severity: Warning,
		Title:   "No officer alone holds most of a procedure",
		TitleVi: "Không để một người giữ phần lớn quy trình",
		What: `No officer is the only active holder of roles that together act in more than four steps on the longest way of a procedure. Waits
and the beginnings of parallel branches are not counted. An officer who alone holds several roles has all their steps.`,
		Why: `Published flows have six steps: receive, check, appraise, sign, number, return. Whoever alone holds more than four of them receives,
handles and issues. The day they fall ill the procedure stops, and until then nobody else has looked at what they do.`,
		Source: "Reference practice: general flow of decision 663/QĐ-TTPVHCC of Hà Nội (2026) as a public study reports it. The figure four is the design's.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  officers:
    - {id: nguyen-thi-hang, roles: []}
    - {id: lo-van-xom, roles: [mot-cua, thu-ly]}
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  officers:
    - {id: lo-van-xom, roles: [mot-cua, thu-ly]}
`},
	},
	{
		ID: "F3", Severity: Warning,
		Title:   "What the agency issued is not asked for again",
		TitleVi: "Không yêu cầu nộp lại giấy tờ do chính cơ quan cấp",
		What: `No procedure that an agency adopts requires a document whose title, apart from case, diacritics and spaces, is that of a granting
outcome (or of its template) of a procedure that the same agency adopts, unless the document says with ` + "`reuse`" + ` from which data store it is
taken.`,
		Why: `A citizen who is asked for a paper that the same counter gave them takes a day off to fetch it. The once-only principle says
that a body asks for what it holds not a second time.`,
		Source: "Decree 118/2025/NĐ-CP as public sources report it (re-use of digitised papers); not checked against the text.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  documents:
    - {id: giay-khai-sinh, title: Giấy khai sinh (bản chính), kind: copy, required: true}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  documents:
    - {id: giay-khai-sinh, title: Giấy khai sinh (bản chính), kind: copy, required: true, reuse: kho-du-lieu-ho-tich}
`},
	},
	{
		ID: "V3", Severity: Error,
		Title:   "An agency only tightens the framework",
		TitleVi: "Cơ quan chỉ được siết chặt quy trình khung",
		What: `The overrides of an adopted procedure shorten limits and times, ask for more holders, set stricter targets, fill in the agency that a
step consults where the framework names only its kind, and add forms, records and ways to notify. Nothing in them loosens the
framework, names something that it does not have, or adds what it has.

Times of one unit are compared by their numbers. Of different units, calendar days are surely not longer than working days when there
are no more of them (for the time of a step, one fewer), and no time is never longer. Everything else may be longer on some day: a
working day has as many hours as its calendar gives it, and a half day fewer, so that ` + "`12wh`" + ` cannot be held against ` + "`2wd`" + `: write
` + "`1.5wd`" + `. The text that results is proved by all other rules, whose errors are reported at the overrides.`,
		Why: `The framework is what the province has approved and the law allows. A commune that gives itself two more days breaks its promise to
the citizen with every dossier, and nobody sees it because its own clock is green.`,
		Source: "Design; reference practice: provinces issue framework procedures that communes adopt and detail.",
		Bad: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  procedures:
    refs:
      - name: cap-giay-phep-xay-dung-nha-o
        overrides: {steps: [{id: B3, time: 14wh}]}
`},
		Good: Example{Patch: `
kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
spec:
  procedures:
    refs:
      - name: cap-giay-phep-xay-dung-nha-o
        overrides: {steps: [{id: B3, time: 10wh}]}
`},
	},
}
