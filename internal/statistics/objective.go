package statistics

import (
	"math"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// Measured is an objective held against what was counted.
type Measured struct {
	ID      v1alpha1.ID    `json:"id"`
	Title   v1alpha1.Title `json:"title"`
	Measure string         `json:"measure"`
	Target  string         `json:"target"`
	// Period over which the procedure wants it measured. Whether that is the period of the report is for the caller to see.
	Period string `json:"period"`
	// Value in the unit of the target, and Met whether it is met. Both are absent where there is nothing to measure.
	Value *float64 `json:"value,omitempty"`
	Unit  string   `json:"unit"`
	Met   *bool    `json:"met,omitempty"`
}

// The length of a working day by which durations in days are reckoned, and of a calendar day, in minutes.
const (
	workingDay  = 8 * 60
	calendarDay = 24 * 60
)

// measure holds an objective against the figures of its procedure.
func measure(o *v1alpha1.Objective, f Figures) Measured {
	direction, target, _ := strings.Cut(o.Target, " ")
	m := Measured{ID: o.ID, Title: o.Title, Measure: o.Measure, Target: o.Target, Period: o.Period}
	number := strings.TrimRight(target, "%whd")
	limit, err := strconv.ParseFloat(number, 64)
	if m.Unit = target[len(number):]; err != nil {
		return m
	}
	exact := 0.0
	switch {
	case m.Unit != "%":
		if m.Value = f.median(m.Unit); m.Value != nil {
			exact = *m.Value
		}
	default:
		r := share(o.Measure, f.Rates)
		if m.Value = r.Percent; m.Value != nil {
			// What is shown is rounded, and does not decide.
			exact = float64(r.Part) * 100 / float64(r.Whole)
		}
	}
	if m.Value == nil {
		return m
	}
	if direction == ">=" {
		m.Met = new(exact >= limit)
	} else {
		m.Met = new(exact <= limit)
	}
	return m
}

// share is the rate that a measure names.
func share(measure string, r Rates) Rate {
	switch measure {
	case "onTimeRate":
		return r.OnTime
	case "supplementRate":
		return r.Supplement
	case "refusalRate":
		return r.Refusal
	case "returnRate":
		return r.Return
	default:
		return Rate{}
	}
}

// median is the median duration in a unit, to two digits behind the point, rounded up: what is not quite met is not met.
func (f Figures) median(unit string) *float64 {
	if f.MedianMinutes == nil {
		return nil
	}
	length := float64(*f.MedianMinutes)
	switch unit {
	case "wh":
		length /= 60
	case "wd":
		length /= workingDay
	default:
		length = float64(*f.MedianElapsedMinutes) / calendarDay
	}
	return new(math.Ceil(length*100) / 100)
}
