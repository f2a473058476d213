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
}
