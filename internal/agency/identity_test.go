package agency

import (
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

func TestWhatAnAgencySaysOfItself(t *testing.T) {
	const announcement = "announcement: {decision: {number: 15/QĐ-UBND, date: \"2026-07-15\"}, edition: "
	tests := map[string][]rule.Finding{
		"qms: {standardEdition: 'TCVN ISO 9001:2015', migration: {to: 'TCVN ISO 9001:2026', by: '2029-01-01'}}": nil,
		"qms: {standardEdition: 'TCVN ISO 9001:2015', migration: {to: 'TCVN ISO 9001:2015', by: '2029-01-01'}}": {refusal("V01", "spec.qms.migration.to",
			"a migration from TCVN ISO 9001:2015 to TCVN ISO 9001:2015 does not lead to a later edition; name the edition that is aimed at, or take the migration out",
			"chuyển đổi từ TCVN ISO 9001:2015 sang TCVN ISO 9001:2015 không phải phiên bản mới hơn; ghi đúng phiên bản đích hoặc bỏ phần chuyển đổi")},
		"qms: {standardEdition: 'TCVN ISO 9001:1994'}": {refusal("V01", "spec.qms.standardEdition",
			`the edition "TCVN ISO 9001:1994" is not known; name one from TCVN ISO 9001:2000 to TCVN ISO 9001:2026`,
			`phiên bản "TCVN ISO 9001:1994" không có trong danh sách; ghi một phiên bản từ TCVN ISO 9001:2000 đến TCVN ISO 9001:2026`)},
		"qms: {standardEdition: 'TCVN ISO 9001:2015', " + announcement + "'TCVN ISO 9001:2008'}}": {warning("V01", "spec.qms.announcement.edition",
			"conformity was announced with TCVN ISO 9001:2008, and the system works by TCVN ISO 9001:2015; announce conformity with that edition",
			"đã công bố theo TCVN ISO 9001:2008 nhưng hệ thống đang áp dụng TCVN ISO 9001:2015; cần công bố lại theo phiên bản đang áp dụng")},
		"{type: Ministry}": {refusal("V02", "spec.type",
			"there is no Ministry at the level Commune, only at Central; correct the type or the level",
			"không có loại cơ quan Ministry ở cấp Commune, chỉ có ở cấp Central; hãy sửa loại hoặc cấp")},
		"{type: Department, level: Province}":       nil,
		"{type: VerticalAgency}":                    nil,
		"{type: PublicServiceUnit, level: Central}": nil,
		"{level: District}": {refusal("V02", "spec.level",
			"the district level ended on 2025-06-30, and this agency is said to be still at work; give its last day in lifecycle.dissolvedOn, or correct the level",
			"cấp huyện kết thúc ngày 2025-06-30 nhưng cơ quan này vẫn ghi là đang hoạt động; ghi ngày cuối tại lifecycle.dissolvedOn hoặc sửa cấp")},
		"{level: District, lifecycle: {dissolvedOn: '2025-06-30'}}": nil,
		"formerCodes: [{code: H18.35.01, until: '2025-06-30'}]": {refusal("V04", "spec.formerCodes[0].code",
			"the code H18.35.01 is said to be both the agency's own and, until 2025-06-30, a former one; take it out here",
			"mã H18.35.01 vừa là mã hiện tại vừa là mã cũ đến ngày 2025-06-30; hãy bỏ mục này")},
		"code: H22.35.01": {warning("V04", "spec.code",
			"the code H22.35.01 is of Hà Giang, which was merged into Tuyên Quang and whose code was closed by Decision 09/2025/QĐ-TTg; use a code under H60 (as far as this is known here)",
			"mã H22.35.01 thuộc Hà Giang, đã sáp nhập vào Tuyên Quang và bị đóng mã theo Quyết định 09/2025/QĐ-TTg; dùng mã thuộc H60 (theo danh sách hiện biết)")},
		"code: 000.01.35.K54": {warning("V04", "spec.code",
			"the code 000.01.35.K54 is of Thái Bình, which was merged into Hưng Yên and whose code was closed by Decision 09/2025/QĐ-TTg; use a code under H31 (as far as this is known here)",
			"mã 000.01.35.K54 thuộc Thái Bình, đã sáp nhập vào Hưng Yên và bị đóng mã theo Quyết định 09/2025/QĐ-TTg; dùng mã thuộc H31 (theo danh sách hiện biết)")},
		"code: H99.01": {warning("V04", "spec.code",
			"H99 of the code H99.01 is of none of the 34 provinces since 01/07/2025, as far as this is known here; correct the code",
			"H99 trong mã H99.01 không thuộc 34 tỉnh, thành phố từ 01/07/2025 (theo danh sách hiện biết); hãy kiểm tra lại mã")},
		"code: G09.01":        nil,
		"code: 000.01.35.H18": nil,
		"administrativeUnit: {province: '11', commune: '03325'}": nil,
		"administrativeUnit: {province: '11'}": {refusal("V05", "spec.administrativeUnit",
			"an agency of the level Commune works in a commune; give its five-digit code, or leave administrativeUnit out",
			"cơ quan cấp xã phải ghi mã xã năm chữ số, hoặc bỏ administrativeUnit")},
		"administrativeUnit: {province: '02', commune: '00001'}": {refusal("V05", "spec.administrativeUnit.province",
			`"02" is the code of none of the 34 provinces of Decision 19/2025/QĐ-TTg; write it with both digits, as "11" for Điện Biên`,
			`"02" không phải mã của 34 tỉnh, thành phố theo Quyết định 19/2025/QĐ-TTg; ghi đủ hai chữ số, ví dụ "11" là Điện Biên`)},
		"administrativeUnit: {province: '12', commune: '00001'}": {warning("V05", "spec.administrativeUnit.province",
			"12 is the code of Lai Châu, while the agency's code H18.35.01 is of Điện Biên; correct one of them",
			"12 là mã của Lai Châu, trong khi mã định danh H18.35.01 thuộc Điện Biên; hãy sửa một trong hai")},
	}
	for text, findings := range tests {
		t.Run(text, func(t *testing.T) {
			want(t, Check(agencyOf(t, text), nil, nil, today), findings...)
		})
	}
}

func TestDistrictsOnTheirLastDay(t *testing.T) {
	a := agencyOf(t, "level: District")
	want(t, Check(a, nil, nil, lastDayOfDistricts))
	if got := Check(a, nil, nil, lastDayOfDistricts.AddDays(1)); len(got) != 1 {
		t.Errorf("findings %v a day later, want one", got)
	}
}

func TestProvincesOfTheList(t *testing.T) {
	if len(provinces) != 34 {
		t.Errorf("%d provinces, want 34", len(provinces))
	}
	units := map[string]string{}
	for number, p := range provinces {
		if other, twice := units[p.unit]; twice {
			t.Errorf("%s and %s have the unit code %s", other, p.name, p.unit)
		}
		units[p.unit] = p.name
		if _, both := closed[number]; both {
			t.Errorf("H%s is both in force and closed", number)
		}
	}
	for number, old := range closed {
		if _, known := provinces[old.now]; !known {
			t.Errorf("H%s goes on as H%s, which is not there", number, old.now)
		}
	}
}

func TestSuffixesOfAdministrativeProcedures(t *testing.T) {
	adopting := func(code, suffix string) (*v1alpha1.Agency, []Adopted) {
		a := agencyOf(t, staffed+"code: "+code+"\nprocedures: {refs: [{name: cap-phep}]}\nformerCodes: [{code: H35.01, until: '2020-01-01'}]")
		p := office()
		p.Province = suffix
		return a, adopt(p)
	}
	check := func(code, suffix string) []rule.Finding {
		a, adopted := adopting(code, suffix)
		return Check(a, adopted, nil, today)
	}
	const path = "spec.procedures.refs[0].name"
	want(t, check("H18.35.01", "H18"))
	want(t, check("H18.35.01", ""))
	want(t, check("G09.01", "H18"))
	want(t, check("H18.35.01", "H38"), refusal("V06", path,
		"cap-phep settles 1.009994 of the province H38, and the agency is under H18; adopt a procedure with the national code or with the own suffix",
		"quy trình cap-phep ghi mã 1.009994 của tỉnh H38, trong khi cơ quan thuộc H18; hãy áp dụng quy trình có mã quốc gia hoặc hậu tố của tỉnh"))
	want(t, check("H18.35.01", "H35"), warning("V06", path,
		"cap-phep settles 1.009994 with the suffix H35 of a predecessor; the agency is under H18, so write the code as it is announced now",
		"quy trình cap-phep ghi mã 1.009994 với hậu tố H35 của cơ quan trước sáp nhập; cơ quan thuộc H18, hãy ghi mã theo công bố hiện hành"))
	if got := check("H61.35.01", "H59"); len(got) != 1 || got[0].Severity != rule.Warning {
		t.Errorf("the suffix of a province that was merged into the own: %v, want a warning", got)
	}
}

func TestAgenciesAmongOneAnother(t *testing.T) {
	named := func(name, text string) *v1alpha1.Agency {
		a := agencyOf(t, text)
		a.Name = name
		return a
	}
	agencies := []*v1alpha1.Agency{
		named("tinh", "{title: UBND tỉnh, level: Province, code: H18}"),
		named("so", "{title: Sở Nội vụ, level: Province, type: Department, code: H18.01, parent: {name: tinh}}"),
		named("xa-yen", "{title: UBND xã Thanh Yên, code: H18.02, parent: {name: so}, formerCodes: [{code: H18.04, until: '2025-06-30'}]}"),
		named("xa-yen-2", "{title: UBND  xã THÁNH YẾN, code: H18.03, parent: {name: xa-yen}}"),
		named("xa-cu", "{title: UBND xã Thanh Yên, code: H18.05, lifecycle: {dissolvedOn: '2025-06-30'}}"),
		named("xa-dao", "{title: UBND xã Đào, code: H18.04, parent: {name: nowhere}}"),
		named("so-2", "{title: Sở Tài chính, level: Province, type: Department, code: H18.06, parent: {name: xa-dao}}"),
	}
	got := CheckAll(agencies, today)
	want(t, got[2], refusal("V23", "spec.title",
		`"UBND xã Thanh Yên" differs from UBND  xã THÁNH YẾN (xa-yen-2) by no more than case and diacritics, so that people take one for the other; add to the titles what tells the agencies apart`,
		`"UBND xã Thanh Yên" chỉ khác UBND  xã THÁNH YẾN (xa-yen-2) về chữ hoa hoặc dấu nên dễ nhầm; hãy bổ sung tên để phân biệt`))
	want(t, got[3],
		refusal("V03", "spec.parent.name",
			"xa-yen is a PeoplesCommittee of the level Commune and cannot be the parent of a PeoplesCommittee of the level Commune; name an agency above this one",
			"xa-yen là PeoplesCommittee cấp Commune, không thể là cấp trên của PeoplesCommittee cấp Commune; hãy ghi cơ quan cấp trên"),
		refusal("V23", "spec.title",
			`"UBND  xã THÁNH YẾN" differs from UBND xã Thanh Yên (xa-yen) by no more than case and diacritics, so that people take one for the other; add to the titles what tells the agencies apart`,
			`"UBND  xã THÁNH YẾN" chỉ khác UBND xã Thanh Yên (xa-yen) về chữ hoa hoặc dấu nên dễ nhầm; hãy bổ sung tên để phân biệt`))
	want(t, got[5], refusal("V04", "spec.code",
		"the code H18.04 was that of xa-yen until 2025-06-30 and is closed: slips that carry it are still out; give this agency another",
		"mã H18.04 là mã của xa-yen đến hết ngày 2025-06-30 và đã đóng: giấy hẹn mang mã này vẫn còn lưu hành; hãy cấp mã khác"))
	want(t, got[6], refusal("V03", "spec.parent.name",
		"xa-dao is a PeoplesCommittee of the level Commune and cannot be the parent of a Department of the level Province; name an agency above this one",
		"xa-dao là PeoplesCommittee cấp Commune, không thể là cấp trên của Department cấp Province; hãy ghi cơ quan cấp trên"))
	if len(got) != 4 {
		t.Errorf("findings of %d agencies, want those of 4: %v", len(got), got)
	}
}

func TestFolded(t *testing.T) {
	for text, want := range map[v1alpha1.Title]string{
		"UBND  xã\tĐông Đô ": "ubnd xa dong do", "GIẤY PHÉP xây dựng": "giay phep xay dung", "": "",
	} {
		if got := folded(text); got != want {
			t.Errorf("folded(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestScopeOfTheAnnouncement(t *testing.T) {
	a := agencyOf(t, staffed+"procedures: {selector: {}}\n"+
		`qms: {announcement: {decision: {number: 15/QĐ-UBND, date: "2026-07-15"}, edition: "TCVN ISO 9001:2015", scope: [QT-01, QT-02]}}`)
	second := office()
	second.Name, second.Code = "khai-sinh", "QT-02"
	want(t, Check(a, adopt(office(), second), nil, today))
	second.Code = "QT-03"
	want(t, Check(a, adopt(office(), second), nil, today), warning("V22", "spec.qms.announcement.scope",
		"the adopted procedures differ from the 2 that were announced by 15/QĐ-UBND (not announced: QT-03; no longer adopted: QT-02); announce conformity again, and list the codes of the new announcement",
		"các quy trình đang áp dụng khác với 2 quy trình đã công bố tại 15/QĐ-UBND (chưa công bố: QT-03; không còn áp dụng: QT-02); cần công bố lại và cập nhật danh mục"))
	// While one that it adopts is not at hand, nothing can be said.
	want(t, Check(a, append(adopt(office()), Adopted{}), nil, today))
	a.Spec.Procedures.Refs = []v1alpha1.AdoptedProcedure{{Name: "khong-co"}}
	want(t, Check(a, adopt(office(), second), nil, today))
}

func TestCoverageOfTheCatalogue(t *testing.T) {
	law := map[string]*v1alpha1.LegalDocumentSpec{
		"in-force": {EffectiveFrom: "2026-01-01", Catalogue: []v1alpha1.CatalogueEntry{
			{Code: "1.009994", Title: "Cấp phép", Levels: []v1alpha1.AgencyLevel{"Commune"}},
			{Code: "1.001193", Title: "Khai sinh", Levels: []v1alpha1.AgencyLevel{"Commune", "Province"}},
			{Code: "2.000908", Title: "Sao y", Levels: []v1alpha1.AgencyLevel{"Commune"}},
			{Code: "1.000001", Title: "Cấp tỉnh", Levels: []v1alpha1.AgencyLevel{"Province"}},
			{Code: "1.000002", Title: "Tùy nghi"},
		}},
		"ended":   {EffectiveFrom: "2020-01-01", EffectiveTo: "2025-12-31", Catalogue: []v1alpha1.CatalogueEntry{{Code: "1.000003", Title: "Cũ", Levels: []v1alpha1.AgencyLevel{"Commune"}}}},
		"coming":  {EffectiveFrom: "2027-01-01", Catalogue: []v1alpha1.CatalogueEntry{{Code: "1.000004", Title: "Mới", Levels: []v1alpha1.AgencyLevel{"Commune"}}}, Abolishes: []v1alpha1.CatalogueCode{"1.001193"}},
		"abolish": {EffectiveFrom: "2026-06-01", Abolishes: []v1alpha1.CatalogueCode{"2.000908"}},
	}
	a := agencyOf(t, staffed+"procedures: {selector: {}}")
	finding := warning("L4", "spec.procedures",
		"1 of the 2 administrative procedures that are mandatory at this level have no adopted quality procedure: 1.001193 Khai sinh; adopt one for each",
		"1 trong 2 thủ tục hành chính bắt buộc ở cấp này chưa có quy trình được áp dụng: 1.001193 Khai sinh; hãy áp dụng quy trình cho từng thủ tục")
	want(t, Check(a, adopt(office()), law, today), finding)
	want(t, Check(a, adopt(office()), nil, today))
	second := office()
	second.Name, second.Catalogue = "khai-sinh", "1.001193"
	want(t, Check(a, adopt(office(), second), law, today))
	a.Spec.Type = "ServiceCentre"
	want(t, Check(a, adopt(office()), law, today))
}

func TestDocumentsThatTheAgencyIssues(t *testing.T) {
	first, second := office(), office()
	first.Gives = []string{"Giấy phép xây dựng"}
	second.Name, second.Asks = "hoan-cong", []string{"Đơn đề nghị", "GIẤY PHÉP  xây dựng"}
	a := agencyOf(t, staffed+"procedures: {refs: [{name: cap-phep}, {name: hoan-cong}]}")
	want(t, Check(a, adopt(first, second), nil, today), warning("F3", "spec.procedures.refs[1].name",
		`hoan-cong asks the applicant for "GIẤY PHÉP  xây dựng", which this agency itself issues by cap-phep; mark the document with reuse, the data store from which it is taken`,
		`quy trình hoan-cong yêu cầu người dân nộp "GIẤY PHÉP  xây dựng" do chính cơ quan này cấp theo quy trình cap-phep; hãy ghi reuse là kho dữ liệu để khai thác lại`))
	want(t, Check(a, adopt(second), nil, today))
}

func TestOverridesAreProvedWhereTheyAreAdopted(t *testing.T) {
	p := permit(t)
	adopted := []Adopted{{Profile: p.Profile(), Procedure: p, Around: &procedure.Surroundings{Today: today}}}
	check := func(overrides string) []rule.Finding {
		a := agencyOf(t, `
officers:
- {id: an, title: Lò Văn An, roles: [mot-cua]}
- {id: binh, title: Vì Thị Bình, roles: [lanh-dao-phong]}
- {id: chi, title: Cà Văn Chi, roles: [thu-ly]}
- {id: dung, title: Lò Thị Dung, roles: [lanh-dao-ubnd]}
- {id: em, title: Lò Thị Em, roles: [van-thu]}
procedures: {refs: [{name: khac}, {name: qt-xd-07, overrides: `+overrides+"}]}")
		return Check(a, adopted, nil, today)
	}
	const path = "spec.procedures.refs[1].overrides"
	want(t, check("{limit: 14d, steps: [{id: B3, time: 1wd}]}"))
	want(t, check("{steps: [{id: B3, time: 3wd}]}"), refusal("V3", path+".steps[0].time",
		"time 3wd is longer than the framework's 2wd; an agency may shorten it, not lengthen it",
		"thời gian 3wd dài hơn mức 2wd của quy trình khung; cơ quan chỉ được rút ngắn"))
	want(t, check("{roles: [{id: van-thu, minHolders: 2}]}"), refusal("R2", "spec.officers",
		"1 of the 2 officers that the procedure qt-xd-07 asks for hold the role van-thu (Văn thư): Lò Thị Em; give the role to 1 more",
		"mới có 1 trong 2 người giữ vai trò van-thu (Văn thư) theo yêu cầu của quy trình qt-xd-07: Lò Thị Em; cần giao thêm cho 1 người"))
	broken := check("{limit: 5d}")
	for _, f := range broken {
		if f.Path != path || f.Severity != rule.Error {
			t.Errorf("finding %v, want an error at the overrides", f)
		}
	}
	if len(broken) == 0 {
		t.Error("a limit that the steps cannot keep breaks no rule")
	}
}
