package manifest

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"
)

// Numbers as they are written in Vietnam: dots between thousands, a comma before decimals.
var (
	localNumber  = regexp.MustCompile(`^-?(?:[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+,[0-9]+)$`)
	localNumbers = regexp.MustCompile(`[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+,[0-9]+`)
)

// plainNumber writes a number that is written as in Vietnam as manifests have it: 3.250 as 3250, 0,5 as 0.5.
func plainNumber(text string) (string, bool) {
	if !localNumber.MatchString(text) {
		return "", false
	}
	return strings.Replace(strings.ReplaceAll(text, ".", ""), ",", ".", 1), true
}

// plainNumbers does the same to every number within a text, as in 0,5wd.
func plainNumbers(text string) (string, bool) {
	plain := localNumbers.ReplaceAllStringFunc(text, func(number string) string {
		written, _ := plainNumber(number)
		return written
	})
	return plain, plain != text
}

func (v *validator) localNumber(node *yaml.Node, plain string) {
	v.broken(node, RuleNumber, v.at,
		"%s is written with a dot between thousands or a decimal comma, which a manifest is not; if %s is meant, write that",
		"%s dùng dấu chấm phân cách hàng nghìn hoặc dấu phẩy thập phân, không dùng được trong tệp cấu hình; nếu ý là %s, hãy ghi như vậy",
		shortened(node.Value), plain)
}

// encoded reports a text whose letters are those of a font for Vietnamese from before Unicode. Once an object is enough.
func (v *validator) encoded(node *yaml.Node, text string) {
	if v.legacy || isASCII(text) {
		return
	}
	encoding := legacyEncoding(text)
	if encoding == "" {
		return
	}
	v.legacy = true
	v.broken(node, RuleReadable, v.at,
		"%q looks like Vietnamese in %s, saved as if it were Latin letters; convert it to Unicode, as with UniKey Toolkit, and save it as UTF-8",
		"%q có vẻ là tiếng Việt theo bảng mã %s bị lưu như chữ La-tinh; hãy chuyển mã sang Unicode (ví dụ bằng UniKey Toolkit) và lưu dạng UTF-8",
		shortened(text), encoding)
}

// composed reports a text whose letters are taken apart into a letter and its marks (NFD), as macOS does with names of
// files: it looks the same, and is found by no search. Once an object is enough, since such a text comes whole.
func (v *validator) composed(node *yaml.Node, text string) {
	if v.decomposed || isASCII(text) || norm.NFC.IsNormalString(text) {
		return
	}
	v.decomposed = true
	p := say(Position{File: v.name, Line: node.Line + v.offset, Column: node.Column}, RuleComposed, v.at.String(),
		"%q is in a form of Unicode that takes letters and their marks apart (NFD), so that searches and comparisons miss it; save the file in the composed form (NFC)",
		"%q dùng Unicode tổ hợp (NFD), nên tìm kiếm và so sánh sẽ không khớp; hãy lưu tệp dạng Unicode dựng sẵn (NFC)", shortened(text))
	v.problems = append(v.problems, p)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
