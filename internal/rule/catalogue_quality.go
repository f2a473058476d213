package rule

// qualityRules are those of records, evidence and objectives.
var qualityRules = []Rule{
	{
		ID: "Q1", Severity: Error, Also: []ID{"V16"},
		Title:   "Every outcome leaves a record",
		TitleVi: "Mỗi kết quả đều có hồ sơ lưu",
		What: `Of every outcome at least one record is kept, by a role, for a time that a legal document sets (` + "`" + `basis` + "`" + `). A record that keeps
` + "`" + `documents` + "`" + `, ` + "`" + `forms` + "`" + ` or ` + "`" + `M07` + "`" + `, the register, is there for every dossier; ` + "`" + `outcome` + "`" + ` for outcomes with a result document; a print form for
those before whose end it may be printed. Records keep nothing else.`,
		Why:    `An auditor who asks for a refused or lapsed dossier is shown nothing. Without a basis nobody knows when a record may be destroyed.`,
		Source: `TCVN ISO 9001:2015, 7.5.3; Law on Archives 33/2024/QH15 (article not checked against the text).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  records:
    - {id: ho-so, basis: null}
    - {id: so-theo-doi, basis: null}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  records:
    - {id: ho-so, basis: null}
`},
	},
	{
		ID: "Q2", Severity: Warning,
		Title:   "Decisions leave evidence",
		TitleVi: "Quyết định để lại bằng chứng",
		What: `An action that decides leaves something that an auditor can look at. Those of ` + "`" + `approve` + "`" + ` steps and those that set the outcome decide;
at the intake the papers are the evidence. Evidence are a signature, a form or a draft of the step, and a form, a reason or a print form
of the action.`,
		Why:    `In an audit only what was left behind counts. "The head agreed" is no answer to why this dossier was granted and that one refused.`,
		Source: `TCVN ISO 9001:2015, 8.6 and 9.2.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  steps:
    - {id: B6, sign: null}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  steps:
    - id: B6
      sign: null
      actions:
        - {id: dong-y, requires: {reason: true}}
`},
	},
	{
		ID: "Q3", Severity: Error,
		Title:   "Objectives can be measured",
		TitleVi: "Mục tiêu đo lường được",
		What: `The target of an objective fits its measure: per cent up to 100 for rates, a duration for ` + "`" + `medianDuration` + "`" + `, ` + "`" + `>=` + "`" + ` for ` + "`" + `onTimeRate` + "`" + ` and
` + "`" + `<=` + "`" + ` for the others; the period is a month, a quarter or a year. What is counted can occur: ` + "`" + `supplementRate` + "`" + ` needs an action that asks the
applicant for more, ` + "`" + `refusalRate` + "`" + ` an outcome that refuses, ` + "`" + `returnRate` + "`" + ` an action that sends a dossier back.`,
		Why:    `An objective that is always met, or that nothing measures, is reported every quarter and says nothing.`,
		Source: `TCVN ISO 9001:2015, 6.2.1 b: objectives are measurable.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  objectives:
    - {id: dung-han, target: "<= 98%"}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  objectives:
    - {id: dung-han, target: ">= 95%"}
`},
	},
}
