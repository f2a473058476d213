package agency

import (
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// checkIdentity looks at what an agency says of itself.
func checkIdentity(a *v1alpha1.Agency, today calendar.Day) []rule.Finding {
	return slices.Concat(checkEditions(a), checkType(a, today), checkCode(a, today), checkUnit(a))
}

// editions are those of ISO 9001 in their Vietnamese adoption, from the oldest.
var editions = []v1alpha1.StandardEdition{"TCVN ISO 9001:2000", "TCVN ISO 9001:2008", "TCVN ISO 9001:2015", "TCVN ISO 9001:2026"}

// checkEditions (V01): the editions of the standard are known, and a migration leads to a later one.
func checkEditions(a *v1alpha1.Agency) []rule.Finding {
	qms := a.Spec.QMS
	if qms == nil {
		return nil
	}
	var found []rule.Finding
	rank := func(path string, edition v1alpha1.StandardEdition) int {
		n := slices.Index(editions, edition)
		if n < 0 && edition != "" {
			found = append(found, say("V01", rule.Error, path, "the edition %q is not known; name one from %s to %s",
				"phiên bản %q không có trong danh sách; ghi một phiên bản từ %s đến %s", edition, editions[0], editions[len(editions)-1]))
		}
		return n
	}
	current := rank("spec.qms.standardEdition", qms.StandardEdition)
	if qms.Migration != nil {
		if to := rank("spec.qms.migration.to", qms.Migration.To); current >= 0 && to >= 0 && to <= current {
			found = append(found, say("V01", rule.Error, "spec.qms.migration.to",
				"a migration from %s to %s does not lead to a later edition; name the edition that is aimed at, or take the migration out",
				"chuyển đổi từ %s sang %s không phải phiên bản mới hơn; ghi đúng phiên bản đích hoặc bỏ phần chuyển đổi",
				qms.StandardEdition, qms.Migration.To))
		}
	}
	if qms.Announcement != nil {
		if announced := rank("spec.qms.announcement.edition", qms.Announcement.Edition); current >= 0 && announced >= 0 && announced != current {
			found = append(found, say("V01", rule.Warning, "spec.qms.announcement.edition",
				"conformity was announced with %s, and the system works by %s; announce conformity with that edition",
				"đã công bố theo %s nhưng hệ thống đang áp dụng %s; cần công bố lại theo phiên bản đang áp dụng",
				qms.Announcement.Edition, qms.StandardEdition))
		}
	}
	return found
}

// levelsOf are the levels at which there are agencies of a type. A type that is not here is at any level.
var levelsOf = map[v1alpha1.AgencyType][]v1alpha1.AgencyLevel{
	"PeoplesCommittee": {v1alpha1.AgencyLevelProvince, v1alpha1.AgencyLevelDistrict, v1alpha1.AgencyLevelCommune},
	"PeoplesCouncil":   {v1alpha1.AgencyLevelProvince, v1alpha1.AgencyLevelDistrict, v1alpha1.AgencyLevelCommune},
	"Ministry":         {v1alpha1.AgencyLevelCentral},
	"Department":       {v1alpha1.AgencyLevelCentral, v1alpha1.AgencyLevelProvince},
	"SubDepartment":    {v1alpha1.AgencyLevelCentral, v1alpha1.AgencyLevelProvince},
	"Division":         {v1alpha1.AgencyLevelDistrict, v1alpha1.AgencyLevelCommune},
	"ServiceCentre":    {v1alpha1.AgencyLevelProvince, v1alpha1.AgencyLevelCommune},
}

// lastDayOfDistricts is the last day of the district level of administration.
var lastDayOfDistricts = calendar.NewDay(2025, 6, 30)

// checkType (V02): there are agencies of this type at this level, today.
func checkType(a *v1alpha1.Agency, today calendar.Day) []rule.Finding {
	var found []rule.Finding
	if levels, known := levelsOf[a.Spec.Type]; known && !slices.Contains(levels, a.Spec.Level) {
		names := make([]string, len(levels))
		for i, level := range levels {
			names[i] = string(level)
		}
		found = append(found, say("V02", rule.Error, "spec.type",
			"there is no %s at the level %s, only at %s; correct the type or the level",
			"không có loại cơ quan %s ở cấp %s, chỉ có ở cấp %s; hãy sửa loại hoặc cấp", a.Spec.Type, a.Spec.Level, list(names)))
	}
	if a.Spec.Level == v1alpha1.AgencyLevelDistrict && today > lastDayOfDistricts && !dissolved(a, today) {
		found = append(found, say("V02", rule.Error, "spec.level",
			"the district level ended on %s, and this agency is said to be still at work; give its last day in lifecycle.dissolvedOn, or correct the level",
			"cấp huyện kết thúc ngày %s nhưng cơ quan này vẫn ghi là đang hoạt động; ghi ngày cuối tại lifecycle.dissolvedOn hoặc sửa cấp",
			lastDayOfDistricts))
	}
	return found
}

// checkCode (V04): the code of an agency is none that it had before, nor one of a province that is no more.
func checkCode(a *v1alpha1.Agency, today calendar.Day) []rule.Finding {
	var found []rule.Finding
	for i := range a.Spec.FormerCodes {
		if former := a.Spec.FormerCodes[i]; former.Code == a.Spec.Code {
			found = append(found, say("V04", rule.Error, fmt.Sprintf("spec.formerCodes[%d].code", i),
				"the code %s is said to be both the agency's own and, until %s, a former one; take it out here",
				"mã %s vừa là mã hiện tại vừa là mã cũ đến ngày %s; hãy bỏ mục này", former.Code, former.Until))
		}
	}
	number := provincial(a.Spec.Code)
	if number == "" || dissolved(a, today) || today <= lastDayOfDistricts {
		return found
	}
	if _, known := provinces[number]; known {
		return found
	}
	if old, known := closed[number]; known {
		return append(found, say("V04", rule.Warning, "spec.code",
			"the code %s is of %s, which was merged into %s and whose code was closed by Decision 09/2025/QĐ-TTg; use a code under H%s (as far as this is known here)",
			"mã %s thuộc %s, đã sáp nhập vào %s và bị đóng mã theo Quyết định 09/2025/QĐ-TTg; dùng mã thuộc H%s (theo danh sách hiện biết)",
			a.Spec.Code, old.name, provinces[old.now].name, old.now))
	}
	return append(found, say("V04", rule.Warning, "spec.code",
		"%s of the code %s is of none of the %d provinces since 01/07/2025, as far as this is known here; correct the code",
		"%s trong mã %s không thuộc %d tỉnh, thành phố từ 01/07/2025 (theo danh sách hiện biết); hãy kiểm tra lại mã",
		levelOne(a.Spec.Code), a.Spec.Code, len(provinces)))
}

// checkUnit (V05): the administrative unit is one of the list, and agrees with the code.
func checkUnit(a *v1alpha1.Agency) []rule.Finding {
	unit := a.Spec.AdministrativeUnit
	if unit == nil {
		return nil
	}
	var found []rule.Finding
	listed, known := byUnit(unit.Province)
	switch own, coded := provinces[provincial(a.Spec.Code)]; {
	case !known:
		found = append(found, say("V05", rule.Error, "spec.administrativeUnit.province",
			"%q is the code of none of the %d provinces of Decision 19/2025/QĐ-TTg; write it with both digits, as \"11\" for Điện Biên",
			"%q không phải mã của %d tỉnh, thành phố theo Quyết định 19/2025/QĐ-TTg; ghi đủ hai chữ số, ví dụ \"11\" là Điện Biên",
			unit.Province, len(provinces)))
	case coded && own != listed:
		found = append(found, say("V05", rule.Warning, "spec.administrativeUnit.province",
			"%s is the code of %s, while the agency's code %s is of %s; correct one of them",
			"%s là mã của %s, trong khi mã định danh %s thuộc %s; hãy sửa một trong hai",
			unit.Province, listed.name, a.Spec.Code, own.name))
	}
	if a.Spec.Level == v1alpha1.AgencyLevelCommune && unit.Commune == "" {
		found = append(found, say("V05", rule.Error, "spec.administrativeUnit",
			"an agency of the level Commune works in a commune; give its five-digit code, or leave administrativeUnit out",
			"cơ quan cấp xã phải ghi mã xã năm chữ số, hoặc bỏ administrativeUnit"))
	}
	return found
}

// checkSuffixes (V06): administrative procedures with the suffix of a province are of the agency's own.
func checkSuffixes(a *v1alpha1.Agency, own []*procedure.Profile) []rule.Finding {
	number := provincial(a.Spec.Code)
	if number == "" {
		return nil
	}
	former := map[string]bool{}
	for i := range a.Spec.FormerCodes {
		former[provincial(a.Spec.FormerCodes[i].Code)] = true
	}
	var found []rule.Finding
	for _, p := range own {
		if p.Province == "" || p.Province[1:] == number {
			continue
		}
		if suffix := p.Province[1:]; former[suffix] || closed[suffix].now == number {
			found = append(found, say("V06", rule.Warning, adoptionPath(a, p.Name),
				"%s settles %s with the suffix %s of a predecessor; the agency is under H%s, so write the code as it is announced now",
				"quy trình %s ghi mã %s với hậu tố %s của cơ quan trước sáp nhập; cơ quan thuộc H%s, hãy ghi mã theo công bố hiện hành",
				p.Name, p.Catalogue, p.Province, number))
			continue
		}
		found = append(found, say("V06", rule.Error, adoptionPath(a, p.Name),
			"%s settles %s of the province %s, and the agency is under H%s; adopt a procedure with the national code or with the own suffix",
			"quy trình %s ghi mã %s của tỉnh %s, trong khi cơ quan thuộc H%s; hãy áp dụng quy trình có mã quốc gia hoặc hậu tố của tỉnh",
			p.Name, p.Catalogue, p.Province, number))
	}
	return found
}
