package agency

import (
	"fmt"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

func TestRolesAreHeld(t *testing.T) {
	const path = "spec.officers"
	tests := map[string]struct {
		officers string
		change   func(*procedure.Profile)
		want     []rule.Finding
	}{
		"everybody is there": {officers: staffed},
		"nobody holds a role": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
`,
			want: []rule.Finding{refusal("R2", path,
				"no officer holds the role thu-ly (Thụ lý) of the procedure cap-phep; give the role to an officer, or do not adopt what needs it",
				"không có ai giữ vai trò thu-ly (Thụ lý) của quy trình cap-phep; giao vai trò cho một người hoặc không áp dụng quy trình")},
		},
		"the holder has left": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua], until: "2026-11-26"}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly], from: "2026-12-01"}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao], from: "2026-11-27", until: "2027-11-27"}
`,
			want: []rule.Finding{
				refusal("R2", path,
					"no officer holds the role mot-cua (Một cửa) of the procedure cap-phep (Lò Văn An held it until 2026-11-26); give the role to an officer, or do not adopt what needs it",
					"không có ai giữ vai trò mot-cua (Một cửa) của quy trình cap-phep (Lò Văn An giữ đến hết ngày 2026-11-26); giao vai trò cho một người hoặc không áp dụng quy trình"),
				refusal("R2", path,
					"no officer holds the role thu-ly (Thụ lý) of the procedure cap-phep (Vì Thị Bình holds it from 2026-12-01 on); give the role to an officer, or do not adopt what needs it",
					"không có ai giữ vai trò thu-ly (Thụ lý) của quy trình cap-phep (Vì Thị Bình giữ từ ngày 2026-12-01); giao vai trò cho một người hoặc không áp dụng quy trình"),
			},
		},
		"fewer than the procedure asks for, and one of them is away": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao], delegatesTo: [{officer: dung, until: "2026-12-05"}]}
- {id: dung, title: Lò Thị Dung}
`,
			change: func(p *procedure.Profile) { p.Roles[2].MinHolders = 3 },
			want: []rule.Finding{refusal("R2", path,
				"1 of the 3 officers that the procedure cap-phep asks for hold the role lanh-dao (Lãnh đạo): Cà Văn Chi; Cà Văn Chi is away until 2026-12-05, and Lò Thị Dung acts; give the role to 2 more",
				"mới có 1 trong 3 người giữ vai trò lanh-dao (Lãnh đạo) theo yêu cầu của quy trình cap-phep: Cà Văn Chi; Cà Văn Chi vắng đến hết ngày 2026-12-05, Lò Thị Dung làm thay; cần giao thêm cho 2 người")},
		},
		"leave that a delegate covers": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao], delegatesTo: [{officer: dung, until: "2026-12-05"}]}
- {id: dung, title: Lò Thị Dung}
`,
		},
		"leave from a role that cannot be delegated": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly], delegatesTo: [{officer: dung, from: "2026-12-01", until: "2026-12-05"}]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
- {id: dung, title: Lò Thị Dung}
`,
			want: []rule.Finding{warning("R2", "spec.officers[1].delegatesTo",
				"on 2026-12-01 nobody can act in the role thu-ly (Thụ lý) of the procedure cap-phep: Vì Thị Bình is away until 2026-12-05 and the role is not one that can be delegated; give the role to a second officer",
				"ngày 2026-12-01 không ai thực hiện được vai trò thu-ly (Thụ lý) của quy trình cap-phep: Vì Thị Bình vắng đến hết ngày 2026-12-05, vai trò này không được ủy quyền; hãy giao vai trò cho người thứ hai")},
		},
		"leave of two holders at different times": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly], delegatesTo: [{officer: an, until: "2026-12-05"}]}
- {id: dung, title: Lò Thị Dung, roles: [thu-ly], delegatesTo: [{officer: an, from: "2026-12-06", until: "2026-12-10"}]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
`,
		},
		"leave beyond the horizon": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly], delegatesTo: [{officer: an, from: "2026-12-28", until: "2026-12-31"}]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
