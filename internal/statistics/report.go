package statistics

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// Period is a time over which dossiers are counted: From is included, To is not.
type Period struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// PeriodOf is the month, quarter or year in which a day lies, in a zone.
func PeriodOf(kind string, day calendar.Day, zone *time.Location) (Period, error) {
	year, month, _ := day.Date()
	var months time.Month
	switch kind {
	case "month":
		months = 1
	case "quarter":
		months, month = 3, month-(month-1)%3
	case "year":
		months, month = 12, time.January
	default:
		return Period{}, fmt.Errorf("statistics: %q is no period: it is month, quarter or year", kind)
	}
	return Period{
		From: calendar.NewDay(year, month, 1).Start(zone).UTC(), To: calendar.NewDay(year, month+months, 1).Start(zone).UTC(),
	}, nil
}

// Report is what was counted over a period.
type Report struct {
	Period
	// AsOf is the moment that the figures show: the end of the period, or the moment at which the question was asked.
	AsOf   time.Time `json:"asOf"`
	Counts Counts    `json:"counts"`
	Rates  Rates     `json:"rates"`
	// Channels by which those came in that were received in the period.
	Channels map[v1alpha1.Channel]int `json:"channels"`
	// Procedures in the order of their names.
	Procedures []Figures `json:"procedures"`
}

// Figures are those of one procedure.
type Figures struct {
	// Procedure is the name of the QualityProcedure, Code and Title those of the last revision that was counted.
	Procedure string                   `json:"procedure"`
	Code      string                   `json:"code"`
	Title     v1alpha1.Title           `json:"title"`
	Counts    Counts                   `json:"counts"`
	Rates     Rates                    `json:"rates"`
	Channels  map[v1alpha1.Channel]int `json:"channels"`
	// MedianMinutes is how long half of the settled took at most, from acceptance to result, in working time without what the
	// clock stood still. MedianElapsedMinutes counts every minute. Both are absent where none was settled.
	MedianMinutes        *int `json:"medianMinutes,omitempty"`
	MedianElapsedMinutes *int `json:"medianElapsedMinutes,omitempty"`
	// Steps that dossiers have left in the period, in the order of the text.
	Steps []StepFigures `json:"steps"`
	// Objectives of the procedure, measured over the period.
	Objectives []Measured `json:"objectives,omitempty"`
}

// StepFigures are those of one step.
type StepFigures struct {
	Step  v1alpha1.ID    `json:"step"`
	Title v1alpha1.Title `json:"title,omitempty"`
	// Count is how often a dossier left the step, Late how often after the step's own time.
	Count int `json:"count"`
	Late  int `json:"late"`
	// MedianMinutes and P90Minutes are the working time within which half and nine tenths of them left it.
	MedianMinutes int `json:"medianMinutes"`
	P90Minutes    int `json:"p90Minutes"`
}

// Check says in which way the parts do not sum to the whole; nil when they do.
func (r Report) Check() error {
	var sum Counts
	channels := map[v1alpha1.Channel]int{}
	for _, f := range r.Procedures {
		if err := f.check(); err != nil {
			return fmt.Errorf("%w (procedure %s)", err, f.Procedure)
		}
		sum = sum.plus(f.Counts)
		for channel, n := range f.Channels {
			channels[channel] += n
		}
	}
	if sum != r.Counts {
		return errors.New("statistics: the counts of the procedures are not those of the whole")
	}
	for channel, n := range r.Channels {
		if channels[channel] != n {
			return fmt.Errorf("statistics: %d came in by %s, and %d by the procedures", n, channel, channels[channel])
		}
	}
	return r.Counts.Check()
}

func (f Figures) check() error {
	received := 0
	for _, n := range f.Channels {
		received += n
	}
	if received != f.Counts.Received {
		return fmt.Errorf("statistics: %d came in by the channels, and %d in all", received, f.Counts.Received)
	}
	for _, s := range f.Steps {
		if s.Late > s.Count || s.MedianMinutes > s.P90Minutes {
			return fmt.Errorf("statistics: step %s was late %d times of %d", s.Step, s.Late, s.Count)
		}
	}
	return f.Counts.Check()
}

// median is the middle of some durations, or the mean of the two in the middle.
func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// rank is the least duration that a share of all, in per cent, does not exceed.
func rank(all []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[(len(sorted)*percent+99)/100-1]
}

// minutes are whole minutes, rounded up.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }
