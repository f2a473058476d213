package rule

// formRules are those of forms, templates, messages and fees.
var formRules = []Rule{
	{
		ID: "F1", Severity: Error,
		Title:   "What is named is there",
		TitleVi: "Những gì được nêu đều có",
		What: `Every form, document, fee and template that is named is declared, and so are the step and action of ` + "`" + `deadline.startsAt` + "`" + `. In
templates and messages every placeholder means something: ` + "`" + `{{form.field}}` + "`" + ` a declared field, beside ` + "`" + `{{dossier}}` + "`" + `,
` + "`" + `{{number}}` + "`" + ` and ` + "`" + `{{date}}` + "`" + ` in templates and ` + "`" + `{{dossier}}` + "`" + ` and ` + "`" + `{{due}}` + "`" + ` in messages. On every way to an outcome the forms that its
template speaks of are complete, because an action required them, and their fields are ` + "`" + `required` + "`" + ` or have a ` + "`" + `requiredWhen` + "`" + `; so too for a
message on every way to its step. A template that no outcome uses is a warning.`,
		Why:    `A permit with a gap where the name should be is a permit that has to be issued again.`,
		Source: `Design.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  templates:
    - {id: giay-khai-sinh, text: "Giấy khai sinh của {{to-khai.hoTen}}, số {{number}}"}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  templates:
    - {id: giay-khai-sinh, text: "Giấy khai sinh của {{to-khai.hoTenTre}}, số {{number}}"}
`},
	},
	{
		ID: "F2", Severity: Error,
		Title:   "Conditions read what is filled in",
		TitleVi: "Điều kiện chỉ đọc trường đã được khai",
		What: `Whenever a condition is asked, every field that it reads has a value, on every way to it and for every valid way to fill in
the forms; or the condition asks ` + "`" + `has()` + "`" + ` first. A form counts as filled in after an action that requires it, or that is offered only by
what the form says; during a step also when it can be filled in there. A field counts when it is ` + "`" + `required` + "`" + `, or when its
` + "`" + `requiredWhen` + "`" + ` holds. A ` + "`" + `requiredWhen` + "`" + ` reads fields that are required themselves, at least by a condition.`,
		Why: `The service cannot answer such a condition. It then asks for the field, takes a step that was not meant or demands a document that is
not needed, and the officer does not see why.`,
		Source: `Design; reference practice: data-flow analysis.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  forms:
    - id: to-khai
      fields:
        - {name: chaMeDaKetHon, required: false}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  forms:
    - id: to-khai
      fields:
        - {name: chaMeDaKetHon, required: false}
  documents:
    - id: giay-chung-nhan-ket-hon
      when: has(form('to-khai').chaMeDaKetHon) && form('to-khai').chaMeDaKetHon
`},
	},
	{
		ID: "F4", Severity: Error,
		Title:   "Personal data stays inside",
		TitleVi: "Dữ liệu cá nhân không lộ ra ngoài",
		What: `No field marked ` + "`" + `personal` + "`" + ` stands in a step's ` + "`" + `message` + "`" + `, in the title of a step or an outcome, or in the pattern of a result's
number. Result documents may contain personal data: they go to the applicant only.`,
		Why:    `Messages pass through the systems of others, and titles and numbers are shown to whoever looks up a dossier.`,
		Source: `Law on Personal Data Protection 91/2025/QH15 (article not checked against the text); design.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B5, message: "Giấy khai sinh của {{to-khai.hoTenTre}} đã xong."}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
spec:
  steps:
    - {id: B5, message: "Hồ sơ {{dossier}} đã có kết quả."}
`},
	},
	{
		ID: "F5", Severity: Error,
		Title:   "Fees have a basis and are collected",
		TitleVi: "Phí, lệ phí có căn cứ và được thu",
		What: `Every fee names the instrument that sets it (` + "`" + `basis` + "`" + `). On every way to a granting outcome a step collects it, before or when the
result is handed over and no later than the step at which it is ` + "`" + `due` + "`" + `.`,
		Why:    `A fee without a basis may not be taken. One that no step collects is either forgotten or asked for after the applicant has left.`,
		Source: `Law on Fees and Charges 97/2015/QH13 (article not checked against the text); design.`,
		Bad: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  steps:
    - {id: B9, collects: null}
`},
		Good: Example{Patch: `
kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
spec:
  steps:
    - {id: B9, collects: [le-phi]}
`},
	},
}
