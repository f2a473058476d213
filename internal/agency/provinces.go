package agency

import "strings"

// province is one of the 34 provinces and centrally run cities since 01/07/2025.
type province struct {
	name string
	// unit is its two-digit code in the list of Quyết định 19/2025/QĐ-TTg.
	unit string
}

// provinces are those in force, by the number of their electronic identification codes: H18 and K18 are those of Điện Biên.
// The numbers are common knowledge, of which eight were confirmed by published examples; they were not checked against the
// list. The unit codes are those published with Quyết định 19/2025/QĐ-TTg.
var provinces = map[string]province{
	"01": {"An Giang", "91"},
	"05": {"Bắc Ninh", "24"},
	"12": {"Cà Mau", "96"},
	"13": {"Cần Thơ", "92"},
	"14": {"Cao Bằng", "04"},
	"15": {"Đắk Lắk", "66"},
	"17": {"Đà Nẵng", "48"},
	"18": {"Điện Biên", "11"},
	"19": {"Đồng Nai", "75"},
	"20": {"Đồng Tháp", "82"},
	"21": {"Gia Lai", "52"},
	"24": {"Hải Phòng", "31"},
	"26": {"Hà Nội", "01"},
	"27": {"Hà Tĩnh", "42"},
	"29": {"Thành phố Hồ Chí Minh", "79"},
	"31": {"Hưng Yên", "33"},
	"32": {"Khánh Hòa", "56"},
	"35": {"Lai Châu", "12"},
	"36": {"Lâm Đồng", "68"},
	"37": {"Lạng Sơn", "20"},
	"38": {"Lào Cai", "15"},
	"41": {"Nghệ An", "40"},
	"42": {"Ninh Bình", "37"},
	"44": {"Phú Thọ", "25"},
	"48": {"Quảng Ngãi", "51"},
	"49": {"Quảng Ninh", "22"},
	"50": {"Quảng Trị", "44"},
	"52": {"Sơn La", "14"},
	"53": {"Tây Ninh", "80"},
	"55": {"Thái Nguyên", "19"},
	"56": {"Thanh Hóa", "38"},
	"57": {"Huế", "46"},
	"60": {"Tuyên Quang", "08"},
	"61": {"Vĩnh Long", "86"},
}

// closed are the numbers of merged provinces that are known, and the number of the province that goes on.
var closed = map[string]struct{ name, now string }{
	"22": {"Hà Giang", "60"},
	"30": {"Hậu Giang", "13"},
	"54": {"Thái Bình", "31"},
	"59": {"Trà Vinh", "61"},
}

// byUnit finds a province by its two-digit code.
func byUnit(unit string) (province, bool) {
	for _, p := range provinces {
		if p.unit == unit {
			return p, true
		}
	}
	return province{}, false
}

// levelOne is the part of an identification code that names the province or the ministry, as H18: the first group of
// H18.35.01, and the last one of 000.01.35.H18.
func levelOne(code string) string {
	if code != "" && code[0] >= 'A' && code[0] <= 'Z' {
		first, _, _ := strings.Cut(code, ".")
		return first
	}
	return code[strings.LastIndexByte(code, '.')+1:]
}

// provincial returns the number of the province of an identification code: those of People's Committees begin with H, those
// of People's Councils with K. It is empty for a code of another letter.
func provincial(code string) string {
	if one := levelOne(code); len(one) == len("H18") && (one[0] == 'H' || one[0] == 'K') {
		return one[1:]
	}
	return ""
}
