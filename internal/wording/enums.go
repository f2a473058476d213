package wording

import (
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// Channel says how a dossier is filed.
func Channel(c v1alpha1.Channel) string {
	return either(map[v1alpha1.Channel]string{
		v1alpha1.ChannelCounter: "trực tiếp",
		v1alpha1.ChannelOnline:  "trực tuyến",
		v1alpha1.ChannelPost:    "qua dịch vụ bưu chính",
	}, c)
}

// DocumentKind says in which form a paper is handed in.
func DocumentKind(kind v1alpha1.DocumentKind) string {
	if kind == "" {
		kind = "copy"
	}
	return either(map[v1alpha1.DocumentKind]string{
		"original":      "Bản chính",
		"copy":          "Bản sao",
		"certifiedCopy": "Bản sao chứng thực",
		"electronic":    "Bản điện tử",
		"presented":     "Xuất trình bản chính",
	}, kind)
}

// FieldType is the type of a form field.
func FieldType(t v1alpha1.FieldType) string {
	return either(map[v1alpha1.FieldType]string{
		v1alpha1.FieldString:  "một dòng chữ",
		v1alpha1.FieldText:    "đoạn văn bản",
		v1alpha1.FieldInteger: "số nguyên",
		v1alpha1.FieldNumber:  "số",
		v1alpha1.FieldBoolean: "có/không",
		v1alpha1.FieldDate:    "ngày",
		v1alpha1.FieldEnum:    "chọn một",
		v1alpha1.FieldFile:    "tệp đính kèm",
	}, t)
}

// Result says what an outcome means for the applicant.
func Result(r v1alpha1.OutcomeResult) string {
	return either(map[v1alpha1.OutcomeResult]string{
		v1alpha1.ResultGranted:      "Giải quyết hồ sơ",
		v1alpha1.ResultRefused:      "Từ chối giải quyết",
		v1alpha1.ResultNotAccepted:  "Từ chối tiếp nhận",
		v1alpha1.ResultLapsed:       "Không nộp lại hồ sơ",
		v1alpha1.ResultDiscontinued: "Dừng giải quyết",
		v1alpha1.ResultWithdrawn:    "Rút hồ sơ",
	}, r)
}

// Outcome is the title of an outcome or, where it has none, the usual words for its result.
func Outcome(o *v1alpha1.Outcome) string {
	if o.Title != "" {
		return string(o.Title)
	}
	return Result(o.Result)
}

// WaitsFor says for whom a step waits.
func WaitsFor(who string) string {
	return either(map[string]string{
		"applicant": "Người nộp hồ sơ",
		"payment":   "Người nộp phí, lệ phí",
		"agency":    "Cơ quan phối hợp",
	}, who)
}

// Silence says what no answer within the time means; empty where the dossier just keeps waiting.
func Silence(silence string) string {
	switch silence {
	case "consent":
		return "im lặng là đồng ý"
	case "refusal":
		return "im lặng là không đồng ý"
	default:
		return ""
	}
}

// Supported is a part of a procedure that rests on a legal basis.
func Supported(s v1alpha1.Supported) string {
	return either(map[v1alpha1.Supported]string{
		"procedure":  "thủ tục",
		"documents":  "thành phần hồ sơ",
		"deadline":   "thời hạn giải quyết",
		"fees":       "phí, lệ phí",
		"intake":     "tiếp nhận",
		"return":     "trả kết quả",
		"apology":    "xin lỗi, gia hạn",
		"printForms": "mẫu phiếu",
		"records":    "lưu hồ sơ",
		"control":    "kiểm soát quy trình",
		"competence": "thẩm quyền",
	}, s)
}

// Measure is what an objective counts.
func Measure(measure string) string {
	return either(map[string]string{
		"onTimeRate":     "số hồ sơ đúng hạn trên số hồ sơ đã giải quyết",
		"supplementRate": "số hồ sơ phải bổ sung trên số hồ sơ tiếp nhận",
		"refusalRate":    "số hồ sơ bị từ chối trên số hồ sơ đã giải quyết",
		"returnRate":     "số hồ sơ bị trả lại trong nội bộ trên số hồ sơ đã giải quyết",
		"medianDuration": "trung vị thời gian giải quyết",
	}, measure)
}

// Period is the time over which an objective is computed.
func Period(period string) string {
	return either(map[string]string{"month": "hằng tháng", "quarter": "hằng quý", "year": "hằng năm"}, period)
}

// Notification is a way by which the applicant is told.
func Notification(way string) string {
	return either(map[string]string{"sms": "tin nhắn", "email": "thư điện tử", "portal": "Cổng dịch vụ công"}, way)
}

// PrintForm is the number of a print form and its name in Circular 03/2025/TT-VPCP.
func PrintForm(form v1alpha1.PrintForm) string {
	names := map[v1alpha1.PrintForm]string{
		"M01": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
		"M02": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
		"M03": "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
		"M04": "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
		"M05": "Thông báo dừng giải quyết hồ sơ",
		"M06": "Phiếu kiểm soát quá trình giải quyết hồ sơ",
		"M07": "Sổ theo dõi hồ sơ",
	}
	name, ok := names[form]
	if !ok {
		return string(form)
	}
	return name + " (Mẫu số " + strings.TrimPrefix(string(form), "M") + ")"
}

// Level is a level of administration, as a scope names it.
func Level(level v1alpha1.AgencyLevel) string {
	return either(map[v1alpha1.AgencyLevel]string{
		v1alpha1.AgencyLevelCentral:  "trung ương",
		v1alpha1.AgencyLevelProvince: "cấp tỉnh",
		v1alpha1.AgencyLevelDistrict: "cấp huyện",
		v1alpha1.AgencyLevelCommune:  "cấp xã",
	}, level)
}

// AgencyType is a sort of agency.
func AgencyType(t v1alpha1.AgencyType) string {
	return either(map[v1alpha1.AgencyType]string{
		v1alpha1.AgencyTypePeoplesCommittee: "Ủy ban nhân dân",
		"PeoplesCouncil":                    "Hội đồng nhân dân",
		"Ministry":                          "bộ, cơ quan ngang bộ",
		"Department":                        "sở, ban, ngành",
		"SubDepartment":                     "chi cục",
		"Division":                          "phòng chuyên môn",
		"ServiceCentre":                     "Trung tâm Phục vụ hành chính công",
		"PublicServiceUnit":                 "đơn vị sự nghiệp công lập",
		"VerticalAgency":                    "cơ quan ngành dọc",
	}, t)
}

// either returns the words for a value or, for one without words, the value itself.
func either[T ~string](words map[T]string, value T) string {
	if found, ok := words[value]; ok {
		return found
	}
	return string(value)
}
