package lint

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/rule"
)

// mutation is one fault put into the example province, as a patch, and the rules that it raises: all of them, and no other.
type mutation struct {
	what  string
	patch string
	want  []rule.ID
}

const (
	permit = `kind: QualityProcedure
metadata: {name: cap-giay-phep-xay-dung-nha-o}
`
	birth = `kind: QualityProcedure
metadata: {name: dang-ky-khai-sinh}
`
	certifiedCopy = `kind: QualityProcedure
metadata: {name: cap-ban-sao-tu-so-goc}
`
	commune = `kind: Agency
metadata: {name: ubnd-xa-thanh-nua}
`
)

var mutations = slices.Concat(graphMutations, timeMutations, formMutations, lawMutations, qualityMutations, agencyMutations)

var graphMutations = []mutation{
	{
		"the step that issues is dropped", permit + `
spec: {steps: [{id: B8, $patch: delete}]}`,
		[]rule.ID{"G2"},
	},
	{
		"nothing leads to the field check any more", permit + `
spec: {steps: [{id: B3, actions: [{id: du-dieu-kien, to: B5}]}]}`,
		[]rule.ID{"G1"},
	},
	{
		"a step that nothing leaves for the end", permit + `
spec: {steps: [{id: B9, actions: [{id: da-tra, to: B9}]}]}`,
		[]rule.ID{"G1"},
	},
	{
		"an action that leads nowhere", birth + `
spec: {steps: [{id: B4, actions: [{id: phat-hanh, to: B6}]}]}`,
		[]rule.ID{"G2"},
	},
	{
		"a branch that leaves without joining", permit + `
spec: {steps: [{id: B4A, actions: [{id: xong, to: B5}]}]}`,
		[]rule.ID{"G2"},
	},
	{
		"an outcome that is not declared", birth + `
spec: {outcomes: [{id: khong-nop-lai, $patch: delete}]}`,
		[]rule.ID{"G2"},
	},
	{
		"an outcome that nothing comes to", birth + `
spec: {outcomes: [{id: rut-ho-so, result: withdrawn}]}`,
		[]rule.ID{"G2"},
	},
	{
		"a second intake", birth + `
spec: {steps: [{id: B2, kind: intake}]}`,
		[]rule.ID{"G1"},
	},
	{
		"a return that may be repeated for ever", permit + `
spec: {steps: [{id: B6, actions: [{id: tra-lai, maxTimes: null}]}]}`,
		[]rule.ID{"G6"},
	},
	{
		"a wait without an end", permit + `
spec: {steps: [{id: CHO-BO-SUNG, expires: null}]}`,
		[]rule.ID{"G2", "G7"},
	},
	{
		"a conclusion that no action follows", permit + `
spec: {forms: [{id: phieu-tham-dinh, fields: [{name: ketLuan, values: [dat, khong-dat, can-xem-them]}]}]}`,
		[]rule.ID{"G4"},
	},
	{
		"an action for a conclusion that does not exist", birth + `
spec:
  steps:
    - id: B2
      actions: [{id: khong-du-dieu-kien, when: "form('phieu-kiem-tra').ketLuan == 'thieu-giay-to'"}]`,
		[]rule.ID{"G3", "G4"},
	},
	{
		"two actions for one conclusion", birth + `
spec:
  steps:
    - id: B2
      actions: [{id: khong-du-dieu-kien, to: CHO-NOP-LAI, when: "form('phieu-kiem-tra').ketLuan != ''"}]`,
		[]rule.ID{"G5"},
	},
}