`,
		},
		"the delegate leaves meanwhile": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao], delegatesTo: [{officer: dung, until: "2026-12-10"}]}
- {id: dung, title: Lò Thị Dung, until: "2026-12-04"}
`,
			want: []rule.Finding{warning("R2", "spec.officers[2].delegatesTo",
				"on 2026-12-05 nobody can act in the role lanh-dao (Lãnh đạo) of the procedure cap-phep: Cà Văn Chi is away until 2026-12-10 and nobody named there can act; give the role to a second officer",
				"ngày 2026-12-05 không ai thực hiện được vai trò lanh-dao (Lãnh đạo) của quy trình cap-phep: Cà Văn Chi vắng đến hết ngày 2026-12-10, người được giao không thể làm thay; hãy giao vai trò cho người thứ hai")},
		},
		"the only holder leaves": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua], until: "2026-12-15"}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
`,
			want: []rule.Finding{warning("R2", path,
				"from 2026-12-16 on no officer holds the role mot-cua (Một cửa) of the procedure cap-phep: the time of Lò Văn An is then over; give the role to a successor",
				"từ ngày 2026-12-16 không còn ai giữ vai trò mot-cua (Một cửa) của quy trình cap-phep: Lò Văn An hết thời gian đảm nhiệm; hãy giao cho người kế nhiệm")},
		},
		"delegations to nobody and to oneself": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua], delegatesTo: [{officer: an, from: "2027-06-01", until: "2027-06-02"}]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly], delegatesTo: [{officer: ai, from: "2027-06-01", until: "2027-06-02"}]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
`,
			want: []rule.Finding{
				refusal("R2", "spec.officers[0].delegatesTo[0].officer",
					"Lò Văn An cannot act for themselves while away; name another officer",
					"Lò Văn An không thể tự thay mình khi vắng mặt; hãy ghi cán bộ khác"),
				refusal("R2", "spec.officers[1].delegatesTo[0].officer",
					"there is no officer ai to act for Vì Thị Bình; name an officer of this agency",
					"không có cán bộ ai để thay Vì Thị Bình; hãy ghi mã cán bộ của cơ quan này"),
			},
		},
		"delegations in a circle": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: an2, title: Lò Văn Ân, roles: [mot-cua], delegatesTo: [{officer: an, until: "2026-12-01"}, {officer: em, from: "2026-12-02", until: "2026-12-09"}]}
- {id: em, title: Lò Thị Em, delegatesTo: [{officer: dung, from: "2026-12-03", until: "2026-12-05"}]}
- {id: dung, title: Lò Thị Dung, delegatesTo: [{officer: an2, from: "2026-12-05", until: "2026-12-05"}]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
`,
			want: []rule.Finding{refusal("R2", "spec.officers[1].delegatesTo[1].officer",
				"on 2026-12-05 Lò Văn Ân, Lò Thị Em, Lò Thị Dung are all away and are to act for one another; name somebody who is there",
				"ngày 2026-12-05 Lò Văn Ân, Lò Thị Em, Lò Thị Dung cùng vắng mặt và được giao thay lẫn nhau; hãy giao cho người có mặt")},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := office()
			if tt.change != nil {
				tt.change(p)
			}
			want(t, Check(agencyOf(t, tt.officers), adopt(p), nil, today), tt.want...)
		})
	}
}

func TestOfADissolvedAgencyNobodyIsAsked(t *testing.T) {
	a := agencyOf(t, `lifecycle: {dissolvedOn: "2026-11-26"}`)
	want(t, Check(a, adopt(office()), nil, today))
	a.Spec.Lifecycle.DissolvedOn = "2026-11-27"
	if got := Check(a, adopt(office()), nil, today); len(got) != 3 {
		t.Errorf("on its last day %d roles are vacant, want 3", len(got))
	}
}

func TestRolesOfManyProceduresAreOneFinding(t *testing.T) {
	var profiles []*procedure.Profile
	for i := range 7 {
		p := office()
		p.Name = fmt.Sprintf("thu-tuc-%d", i+1)
		profiles = append(profiles, p)
	}
	a := agencyOf(t, `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [thu-ly, lanh-dao]}
