package rule

// textRules are those of the text of one procedure that belong to no other group.
var textRules = []Rule{
	{
		ID: "E1", Severity: Error,
		Title:   "Conditions are sound",
		TitleVi: "Điều kiện đúng ngữ pháp và kiểu dữ liệu",
		What: `Every condition is a CEL expression over declared fields of declared forms, and true or false. It is at most 1,000 characters long, has
no loops, costs little, and reads no field of type ` + "`" + `text` + "`" + ` or ` + "`" + `file` + "`" + `.`,
		Why: `A condition is asked when an officer acts. What is wrong with it has to be found before. Free text cannot decide the way of a
dossier: nobody can say beforehand what people will write.`,
		Source: `Design.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  documents:
    - {id: giay-chung-sinh, when: form('to-khai').canCu == 'giay-chung-sinh'}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  documents:
    - {id: giay-chung-sinh, when: form('to-khai').canCuSinh != 'cam-doan'}
`},
	},
	{
		ID: "R1", Severity: Error,
		Title:   "Roles are declared and used",
		TitleVi: "Vai trò được khai báo và được dùng",
		What: `Every role that a step, an assignment, a record, an extension or ` + "`" + `separateFrom` + "`" + ` names is declared; no role is separate from itself; an
assign step chooses an officer of the role that acts in the assigned step. A declared role with nothing to do is a warning.`,
		Why:    `Agencies give roles to officers. A role that is not declared is given to nobody, and the step stands still.`,
		Source: `TCVN ISO 9001:2015, 5.3; design.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B4, role: thu-ky}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  roles:
    - {id: thu-ky, title: Thư ký}
    - {id: van-thu, $patch: delete}
  steps:
    - {id: B4, role: thu-ky}
`},
	},
	{
		ID: "L1", Severity: Error,
		Title:   "Deadline, documents and fees rest on law",
		TitleVi: "Thời hạn, hồ sơ, phí có căn cứ pháp lý",
		What:    `The ` + "`" + `supports` + "`" + ` of the legal basis contain ` + "`" + `deadline` + "`" + `; ` + "`" + `documents` + "`" + ` where applicants are asked for any; and ` + "`" + `fees` + "`" + ` where they pay any.`,
		Why:     `What an agency asks of people it asks by law. A time limit, a document or a fee without a basis is one that the agency made up.`,
		Source:  `Law on Promulgation of Legal Documents 64/2025/QH15 and Decree 63/2010/NĐ-CP on the control of administrative procedures (articles not checked against the text).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  legalBasis:
    - {ref: nd-123-2015-nd-cp, supports: [procedure]}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  legalBasis:
    - {ref: nd-123-2015-nd-cp, supports: [procedure]}
    - {ref: luat-ho-tich-60-2014-qh13, supports: [procedure, documents, competence]}
`},
	},
	{
		ID: "V08", Severity: Error, Waivable: true,
		Title:   "Step times are measured in half hours and quarter days",
		TitleVi: "Thời gian các bước theo nửa giờ, phần tư ngày",
		What: `The time of a step is a multiple of half an hour or of a quarter of a day. Only a hand-over and a wait take no time; every other step is
work, however short.`,
		Why:    `Procedures are published as tables in these units, and times are compared by them. A step of no time is late the moment it begins.`,
		Source: `Reference practice: published procedure tables of provinces (domain reference, 8.1).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B4, time: 0.25wh}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B4, time: 0.5wh}
`},
	},
	{
		ID: "V09", Severity: Error, Waivable: true,
		Title:   "From the intake to the hand-over, signed",
		TitleVi: "Từ tiếp nhận đến trả kết quả, có người ký",
		What: `Every way to a granting outcome ends in a ` + "`" + `handover` + "`" + ` or an ` + "`" + `issue` + "`" + ` step. Warnings: the intake is not the first step of the
text; a granting outcome can be reached without an approve step with ` + "`" + `sign` + "`" + `; one role signs in two steps on one way. Initials
of another role before the signature are no second signature.`,
		Why:    `A result that is not handed over by anybody does not reach the applicant, and one that nobody signed is not valid.`,
		Source: `Decree 118/2025/NĐ-CP on the one-stop mechanism and Decree 30/2020/NĐ-CP on records work (articles not checked against the text).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B5, kind: task, time: 0.5wh}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B5, kind: issue, time: 0.5wh}
`},
	},
	{
		ID: "V10", Severity: Error,
		Title:   "Who drafts does not sign",
		TitleVi: "Người dự thảo không ký",
		What: `The role of a step that drafts the outcome is not the role of a step that signs. It is a warning when they differ and
` + "`" + `separateFrom` + "`" + ` does not keep one person from playing both.`,
		Why:    `Two pairs of eyes are the oldest control there is. Where one person drafts and signs, nobody has looked at the decision.`,
		Source: `TCVN ISO 9001:2015, 8.5.1; anti-corruption practice (domain reference, 8.1).`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B2, role: lanh-dao-ubnd}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B2, role: van-thu}
  roles:
    - {id: van-thu, separateFrom: [lanh-dao-ubnd]}
`},
	},
	{
		ID: "V11", Severity: Warning,
		Title:   "The other ways are there",
		TitleVi: "Có đủ các nhánh bổ sung, từ chối, rút hồ sơ",
		What: `A procedure that asks for documents has an action that asks for those that are missing (it prints M02, or leads to a wait for the
applicant) and an outcome that refuses a dossier (` + "`" + `notAccepted` + "`" + ` or ` + "`" + `refused` + "`" + `). One whose limit is longer than a day has an outcome by
which an application can be taken back (` + "`" + `withdrawn` + "`" + `, or ` + "`" + `discontinued` + "`" + `).`,
		Why:    `Officers meet these cases in the first week. Without a way for them they work beside the system.`,
		Source: `Decree 118/2025/NĐ-CP (articles not checked against the text); domain reference, 8.1.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - id: B1
      actions:
        - {id: yeu-cau-bo-sung, $patch: delete}
    - {id: CHO-NOP-LAI, $patch: delete}
  outcomes:
    - {id: khong-nop-lai, $patch: delete}
  objectives:
    - {id: bo-sung, $patch: delete}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  objectives:
    - {id: bo-sung, $patch: delete}
`},
	},
	{
		ID: "V14", Severity: Error,
		Title:   "The decision came first",
		TitleVi: "Quyết định ban hành có trước",
		What:    `The decision by which a revision was approved has a number, and its date is not after the first day in force.`,
		Why:     `Dossiers of the days between would have been received under a procedure that nobody had approved.`,
		Source:  `Decree 30/2020/NĐ-CP on records work (article not checked against the text); domain reference, 8.1.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  issue:
    decision: {date: "2026-01-06"}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  issue:
    decision: {date: "2026-01-05"}
`},
	},
	{
		ID: "V25", Severity: Error,
		Title:   "Disadvantaged areas get no shorter limit",
		TitleVi: "Vùng khó khăn không bị rút ngắn thời hạn",
		What: `` + "`" + `disadvantagedLimit` + "`" + ` is not shorter than ` + "`" + `limit` + "`" + `. Limits in different units are compared only where one is
longer on whatever days they fall.`,
		Why:    `The longer limit is there because ways are long. A shorter one is an exchange of the two fields.`,
		Source: `Domain reference, 8.1; the laws that grant longer limits do so for areas of especially difficult conditions.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  deadline: {disadvantagedLimit: 5wd}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  deadline: {disadvantagedLimit: 10wd}
`},
	},
}