var timeMutations = []mutation{
	{
		"a step that takes longer than the limit leaves", permit + `
spec: {steps: [{id: B3, time: 3wd}]}`,
		[]rule.ID{"T1"},
	},
	{
		"a shorter limit", certifiedCopy + `
spec: {deadline: {limit: 4wh}}`,
		[]rule.ID{"T1"},
	},
	{
		"a limit in calendar days that Tết eats", permit + `
spec: {deadline: {limit: 9d}}`,
		[]rule.ID{"T2", "V3"},
	},
	{
		"a supplement asked for after the limit", permit + `
spec: {steps: [{id: B3, actions: [{id: bo-sung, notAfter: 8wd}]}]}`,
		[]rule.ID{"T4"},
	},
	{
		"an opinion that takes too long", permit + `
spec: {steps: [{id: B4B, time: 4wd}]}`,
		[]rule.ID{"T1"},
	},
	{
		"a step that takes ten minutes more than quarters allow", permit + `
spec: {steps: [{id: B3, time: 11.75wh}]}`,
		[]rule.ID{"V08"},
	},
	{
		"a longer limit of disadvantaged areas that is shorter", permit + `
spec: {deadline: {disadvantagedLimit: 5wd}}`,
		[]rule.ID{"V25"},
	},
}

var formMutations = []mutation{
	{
		"a form that does not exist", birth + `
spec: {steps: [{id: B2, forms: [phieu-la]}]}`,
		[]rule.ID{"F1"},
	},
	{
		"a condition on a field that does not exist", permit + `
spec: {documents: [{id: cam-ket, when: "form('don-de-nghi').coNhaLienKe"}]}`,
		[]rule.ID{"E1"},
	},
	{
		"a condition that is no truth value", permit + `
spec: {documents: [{id: cam-ket, when: "form('don-de-nghi').soTang"}]}`,
		[]rule.ID{"E1"},
	},
	{
		"a condition on a field that may be empty", permit + `
spec: {forms: [{id: don-de-nghi, fields: [{name: trongKhuDiTich, required: false}]}]}`,
		[]rule.ID{"F2"},
	},
	{
		"a fee without a basis", permit + `
spec: {fees: [{id: le-phi, basis: null}]}`,
		[]rule.ID{"F5"},
	},
	{
		"a fee that nobody collects", permit + `
spec: {steps: [{id: B9, collects: null}]}`,
		[]rule.ID{"F5"},
	},
	{
		"a message that tells the applicant's name", birth + `
spec: {steps: [{id: B5, message: "Giấy khai sinh của {{to-khai.hoTenTre}} đã có."}]}`,
		[]rule.ID{"F4"},
	},
	{
		"a template with a field that does not exist", permit + `
spec: {templates: [{id: giay-phep-xay-dung, text: "Cấp cho {{don-de-nghi.chuNha}}"}]}`,
		[]rule.ID{"F1"},
	},
	{
		"a template that is not there", permit + `
spec: {outcomes: [{id: cap-phep, template: mau-cu}]}`,
		[]rule.ID{"F1"},
	},
}

var lawMutations = []mutation{
	{
		"the law is retired", `kind: LegalDocument
metadata: {name: nd-217-2026-nd-cp}
spec: {effectiveTo: "2026-10-31"}`,
		[]rule.ID{"L2"},
	},
	{
		"the law will end in two months", `kind: LegalDocument
metadata: {name: nd-217-2026-nd-cp}
spec: {effectiveTo: "2027-01-31"}`,
		[]rule.ID{"L3"},
	},
	{
		"the old law is cited", permit + `
spec: {legalBasis: [{ref: luat-xay-dung-50-2014-qh13, supports: [procedure]}]}`,
		[]rule.ID{"L2"},
	},
	{
		"a law that nobody knows is cited", permit + `
spec: {legalBasis: [{ref: luat-nha-o-2030, supports: [procedure]}]}`,
		[]rule.ID{"L2"},
	},
	{
		"nothing carries the deadline", birth + `
spec: {legalBasis: [{ref: qd-1872-qd-btp-2020, supports: [procedure]}]}`,
		[]rule.ID{"L1"},
	},
	{
		"the circular on print forms is not cited", birth + `
spec: {legalBasis: [{ref: tt-03-2025-tt-vpcp, $patch: delete}]}`,
		[]rule.ID{"L5"},
	},
	{
		"the administrative procedure is abolished", `kind: LegalDocument
metadata: {name: nd-217-2026-nd-cp}
spec: {abolishes: ["1.009994"]}`,
		[]rule.ID{"L4"},
	},
}

var qualityMutations = []mutation{
	{
		"records that rest on nothing", certifiedCopy + `
spec: {records: [{id: ho-so, basis: null}, {id: so-theo-doi, basis: null}]}`,
		[]rule.ID{"Q1"},
	},
	{
		"no records at all", birth + `
spec: {records: null}`,
		[]rule.ID{"Q1"},
	},
	{
		"a signature that leaves nothing behind", permit + `
spec: {steps: [{id: B7, sign: null}]}`,
		[]rule.ID{"Q2"},
	},
	{
		"an objective that cannot be measured", birth + `
spec: {objectives: [{id: dung-han, target: ">= 3wd"}]}`,
		[]rule.ID{"Q3"},
	},
	{
		"the drafter signs", birth + `
spec: {steps: [{id: B3, role: ho-tich}], roles: [{id: lanh-dao-ubnd, $patch: delete}, {id: ho-tich, separateFrom: null}]}`,
		[]rule.ID{"V10"},
	},
	{
		"a role that is not declared", birth + `
spec: {roles: [{id: van-thu, $patch: delete}]}`,
		[]rule.ID{"R1"},
	},
}

var agencyMutations = []mutation{
	{
		"the only handling officer is gone", commune + `
spec: {officers: [{id: nguyen-thi-hang, $patch: delete}]}`,
		[]rule.ID{"R2"},
	},
	{
		"the clerk has left", commune + `
spec: {officers: [{id: lo-thi-thu, until: "2026-10-31"}]}`,
		[]rule.ID{"R2"},
	},
	{
		"the heads handle and sign", commune + `
spec:
  officers:
    - {id: nguyen-thi-hang, $patch: delete}
    - {id: nguyen-duc-toan, $patch: delete}
    - {id: lo-van-thang, roles: [lanh-dao-ubnd, thu-ly]}`,
		[]rule.ID{"R3"},
	},
	{
		"one person does almost everything", commune + `
spec:
  officers:
    - {id: giang-a-tua, $patch: delete}
    - {id: lo-thi-thu, $patch: delete}
    - {id: lo-van-xom, roles: [mot-cua, van-thu, lanh-dao-phong]}`,
		[]rule.ID{"R4"},
	},
	{
		"an override that gives more time", commune + `
spec: {procedures: {refs: [{name: dang-ky-khai-sinh, overrides: {steps: [{id: B2, time: 4wh}]}}]}}`,
		[]rule.ID{"V3"},
	},
	{
		"a procedure that does not exist is adopted", commune + `
spec: {procedures: {refs: [{name: dang-ky-ket-hon}]}}`,
		[]rule.ID{"A1"},
	},
	{
		"the code of another agency", commune + `
spec: {code: H18.35.02}`,
		[]rule.ID{"V04"},
	},
	{
		"its own child is its parent", `kind: Agency
metadata: {name: ubnd-huyen-dien-bien}
spec: {parent: {name: ubnd-xa-thanh-nua}}`,
		[]rule.ID{"V03"},
	},
	{
		"a calendar that nobody keeps", commune + `
spec: {calendar: {series: tinh}}`,
		[]rule.ID{"A2"},
	},
}

// TestMutations puts one fault at a time into the example province, which is in order, and wants exactly the rules that it
// breaks.
func TestMutations(t *testing.T) {
	province := readTree(t, exampleProvince)
	if clean := raised(t, province, rule.Example{}); len(clean) > 0 {
		t.Fatalf("the province itself raises %v", clean)
	}
	if len(mutations) < 40 {
		t.Errorf("%d mutations, want at least 40", len(mutations))
	}
	for _, m := range mutations {
		t.Run(m.what, func(t *testing.T) {
			found := map[rule.ID]bool{}
			for _, id := range raised(t, province, rule.Example{Patch: m.patch}) {
				found[id] = true
			}
			if diff := cmp.Diff(m.want, slices.Sorted(maps.Keys(found))); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
