package service

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/statistics"
	"chuan.dev/chuan/internal/store"
)

// maxPeriods bounds the periods of one report.
const maxPeriods = 60

// periodParameters are the days over which is counted.
func periodParameters(required bool) []parameter {
	return []parameter{
		{name: "from", description: "The first day that is counted.", format: "date", required: required},
		{name: "to", description: "The last day that is counted.", format: "date", required: required},
	}
}

// periodOf is the time over which parameters ask to count.
func (d *desk) periodOf(values url.Values) (statistics.Period, error) {
	from, err := d.dayOf("from", values.Get("from"))
	if err != nil {
		return statistics.Period{}, err
	}
	to, err := d.dayOf("to", values.Get("to"))
	if err != nil {
		return statistics.Period{}, err
	}
	if to.Before(from) {
		return statistics.Period{}, problem(http.StatusBadRequest, "parameter-wrong", "to is a day before from",
			"ngày kết thúc (to) trước ngày bắt đầu (from)")
	}
	return statistics.Period{From: from.UTC(), To: to.AddDate(0, 0, 1).UTC()}, nil
}

// periodsOf are the months, quarters or years of a period, the first and the last of which may not be whole; the period itself
// where none is asked for.
func (d *desk) periodsOf(whole statistics.Period, by string) ([]statistics.Period, error) {
	if by == "" {
		return []statistics.Period{whole}, nil
	}
	zone := d.calendar.Location()
	var periods []statistics.Period
	for from := whole.From; from.Before(whole.To); {
		part, err := statistics.PeriodOf(by, calendar.DayOf(from, zone), zone)
		if err != nil {
			return nil, err
		}
		if len(periods) == maxPeriods {
			return nil, problem(http.StatusBadRequest, "parameter-wrong", "there are more than %[1]d periods: ask for fewer at a time",
				"có hơn %[1]d kỳ; đề nghị chọn khoảng thời gian ngắn hơn", maxPeriods)
		}
		part.From = from
		if part.To.After(whole.To) {
			part.To = whole.To
		}
		periods, from = append(periods, part), part.To
	}
	return periods, nil
}

// countTime bounds the reading of all records of an agency.
const countTime = 5 * time.Minute

// counting keeps the records from being gone through by several at once, because each takes a processor and holds up the
// clearing of the store's log.
func (d *desk) counting(w http.ResponseWriter) (release func(), err error) {
	if !d.records.counted.TryLock() {
		busy := problem(http.StatusServiceUnavailable, "busy",
			"figures are being counted for somebody else: try again in a few seconds",
			"hệ thống đang tổng hợp số liệu cho yêu cầu khác; đề nghị thử lại sau giây lát")
		busy.retryAfter = 5
		return nil, busy
	}
	if err := mayTake(w, countTime); err != nil {
		d.records.counted.Unlock()
		return nil, err
	}
	return d.records.counted.Unlock, nil
}

// count counts the dossiers of a period, all of which came in before its end and were not over before its beginning, in parts
// of it, and returns their codes too. Nothing is decrypted for it.
func (d *desk) countDossiers(
	ctx context.Context, whole statistics.Period, parts []statistics.Period,
) (reports []statistics.Report, codes []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	collectors := make([]*statistics.Collector, 0, len(parts))
	for _, part := range parts {
		collectors = append(collectors, statistics.NewCollector(part, d.now, d.calendar))
	}
	asked := store.Query{Kind: store.KindDossier, ReceivedBefore: whole.To, TouchedFrom: whole.From}
	for kept, err := range d.records.Walk(ctx, asked) {
		if err != nil {
			return nil, nil, err
		}
		counted, err := d.forCounting(ctx, kept)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range collectors {
			if err := c.Add(counted); err != nil {
				return nil, nil, err
			}
		}
		codes = append(codes, kept.Code)
	}
	for _, c := range collectors {
		reports = append(reports, c.Report())
	}
	return reports, codes, nil
}

// forCounting is a dossier without its personal data.
func (d *desk) forCounting(ctx context.Context, kept store.Dossier) (statistics.Dossier, error) {
	p, err := d.revisionOf(ctx, kept.Head)
	if err != nil {
		return statistics.Dossier{}, err
	}
	events := make([]dossier.Event, 0, len(kept.Events))
	for i := range kept.Events {
		e, err := eventOf(kept.Events[i], nil)
		if err != nil {
			return statistics.Dossier{}, err
		}
		events = append(events, e)
	}
	return statistics.Dossier{Events: events, Procedure: p}, nil
}
