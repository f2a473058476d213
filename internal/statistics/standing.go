package statistics

import (
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
)

// Punctuality says whether something was done by the time it was due.
type Punctuality string

// The punctualities.
const (
	// Early is before the day on which it was due (trước hạn).
	Early Punctuality = "early"
	// OnTime is on that day, and not after the time (đúng hạn).
	OnTime Punctuality = "onTime"
	// Late is after the time (quá hạn).
	Late Punctuality = "late"
)

// Judge says whether what was done at an instant was done by the time it was due, where days are those of a zone. It is
// empty where nothing was due.
func Judge(due, at time.Time, zone *time.Location) Punctuality {
	switch {
	case due.IsZero():
		return ""
	case at.After(due):
		return Late
	case calendar.DayOf(at, zone) < calendar.DayOf(due, zone):
		return Early
	default:
		return OnTime
	}
}

// Standing is where a dossier counts at an instant: in exactly one place.
type Standing string

// The standings.
const (
	SettledEarly  Standing = "settledEarly"
	SettledOnTime Standing = "settledOnTime"
	SettledLate   Standing = "settledLate"
	NotAccepted   Standing = "notAccepted"
	Withdrawn     Standing = "withdrawn"
	Discontinued  Standing = "discontinued"
	Lapsed        Standing = "lapsed"
	OpenWithin    Standing = "openWithin"
	OpenOverdue   Standing = "openOverdue"
)

// Open says whether the dossier is still to be settled.
func (s Standing) Open() bool { return s == OpenWithin || s == OpenOverdue }

// Settled says whether the dossier was decided about.
func (s Standing) Settled() bool {
	return s == SettledEarly || s == SettledOnTime || s == SettledLate
}

// StandingOf says where a dossier counts at an instant, and when it was closed, which is zero while it is open. The state
// is that of the instant.
func StandingOf(s dossier.State, at time.Time, zone *time.Location) (standing Standing, closed time.Time) {
	ready, ending := s.Clock.FinishedAt, s.Ending
	switch {
	case !ready.IsZero() && (ending == nil || ready.Before(ending.At)):
		return settled(Judge(s.Clock.Due, ready, zone)), ready
	case ending == nil && s.Clock.Overdue(at):
		return OpenOverdue, time.Time{}
	case ending == nil:
		return OpenWithin, time.Time{}
	}
	switch ending.Result {
	case v1alpha1.ResultNotAccepted:
		return NotAccepted, ending.At
	case v1alpha1.ResultWithdrawn:
		return Withdrawn, ending.At
	case v1alpha1.ResultDiscontinued:
		return Discontinued, ending.At
	case v1alpha1.ResultLapsed:
		return Lapsed, ending.At
	default:
		return settled(Judge(s.Clock.Due, ending.At, zone)), ending.At
	}
}

// settled is the standing of a dossier that was decided about. One to whose applicant nothing was promised, because it was
// refused at once, is on time.
func settled(p Punctuality) Standing {
	switch p {
	case Early:
		return SettledEarly
	case Late:
		return SettledLate
	default:
		return SettledOnTime
	}
}

// AsOf returns the events of a dossier that had happened before an instant.
func AsOf(events []dossier.Event, before time.Time) []dossier.Event {
	n := len(events)
	for n > 0 && !events[n-1].At.Before(before) {
		n--
	}
	return events[:n]
}
