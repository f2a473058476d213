package rule

// graphRules are those of the way that dossiers take, and of the decisions on it.
var graphRules = []Rule{
	{
		ID: "G1", Severity: Error,
		Title:   "Every step is reached and left",
		TitleVi: "Mọi bước đều đi đến được và đi tiếp được",
		What: `Exactly one step is an intake. Every other step can be reached from it by actions, expiries and branches, and from every step
a dossier can come to an end.`,
		Why: `A step that is never reached is work that was planned and is never done. In a step that leads nowhere dossiers pile up, and no
officer can finish them.`,
		Source: `Reference practice: static checks of workflow definitions (soundness of workflow nets), stated for procedures in the design.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B3
      actions:
        - {id: ky, to: B5}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B3
      actions:
        - {id: ky, to: B4}
`},
	},
	{
		ID: "G2", Severity: Error,
		Title:   "Every target and outcome is there",
		TitleVi: "Mọi đích đến và kết quả đều tồn tại",
		What: `Every ` + "`" + `to` + "`" + ` names a step, ` + "`" + `join` + "`" + ` or an end with a declared outcome. Every outcome is declared and can come about. ` + "`" + `join` + "`" + ` ends a
branch and nothing else, a branch is entered through its parallel step only and can reach its join, a step lies in one branch only,
and ` + "`" + `end/outcome` + "`" + ` is reached only after an action has set an outcome.`,
		Why: `An action that leads nowhere fails when an officer takes it, in front of the applicant. Branches that cannot join leave the others
waiting for ever.`,
		Source: `Reference practice: static checks of workflow definitions (soundness of workflow nets), stated for procedures in the design.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B4
      actions:
        - {id: phat-hanh, to: B55}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B4
      actions:
        - {id: phat-hanh, to: B5}
`},
	},
	{
		ID: "G3", Severity: Warning,
		Title:   "No action is dead",
		TitleVi: "Không có hành động không bao giờ dùng được",
		What: `An action with a condition is offered for at least one valid way to fill in the forms. The conditions are evaluated over values
that stand for all others: every value of booleans and enums, and of numbers, dates and strings the constants they are compared with
and values beside and between them, within the field's bounds. Where a condition does more than compare, or there are more than
4,096 combinations, nothing is said.`,
		Why: `A dead action is a decision that somebody thought of and that nobody can take: often a typing error in a value, or a bound that was
changed later.`,
		Source: `Design; reference practice: decision table analysis.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B4
      actions:
        - {id: tra-lai, to: B3, maxTimes: 1, when: form('phieu-kiem-tra').ketLuan == 'can-sua'}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B4
      actions:
        - {id: tra-lai, to: B3, maxTimes: 1, when: form('phieu-kiem-tra').ketLuan == 'khong-du-dieu-kien'}
`},
	},
	{
		ID: "G4", Severity: Error,
		Title:   "Every decision is covered",
		TitleVi: "Quyết định bao quát mọi trường hợp",
		What: `For every valid way to fill in the forms that the conditions of a step read, at least one action is offered. The finding names a
filling for which none is. A step with an action without condition, ` + "`" + `maxTimes` + "`" + ` and ` + "`" + `notAfter` + "`" + `, a wait that expires and a
consultation with a silence rule always go on. Where an earlier step has decided by the same field of a form that is not filled in here,
nothing is said.`,
		Why: `The officer who gets such a dossier is stuck: the form is filled in correctly, and no button is there. It can be helped only by
a new revision of the procedure.`,
		Source: `Design; reference practice: decision table analysis (completeness).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  forms:
    - id: phieu-kiem-tra
      fields:
        - {name: ketLuan, values: [du-dieu-kien, khong-du-dieu-kien, can-xac-minh]}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  forms:
    - id: phieu-kiem-tra
      fields:
        - {name: ketLuan, values: [du-dieu-kien, khong-du-dieu-kien]}
`},
	},
	{
		ID: "G5", Severity: Warning,
		Title:   "Decisions exclude each other",
		TitleVi: "Các quyết định loại trừ nhau",
		What: `Two actions of a step that both have a condition, and lead to different steps or set different outcomes, are never offered for one
filling of the forms. The finding names one for which they are. Actions with ` + "`" + `maxTimes` + "`" + ` or ` + "`" + `notAfter` + "`" + ` are detours and not
meant.`,
		Why: `Two officers decide equal dossiers differently, and both keep to the procedure. At a limit, as in ` + "`" + `<= 3` + "`" + ` and ` + "`" + `>= 3` + "`" + `,
it is nearly always an oversight.`,
		Source: `Design; reference practice: decision table analysis (overlap).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B2
      actions:
        - {id: khong-du-dieu-kien, when: "form('phieu-kiem-tra').ketLuan != ''"}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B2
      actions:
        - {id: khong-du-dieu-kien, when: form('phieu-kiem-tra').ketLuan != 'du-dieu-kien'}
`},
	},
	{
		ID: "G6", Severity: Error,
		Title:   "No circle without a bound",
		TitleVi: "Không có vòng lặp vô hạn",
		What: `Every circle of steps passes through an action with ` + "`" + `maxTimes` + "`" + `, or through a wait that expires. The finding names the steps of
the circle.`,
		Why: `A dossier that may be sent back any number of times can be kept from its end for ever, and its applicant has no decision to complain
about.`,
		Source: `Design. Decree 118/2025/NĐ-CP lets a dossier be sent back for supplement once only (article not checked against the text).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B3
      actions:
        - {id: tra-lai, maxTimes: null}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B3
      actions:
        - {id: tra-lai, maxTimes: 1}
`},
	},
	{
		ID: "G7", Severity: Error,
		Title:   "Every wait ends",
		TitleVi: "Mọi bước chờ đều có thời hạn",
		What:    `Every ` + "`" + `wait` + "`" + ` step has ` + "`" + `expires` + "`" + `: how long it may last, and where the dossier goes then.`,
		Why:     `A dossier whose applicant never comes back would be open for ever, count in every report, and never be filed away.`,
		Source:  `Design; print form M05 (notice of discontinuance) of Circular 03/2025/TT-VPCP is for this case.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: CHO-NOP-LAI, expires: null}
  outcomes:
    - {id: khong-nop-lai, $patch: delete}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: CHO-NOP-LAI, expires: {after: 10d, to: end/khong-nop-lai}}
`},
	},
}
