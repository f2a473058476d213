package dossier

import (
	"strconv"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
)

// maxMinutes bounds the number of minutes, in characters.
const maxMinutes = 100

// retainedForEver is the retention of records that are never disposed of.
const retainedForEver = "permanent"

// DisposeAfter returns from when on the record of an ended dossier may be disposed of, and the class of its retention, as
// "20y": the years of the longest-kept of its records, counted from the end of the year in which it ended. Records that
// are kept for ever, and those of which the procedure does not say how long, are never disposed of. The time is zero for
// these, and for a dossier that has not ended.
func DisposeAfter(p *procedure.Procedure, s State, zone *time.Location) (after time.Time, class string, permanent bool) {
	longest := 0
	for i := range p.Spec.Records {
		retention := p.Spec.Records[i].Retention
		if retention == retainedForEver {
			return time.Time{}, retainedForEver, true
		}
		years, err := strconv.Atoi(strings.TrimSuffix(retention, "y"))
		if err == nil && years > longest {
			longest, class = years, retention
		}
	}
	if longest == 0 {
		return time.Time{}, retainedForEver, true
	}
	if s.Ending == nil {
		return time.Time{}, class, false
	}
	year := calendar.DayOf(s.Ending.At, zone).Year()
	return instant(calendar.NewDay(year+longest+1, time.January, 1).Start(zone)), class, false
}

func (c Dispose) decide(d *decision) error {
	if refusal := d.admit(c.Version, kept); refusal != nil {
		return refusal
	}
	class, refusal := d.disposable()
	if refusal != nil {
		return refusal
	}
	role, refusal := d.disposes(c.Officer)
	if refusal != nil {
		return refusal
	}
	disposal := c.Disposal
	disposal.Class = class
	if refusal := d.checkMinutes(disposal); refusal != nil {
		return refusal
	}
	return d.record(Event{Type: Disposed, Officer: c.Officer, Role: role, Data: Data{Disposal: &disposal}})
}

// disposable is the class of a record whose time is over, or why it is kept.
func (d *decision) disposable() (string, *Refusal) {
	if d.state.Ending == nil {
		return "", refusef(CodeNotEnded,
			"the dossier has not ended: its record is kept", "hồ sơ chưa kết thúc, phải tiếp tục lưu giữ")
	}
	zone := d.office.Calendar.Location()
	after, class, permanent := DisposeAfter(d.p, d.state, zone)
	switch {
	case permanent:
		return "", refusef(CodeKeptForEver, "the record is kept for ever", "hồ sơ được bảo quản vĩnh viễn")
	case d.now.Before(after):
		return "", refusef(CodeRetentionNotOver, "the record is kept for %[1]s: it may be disposed of from %[2]s",
			"hồ sơ có thời hạn bảo quản %[1]s; được tiêu hủy từ ngày %[2]s", class, calendar.DayOf(after, zone))
	case d.state.Loan != nil:
		return "", refusef(CodeFileLent, "the file is lent out and not back yet", "hồ sơ giấy đang được mượn, chưa trả")
	}
	return class, nil
}

// disposes is the role in which an officer keeps the records of the dossier. What else they did in it does not matter.
func (d *decision) disposes(officer v1alpha1.ID) (v1alpha1.ID, *Refusal) {
	if _, ok := d.office.officer(officer); !ok {
		return "", officerUnknown(officer)
	}
	roles := d.keepers()
	for _, role := range roles {
		if d.fills(officer, role) {
			return role, nil
		}
	}
	return "", refusef(CodeRoleNotHeld,
		"the record is disposed of by its keeper, the role %[1]s, which officer %[2]s does not hold",
		"việc tiêu hủy hồ sơ do vai trò lưu giữ %[1]s thực hiện, cán bộ %[2]s không giữ vai trò này",
		d.titles(roles), officer)
}

// checkMinutes checks the minutes by which a disposal was decided.
func (d *decision) checkMinutes(disposal Disposal) *Refusal {
	if blank(disposal.Minutes) || !isLine(disposal.Minutes, maxMinutes) {
		return refusef(CodeMinutesNeeded,
			"the number of the minutes is one line of at most %[1]d characters, as 12/BB-UBND",
			"số biên bản phải ghi trên một dòng, không quá %[1]d ký tự, ví dụ 12/BB-UBND", maxMinutes)
	}
	if day, err := calendar.ParseDate(disposal.Date); err != nil || day > d.today() {
		return refusef(CodeMinutesNeeded,
			"the date of the minutes is an existing day as 2026-03-01, and not after today",
			"ngày biên bản phải là ngày hợp lệ, dạng 2026-03-01, không sau hôm nay")
	}
	return nil
}