`)
	const those = "(thu-tuc-1, thu-tuc-2, thu-tuc-3, thu-tuc-4, thu-tuc-5 "
	want(t, Check(a, adopt(profiles...), nil, today), refusal("R3", "spec.officers",
		"in 7 procedures "+those+"and 2 more) the roles thu-ly (Vì Thị Bình), lanh-dao (Vì Thị Bình) cannot be played by different persons where they must be; give one of these 2 roles to another officer",
		"trong 7 quy trình "+those+"và 2 mục khác) không thể giao các vai trò thu-ly (Vì Thị Bình), lanh-dao (Vì Thị Bình) cho những người khác nhau theo yêu cầu; hãy giao một trong 2 vai trò này cho người khác"))
}

func TestSeparation(t *testing.T) {
	triangle := func() *procedure.Profile {
		p := office()
		for i, role := range []v1alpha1.ID{"mot-cua", "thu-ly", "lanh-dao"} {
			p.Roles[i].Separate = nil
			for _, other := range []v1alpha1.ID{"mot-cua", "thu-ly", "lanh-dao"} {
				if other != role {
					p.Roles[i].Separate = append(p.Roles[i].Separate, other)
				}
			}
		}
		return p
	}
	tests := map[string]struct {
		officers string
		want     []rule.Finding
	}{
		"two people for three roles": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua, thu-ly, lanh-dao]}
- {id: binh, title: Vì Thị Bình, roles: [mot-cua, thu-ly, lanh-dao]}
`,
			want: []rule.Finding{refusal("R3", "spec.officers",
				"in the procedure cap-phep the roles mot-cua (Lò Văn An, Vì Thị Bình), thu-ly (Lò Văn An, Vì Thị Bình), lanh-dao (Lò Văn An, Vì Thị Bình) cannot be played by different persons where they must be; give one of these 3 roles to another officer",
				"trong quy trình cap-phep không thể giao các vai trò mot-cua (Lò Văn An, Vì Thị Bình), thu-ly (Lò Văn An, Vì Thị Bình), lanh-dao (Lò Văn An, Vì Thị Bình) cho những người khác nhau theo yêu cầu; hãy giao một trong 3 vai trò này cho người khác")},
		},
		"three people, in one way only": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua, thu-ly, lanh-dao]}
- {id: binh, title: Vì Thị Bình, roles: [mot-cua, thu-ly]}
- {id: chi, title: Cà Văn Chi, roles: [mot-cua]}
`,
		},
		"one who has left does not count": {
			officers: `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua, thu-ly, lanh-dao]}
- {id: binh, title: Vì Thị Bình, roles: [mot-cua, lanh-dao]}
- {id: chi, title: Cà Văn Chi, roles: [thu-ly], until: "2026-01-31"}
- {id: dung, title: Lò Thị Dung, roles: [mot-cua, thu-ly], from: "2026-12-01"}
`,
			want: []rule.Finding{refusal("R3", "spec.officers",
				"in the procedure cap-phep the roles mot-cua (Lò Văn An, Vì Thị Bình), thu-ly (Lò Văn An), lanh-dao (Lò Văn An, Vì Thị Bình) cannot be played by different persons where they must be; give one of these 3 roles to another officer",
				"trong quy trình cap-phep không thể giao các vai trò mot-cua (Lò Văn An, Vì Thị Bình), thu-ly (Lò Văn An), lanh-dao (Lò Văn An, Vì Thị Bình) cho những người khác nhau theo yêu cầu; hãy giao một trong 3 vai trò này cho người khác")},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			want(t, Check(agencyOf(t, tt.officers), adopt(triangle()), nil, today), tt.want...)
		})
	}
}

func TestLoneOfficers(t *testing.T) {
	const alone = `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua, thu-ly]}
- {id: chi, title: Cà Văn Chi, roles: [lanh-dao]}
`
	want(t, Check(agencyOf(t, alone), adopt(office()), nil, today), warning("R4", "spec.officers[0].roles",
		"Lò Văn An alone does 5 of the 6 steps on the longest way of cap-phep, and more than 4 in the procedure cap-phep; their leave stops the work, so give one of the roles to a second officer",
		"một mình Lò Văn An làm 5 trong 6 bước trên đường dài nhất của cap-phep, và hơn 4 bước trong quy trình cap-phep; khi vắng mặt công việc sẽ dừng, hãy giao một vai trò cho người thứ hai"))
	p := office()
	p.Roles[1].Steps = 2
	want(t, Check(agencyOf(t, alone), adopt(p), nil, today))
	want(t, Check(agencyOf(t, alone+"- {id: dung, title: Lò Thị Dung, roles: [mot-cua]}\n"), adopt(office()), nil, today))
}
