package rule

// timeRules are those of the time limit: whether it can be kept at all, and on every day of the year.
var timeRules = []Rule{
	{
		ID: "T1", Severity: Error, Also: []ID{"V07"},
		Title:   "The steps fit the time limit",
		TitleVi: "Tổng thời gian các bước không vượt thời hạn",
		What: `The times of the steps on the worst way from the intake to an end, while the statutory clock runs, are at most
` + "`deadline.limit`" + `. Of parallel branches the longest counts, or the shortest where any one is enough; ways back are not walked.
No calendar is needed: a working day has eight hours, and a limit in calendar days is taken to leave a working day for each, so
that what the rule finds cannot be kept on any date. A limit of ` + "`0wd`" + ` leaves the hours of the day of receipt.

A reserve is no finding. ` + "`chuan simulate`" + ` shows it, in working hours, for every path and date.`,
		Why: `The applicant is promised the limit on the receipt. A procedure whose own steps add up to more makes every officer on time and
the dossier late. In published sets of internal procedures, five of six have step times that differ from the limit they declare.`,
		Source: "Domain reference 8.1 (V07) and its worked example; Decree 118/2025/NĐ-CP on the one-stop mechanism (not checked against the text).",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  deadline: {limit: 7wd}
  steps: [{id: B3, time: 20wh}]
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  deadline: {limit: 7wd}
  steps: [{id: B3, time: 14wh}]
`},
	},
	{
		ID: "T2", Severity: Error, Waivable: true,
		Title:   "The limit can be kept on every receipt date of the year",
		TitleVi: "Kịp thời hạn với mọi ngày tiếp nhận trong năm",
		What: `The calendar is run for every working day of a year, with its holidays, swapped days and make-up days: a dossier that comes in
when the office opens, whose steps on the worst way each use their whole time, is done by its due day. The year is that of the day
of the check or of ` + "`issue.effectiveFrom`" + `, whichever is later, and it is looked at whole, as a sample of the years to come. Every
different calendar of the adopting agencies is run, with the longer limit where the area is disadvantaged; without adopters, each
series as it stands. Dates whose due day lies beyond the calendar are not judged, and counted.

It is an error when more than one date in fifty fails, and a warning when fewer do.`,
		Why: `A limit in calendar days is not the same time on every date. In the two weeks before Tết, 15 calendar days hold fewer than
10 working days, and what fits in March is late in February although nobody was slow.`,
		Source: "Reference, workflow 1.5 and C.5. Days are counted by the Civil Code 2015, articles 147 and 148.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec: {deadline: {limit: 10d}}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec: {deadline: {limit: 7wd}}
`},
	},
	{
		ID: "T3", Severity: Warning,
		Title:   "There is time for a return",
		TitleVi: "Còn thời gian cho một lần trả lại",
		What: `As T2, with every internal return used once: an action that leads back to an earlier step, as from the signature to the draft,
after which the steps between are done again. Ways back through a wait are left out, since the clock does not run there. Dates that
are late without any return are left to T2.`,
		Why: `Drafts are sent back in every office. A procedure that keeps its limit only if nobody ever finds fault invites signing without
reading.`,
		Source: "Reference, workflow C.5 and 1.5: with one internal return, nearly every date of the year was late.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata:
  name: cap-giay-phep-xay-dung-nha-o
  annotations: {qms.chuan.dev/waive-T3: null}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata:
  name: cap-giay-phep-xay-dung-nha-o
  annotations: {qms.chuan.dev/waive-T3: null}
spec:
  steps:
  - {id: B3, time: 6wh}
  - {id: B4B, time: 1wd}
  - {id: B5, time: 4wh}
  - {id: B6, time: 2wh}
  - {id: B7, time: 2wh}
`},
	},
	{
		ID: "T4", Severity: Error,
		Title:   "Limits agree with each other and with the law",
		TitleVi: "Các thời hạn thống nhất với nhau và với quy định",
		What: `An action is not allowed (` + "`notAfter`" + `) beyond the time limit. Where the LegalDocuments that the procedure cites set bounds (` + "`spec.limits`" + `), it keeps to them: those cited for
documents or intake bound how often and until when an applicant whose dossier was accepted may be asked for more, those cited for
the apology or the deadline bound extensions. Of several bounds the most generous counts. Where a document in force announces the
procedure's code with a limit (` + "`spec.catalogue`" + `), the procedure does not take longer.

Lengths in different units are compared only where one is longer on whatever days they fall.`,
		Why: `A procedure binds citizens by decision. What it allows itself beyond the law is void, and each dossier settled by it can be
contested.`,
		Source: "Domain reference 3.5; the bounds are data of the LegalDocuments, each with its own source.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec: {deadline: {extension: {times: 2}}}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec: {deadline: {extension: {times: 1}}}
`},
	},
	{
		ID: "T5", Severity: Error,
		Title:   "Silence comes in time",
		TitleVi: "Hết thời gian lấy ý kiến vẫn còn kịp thời hạn",
		What: `Where another agency is asked and its silence counts as consent or refusal (` + "`silence`" + `), the time of that step and of the worst
way after it fit the limit, even for a question that is sent at once. Time in which the statutory clock stands still does not
count, nor does a branch for which nobody has to wait. A question without a silence rule is not judged here; its time counts in T1.`,
		Why: `A silence rule is there so that nobody waits for another agency beyond the promise made to the citizen. When it takes effect too
late, the asking agency is late and the silent one is not.`,
		Source: "Reference, workflow C.5.",
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec: {steps: [{id: B4B, time: 5wd}]}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec: {steps: [{id: B4B, time: 2wd}]}
`},
	},
	{
		ID: "V12", Severity: Warning,
		Title:   "A cut-off that offices keep",
		TitleVi: "Giờ chốt nhận hồ sơ hợp lý",
		What: `A procedure that is settled on the day of receipt (limit 0wd) says until when a dossier counts as received on that day. A cut-off,
of any procedure, lies within the working hours of every agency that adopts it: not before they open, and not after they close.`,
		Why: `Without a cut-off, a dossier that is handed in at the close of the day is late at once. A cut-off after the close never applies, and
one before the opening moves every dossier to the next day.`,
		Source: `Published same-day procedures: "same day; if received after 15:00, the next working day" (domain reference, 3.5).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  deadline: {receiptCutoff: null}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  deadline: {receiptCutoff: "14:30"}
`},
	},
}
