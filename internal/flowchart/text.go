package flowchart

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The advance widths of Arial and of the fonts made to its measure, in thousandths of the size, for U+0020 to U+007E.
var advances = [...]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

const (
	// unknownAdvance is that of a letter that is not measured, wide enough for any.
	unknownAdvance = 1000
	// allowance makes room for fonts that run wider than Arial, in hundredths.
	allowance = 108
)

// textWidth is the width of a line of text at a font size, in pixels, rounded up. Marks above and below a letter add
// nothing, so that Vietnamese is as wide as its letters.
func textWidth(text string, size int) int {
	total := 0
	for _, r := range norm.NFD.String(text) {
		switch {
		case r >= ' ' && int(r-' ') < len(advances):
			total += advances[r-' ']
		case r == 'đ' || r == '“' || r == '”' || r == '–' || r == '≥' || r == '≤':
			total += 556
		case r == 'Đ':
			total += 722
		case r == '\u031b':
			// The horn of ơ and ư.
			total += 60
		case r >= '\u0300' && r <= '\u036f':
		default:
			total += unknownAdvance
		}
	}
	return (total*size*allowance/100 + 999) / 1000
}

// wrap breaks text into lines no wider than width where it can, between words, and within a word that alone is wider.
func wrap(text string, width, size int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		for _, piece := range pieces(word, width, size) {
			switch joined := line + " " + piece; {
			case line == "":
				line = piece
			case textWidth(joined, size) <= width:
				line = joined
			default:
				lines = append(lines, line)
				line = piece
			}
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// pieces breaks a word that is wider than a line.
func pieces(word string, width, size int) []string {
	if textWidth(word, size) <= width {
		return []string{word}
	}
	var all []string
	piece := ""
	for _, r := range norm.NFC.String(word) {
		if next := piece + string(r); piece == "" || textWidth(next, size) <= width {
			piece = next
			continue
		}
		all = append(all, piece)
		piece = string(r)
	}
	return append(all, piece)
}

// widest is the width of the widest of several lines.
func widest(lines []string, size int) int {
	most := 0
	for _, line := range lines {
		most = max(most, textWidth(line, size))
	}
	return most
}
