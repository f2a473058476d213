package manifest

import (
	"bytes"
	"unicode/utf8"
)

var (
	utf8Mark     = []byte("\xef\xbb\xbf")
	utf16Marks   = [][]byte{[]byte("\xff\xfe"), []byte("\xfe\xff")}
	documentMark = []byte("---")
)

// checkText says what keeps bytes from being a text in UTF-8. Editors on Windows save UTF-16 at times, and a file cut
// off by a full disk ends in NUL bytes; both deserve better words than those of a YAML parser.
func checkText(file string, data []byte) *Problem {
	for _, mark := range utf16Marks {
		if bytes.HasPrefix(data, mark) {
			p := say(Position{File: file}, RuleReadable, "",
				"the file is saved as UTF-16; save it as UTF-8", "tệp lưu ở dạng UTF-16; hãy lưu lại dạng UTF-8")
			return &p
		}
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		if looksLikeUTF16(data) {
			p := say(Position{File: file}, RuleReadable, "",
				"the file is saved as UTF-16, without its mark; save it as UTF-8", "tệp lưu ở dạng UTF-16 (không có BOM); hãy lưu lại dạng UTF-8")
			return &p
		}
		p := say(positionOf(file, data, i), RuleReadable, "",
			"the file holds a NUL byte and is no text; restore it, or save it as UTF-8 if it is UTF-16",
			"tệp chứa byte NUL, không phải văn bản; hãy khôi phục tệp, hoặc lưu lại dạng UTF-8 nếu đang là UTF-16")
		return &p
	}
	if i := invalidUTF8(data); i >= 0 {
		if encoding := legacyBytes(data); encoding != "" {
			p := say(positionOf(file, data, i), RuleReadable, "",
				"the byte 0x%02x is not UTF-8; the text looks like Vietnamese in %s: convert it to UTF-8, as with UniKey Toolkit",
				"byte 0x%02x không đúng UTF-8; văn bản có vẻ dùng bảng mã %s: hãy chuyển mã sang Unicode (UTF-8), ví dụ bằng UniKey Toolkit",
				data[i], encoding)
			return &p
		}
		p := say(positionOf(file, data, i), RuleReadable, "",
			"the byte 0x%02x is not UTF-8; save the file as UTF-8", "byte 0x%02x không đúng UTF-8; hãy lưu tệp dạng UTF-8", data[i])
		return &p
	}
	return nil
}

// invalidUTF8 returns the index of the first byte that is not UTF-8, or -1.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// positionOf returns the line and column of a byte.
func positionOf(file string, data []byte, index int) Position {
	before := data[:index]
	lineStart := bytes.LastIndexByte(before, '\n') + 1
	return Position{File: file, Line: bytes.Count(before, []byte("\n")) + 1, Column: utf8.RuneCount(before[lineStart:]) + 1}
}

// document is one document of a YAML stream.
type document struct {
	text []byte
	// line is the number of its first line in the file, from 1.
	line int
}

// splitDocuments cuts a stream at its document marks, each of which begins a document. Nothing inside a document can
// look like a mark, so that an error in one document leaves the others readable.
func splitDocuments(data []byte) []document {
	data = bytes.TrimPrefix(data, utf8Mark)
	var documents []document
	start, startLine, line := 0, 1, 1
	for i := 0; i < len(data); {
		next := len(data)
		if n := bytes.IndexByte(data[i:], '\n'); n >= 0 {
			next = i + n + 1
		}
		if i > start && isDocumentMark(data[i:next]) {
			documents = append(documents, document{text: data[start:i], line: startLine})
			start, startLine = i, line
		}
		i = next
		line++
	}
	return append(documents, document{text: data[start:], line: startLine})
}

func isDocumentMark(line []byte) bool {
	rest, found := bytes.CutPrefix(line, documentMark)
	return found && (len(rest) == 0 || bytes.ContainsRune([]byte(" \t\r\n"), rune(rest[0])))
}
