package calendar

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// The years that the API admits.
const (
	minYear = 1990
	maxYear = 2199
)

// New builds the calendar of an agency from the yearly calendars of the series it names; those of other series are
// passed over. The local working hours, when there are any, replace those of the series in every year, and the local
// exceptions win over its exceptions. Local exceptions in years without a calendar have no effect. An agency calendar
// that names only a series gives the series as it stands.
//
// The error joins a [FieldError] for every fault found, or is a [MissingYearError] when the series has no calendar or
// leaves a year out between its first and its last.
func New(years []v1alpha1.WorkCalendarSpec, local v1alpha1.AgencyCalendar) (*Calendar, error) {
	series, err := selectSeries(years, local.Series)
	if err != nil {
		return nil, err
	}
	var faults []error
	c := &Calendar{
		series:      local.Series,
		loc:         zoneOf(series, &faults),
		first:       int(series[0].Year),
		last:        int(series[len(series)-1].Year),
		provisional: make(map[int]bool),
	}
	agency := source{series: local.Series, faults: &faults}
	localWeek := agency.week("spec.calendar.workingHours", local.WorkingHours)
	localExceptions := agency.exceptions("spec.calendar.exceptions", local.Exceptions)

	plan := c.newPlan()
	for _, spec := range series {
		calendar := source{series: spec.Series, year: int(spec.Year), faults: &faults}
		w := calendar.week("spec.workingHours", spec.WorkingHours)
		if len(local.WorkingHours) > 0 {
			w = localWeek
		} else if len(spec.WorkingHours) == 0 {
			calendar.fault("spec.workingHours", "there are no working hours: give those of at least one day of the week",
				"không có giờ làm việc: ghi giờ của ít nhất một ngày trong tuần")
		}
		exceptions := calendar.exceptions("spec.exceptions", spec.Exceptions)
		plan.fillYear(int(spec.Year), w)
		plan.apply(calendar, exceptions)
		c.provisional[int(spec.Year)] = spec.Standing == v1alpha1.CalendarProvisional
	}
	plan.apply(agency, localExceptions)
	if len(faults) == 0 {
		plan.checkMakeUpDays()
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	c.sumUp(plan)
	return c, nil
}

// selectSeries returns the calendars of a series in order of their years, which must follow one another.
func selectSeries(years []v1alpha1.WorkCalendarSpec, name v1alpha1.ID) ([]v1alpha1.WorkCalendarSpec, error) {
	var series []v1alpha1.WorkCalendarSpec
	for _, spec := range years {
		if spec.Series == name {
			series = append(series, spec)
		}
	}
	if len(series) == 0 {
		return nil, &MissingYearError{Series: name}
	}
	slices.SortStableFunc(series, func(a, b v1alpha1.WorkCalendarSpec) int { return cmp.Compare(a.Year, b.Year) })
	var faults []error
	var missing error
	for i, spec := range series {
		year := source{series: name, year: int(spec.Year), faults: &faults}
		switch {
		case spec.Year < minYear || spec.Year > maxYear:
			year.fault("spec.year", "the year %d is not from %d to %d", "năm %d không trong khoảng %d đến %d", spec.Year, minYear, maxYear)
		case i > 0 && spec.Year == series[i-1].Year:
			year.fault("spec.year", "the series has two calendars for %d: keep one",
				"chuỗi lịch có hai lịch cho năm %d: giữ lại một", spec.Year)
		case i > 0 && spec.Year != series[i-1].Year+1 && missing == nil:
			missing = &MissingYearError{
				Series: name, Year: int(series[i-1].Year) + 1,
				First: int(series[0].Year), Last: int(series[len(series)-1].Year),
			}
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return series, missing
}

// zoneOf returns the zone that all calendars of a series share; nil when none of them names one that is known.
func zoneOf(series []v1alpha1.WorkCalendarSpec, faults *[]error) *time.Location {
	var (
		shared   *time.Location
		sharedBy int32
	)
	for _, spec := range series {
		calendar := source{series: spec.Series, year: int(spec.Year), faults: faults}
		loc, err := LoadZone(spec.TimeZone)
		switch {
		case err != nil:
			calendar.fault("spec.timeZone", "%[2]v", "không có múi giờ %[1]q: ghi tên theo IANA, như "+DefaultTimeZone, spec.TimeZone, err)
		case shared == nil:
			shared, sharedBy = loc, spec.Year
		case loc.String() != shared.String():
			calendar.fault("spec.timeZone", "the zone %s differs from %s, that of %d: give all calendars of a series one zone",
				"múi giờ %s khác %s của năm %d: mọi lịch trong chuỗi dùng chung một múi giờ", loc, shared, sharedBy)
		}
	}
	return shared
}

// dayPlan collects the hours of every covered day before they are summed up.
type dayPlan struct {
	begins Day
	days   []plannedDay
	weeks  map[int]week
}

// plannedDay is the hours of one day.
type plannedDay struct {
	hours dayHours
	// likeMonday is where the day was given a Monday's hours; nil on other days.
	likeMonday *origin
}

// origin is a field of a calendar.
type origin struct {
	source source
	field  string
}

func (c *Calendar) newPlan() *dayPlan {
	begins, ends := NewDay(c.first, time.January, 1), NewDay(c.last+1, time.January, 1)
	return &dayPlan{begins: begins, days: make([]plannedDay, ends-begins), weeks: make(map[int]week)}
}

// fillYear gives every day of a year the hours of its day of the week.
func (p *dayPlan) fillYear(year int, w week) {
	p.weeks[year] = w
	for d := NewDay(year, time.January, 1); d < NewDay(year+1, time.January, 1); d++ {
		p.days[d-p.begins] = plannedDay{hours: w[d.Weekday()]}
	}
}

// apply lays exceptions over the days they name, as far as those are covered.
func (p *dayPlan) apply(from source, exceptions []exception) {
	for _, e := range exceptions {
		planned := plannedDay{hours: e.hours}
		if e.likeMonday {
			planned.likeMonday = &origin{source: from, field: e.field}
		}
		last := min(e.to, p.begins+Day(len(p.days))-1)
		for d := max(e.from, p.begins); d <= last; d++ {
			p.days[d-p.begins] = planned
			if e.likeMonday {
				p.days[d-p.begins].hours = p.weeks[d.Year()][time.Monday]
			}
		}
	}
}

// checkMakeUpDays finds make-up days that are left without hours because nobody works on a Monday. It looks at the days as
// they are in the end: an exception that the agency has replaced does no harm.
func (p *dayPlan) checkMakeUpDays() {
	for i, planned := range p.days {
		if at := planned.likeMonday; at != nil && len(planned.hours) == 0 {
			at.source.fault(at.field+".periods",
				"the make-up day %s would have the hours of a Monday, which has none: give its periods",
				"ngày làm bù %s phải theo giờ của thứ Hai, mà thứ Hai không làm việc: ghi khoảng giờ của ngày này", p.begins+Day(i))
		}
	}
}

// sumUp stores the hours of the days and what they add up to.
func (c *Calendar) sumUp(p *dayPlan) {
	c.begins = p.begins
	c.offset, c.fixed = fixedOffset(c.loc, p.begins, p.begins+Day(len(p.days)))
	c.hours = make([]dayHours, len(p.days))
	c.worked = make([]time.Duration, len(p.days)+1)
	c.workingDaysBefore = make([]int, len(p.days)+1)
	for i, planned := range p.days {
		c.hours[i] = planned.hours
		d := c.begins + Day(i)
		var worked time.Duration
		for _, hours := range planned.hours {
			worked += c.interval(d, hours).length()
		}
		c.worked[i+1] = c.worked[i] + worked
		c.workingDaysBefore[i+1] = c.workingDaysBefore[i]
		if worked > 0 {
			c.workingDaysBefore[i+1]++
			if len(c.workingDays) == 0 || worked < c.shortest {
				c.shortest = worked
			}
			c.longest = max(c.longest, worked)
			c.workingDays = append(c.workingDays, d)
		}
	}
}
