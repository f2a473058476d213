package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// writeTimeline writes a timeline for people, Vietnamese first.
func writeTimeline(out io.Writer, t *procedure.Timeline, worked string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (lần ban hành %d, revision), lịch (calendar): %s\n", t.Code, t.Title, t.Revision, worked)
	fmt.Fprintf(&b, "Tiếp nhận (received) %s, thời hạn (limit) %s, hẹn trả (due) %s\n", clockTime(t.Received), t.Limit, clockTime(t.Due))
	if t.Provisional {
		b.WriteString("Có ngày thuộc năm mà lịch còn tạm tính (some dates lie in a year whose calendar is provisional)\n")
	}
	for i := range t.Paths {
		writePath(&b, i+1, &t.Paths[i])
	}
	writeSummary(&b, t)
	_, err := io.WriteString(out, b.String())
	return err
}

func writePath(b *strings.Builder, number int, path *procedure.Path) {
	title := string(path.Title)
	if title == "" {
		title = string(path.Outcome)
	}
	fmt.Fprintf(b, "\n%d. %s (%s)\n", number, title, path.Result)
	rows := [][]string{{"BƯỚC", "NỘI DUNG", "VAI TRÒ", "BẮT ĐẦU", "KẾT THÚC", "THỜI GIAN", "ĐỒNG HỒ"}}
	for i := range path.Passages {
		rows = append(rows, row(&path.Passages[i]))
	}
	writeTable(b, rows)
	fmt.Fprintf(b, "   %s\n", verdict(path))
}

func row(p *procedure.Passage) []string {
	step, title := string(p.Step), shortened(string(p.Title))
	if p.Parallel != "" {
		step = fmt.Sprintf("%s [%s/%d]", p.Step, p.Parallel, p.Branch)
	}
	budget := string(p.Budget)
	switch {
	case p.Unknown:
		budget = "chưa biết (unknown)"
	case p.Assumed:
		budget += " (giả định)"
	case p.Expires:
		budget += " (hết hạn chờ)"
	}
	return []string{step, title, string(p.Role), clockTime(p.Starts), clockTime(p.Ends), budget, clockWords[p.Clock]}
}

var clockWords = map[v1alpha1.ClockState]string{
	v1alpha1.ClockRunning: "chạy", v1alpha1.ClockStopped: "dừng", v1alpha1.ClockNotStarted: "chưa tính", v1alpha1.ClockFinished: "kết thúc",
}

// verdict says whether a path keeps its due date, and by how much.
func verdict(path *procedure.Path) string {
	waits := ""
	if path.UnknownWait {
		waits = "; chưa tính thời gian chờ (waits not counted)"
	}
	reserve := strconv.FormatFloat(path.ReserveHours, 'f', -1, 64)
	switch {
	case path.Beyond:
		return "vượt phạm vi lịch (beyond the calendar)" + waits
	case !path.Judged():
		return "chưa tính thời hạn (the clock has not started)" + waits
	case path.Late:
		return fmt.Sprintf("xong (ready) %s, hạn (due) %s: TRỄ %[3]s giờ làm việc (late by %[3]s working hours)%s",
			clockTime(path.Ready), clockTime(path.Due), strings.TrimPrefix(reserve, "-"), waits)
	default:
		return fmt.Sprintf("xong (ready) %s, hạn (due) %s: còn %[3]s giờ làm việc (%[3]s working hours in reserve)%s",
			clockTime(path.Ready), clockTime(path.Due), reserve, waits)
	}
}

func writeSummary(b *strings.Builder, t *procedure.Timeline) {
	late := 0
	for i := range t.Paths {
		if t.Paths[i].Late {
			late++
		}
	}
	fmt.Fprintf(b, "\n%d đường đi, %d trễ (%[1]d paths, %[2]d late)", len(t.Paths), late)
	if t.Cut {
		b.WriteString("; còn đường khác, tăng --max-paths (there are more)")
	}
	b.WriteString("\n")
	if t.Worst >= 0 {
		worst := &t.Paths[t.Worst]
		ids := make([]string, len(worst.Passages))
		for i := range worst.Passages {
			ids[i] = string(worst.Passages[i].Step)
		}
		fmt.Fprintf(b, "Đường căng nhất (worst) %d: %s\n   %s\n", t.Worst+1, strings.Join(ids, "→"), verdict(worst))
	}
}

func clockTime(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.Format("2006-01-02 15:04")
}

// shortened cuts a title that is too long for a table.
func shortened(title string) string {
	const most = 48
	runes := []rune(norm.NFC.String(title))
	if len(runes) <= most {
		return string(runes)
	}
	return strings.TrimRight(string(runes[:most-1]), " ,") + "…"
}

// writeTable aligns columns by the cells of a terminal that letters take: those of Vietnamese one each, with their marks.
func writeTable(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], cells(cell))
		}
	}
	for _, row := range rows {
		b.WriteString("   ")
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-cells(cell)+2))
			}
		}
		b.WriteString("\n")
	}
}

func cells(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.Is(unicode.Mn, r) {
			n++
		}
	}
	return n
}
