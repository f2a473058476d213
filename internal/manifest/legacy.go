package manifest

import (
	"strings"
	"unicode"
)

// Before Unicode, Vietnamese was written in fonts that draw other characters as Vietnamese letters: TCVN3 (ABC), VNI and VPS.
// A text that comes from such a document is a row of odd characters, in bytes that are not UTF-8 or, once a program has taken
// them for Latin letters, in UTF-8 that says something else: "Thñ tôc hµnh chÝnh" is TCVN3, "Thuû tuïc haønh chính" is VNI.

// The characters that give such a text away inside of words: no Vietnamese word is written with them.
const (
	tcvn3Marks = "µ¸¶·¹¨©ª«¬®±»¼½¾¿ÆÇ×ØÜÞßæçëðñö÷øûüþ"
	vniMarks   = "øûïäåëüöñîæ"
	// vniOnly are those of them that follow a vowel in hardly any other language.
	vniOnly = "øûåä"
	vowels  = "aeiouyAEIOUYöôÖÔ"
)

// legacyEncoding names the encoding that a text seems to be in, when there is hardly another explanation: two different
// words at least are spelled as only that encoding spells them, and none is Vietnamese as it stands.
func legacyEncoding(text string) string {
	tcvn3, vni := map[string]bool{}, map[string]bool{}
	symbols, only := false, false
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`,.;:!?()[]{}"'/-`, r)
	}) {
		before := rune(0)
		for _, r := range word {
			switch {
			case isVietnamese(r):
				return ""
			case !isLatin(before) && !strings.ContainsRune(tcvn3Marks, before):
			case strings.ContainsRune(vniMarks, r) && strings.ContainsRune(vowels, before):
				vni[word] = true
				only = only || strings.ContainsRune(vniOnly, r)
			case strings.ContainsRune(tcvn3Marks, r):
				tcvn3[word] = true
				symbols = symbols || !unicode.IsLetter(r) || r == 'µ'
			}
			before = r
		}
	}
	const words = 2
	switch {
	case symbols && len(tcvn3)+len(vni) >= words && len(tcvn3) >= len(vni):
		return "TCVN3 (ABC)"
	case only && len(vni) >= words && len(vni) >= len(tcvn3):
		return "VNI"
	default:
		return ""
	}
}

// isVietnamese says whether a letter is one that only Vietnamese in Unicode has.
func isVietnamese(r rune) bool {
	return r >= 0x1ea0 && r <= 0x1ef9 || strings.ContainsRune("ăĂđĐơƠưƯ", r) || r >= 0x0300 && r <= 0x0323
}

func isLatin(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xc0 && r <= 0xff
}

// legacyBytes names the encoding that bytes which are not UTF-8 seem to be in, or is empty.
func legacyBytes(data []byte) string {
	const enough = 64 << 10
	var text strings.Builder
	inWords, controls := 0, 0
	for i, b := range data[:min(len(data), enough)] {
		text.WriteRune(rune(b))
		if b >= 0x80 && i > 0 && isLatin(rune(data[i-1])) {
			inWords++
			if b < 0xa0 {
				controls++
			}
		}
	}
	if encoding := legacyEncoding(text.String()); encoding != "" {
		return encoding
	}
	// What Latin letters leave to controls, VPS and VISCII use for letters.
	if controls >= 3 && controls*10 > inWords {
		return "VPS"
	}
	return ""
}

// looksLikeUTF16 says whether bytes with NULs among them are text in UTF-16 without a mark: every other byte of Latin letters
// is then NUL.
func looksLikeUTF16(data []byte) bool {
	data = data[:min(len(data), 1024)]
	var zeros [2]int
	for i, b := range data {
		if b == 0 {
			zeros[i%2]++
		}
	}
	return len(data) >= 4 && max(zeros[0], zeros[1])*4 > len(data) && min(zeros[0], zeros[1]) == 0
}
