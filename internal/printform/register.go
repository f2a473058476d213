package printform

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/statistics"
	"chuan.dev/chuan/internal/wording"
)

// Book is the register, M07, of the dossiers that came in during a period, as they stood at a moment.
type Book struct {
	Form   v1alpha1.PrintForm `json:"form"`
	Agency Agency             `json:"agency"`
	statistics.Period
	// AsOf is the moment that it shows.
	AsOf time.Time `json:"asOf"`
	Rows []Row     `json:"rows"`
	// Sums of the rows by where they stand.
	Sums statistics.Counts `json:"sums"`
}

// Row is a dossier in the register.
type Row struct {
	No        int               `json:"no"`
	Code      string            `json:"code"`
	Procedure Procedure         `json:"procedure"`
	Applicant dossier.Applicant `json:"applicant"`
	Channel   v1alpha1.Channel  `json:"channel"`
	Agencies  dossier.Agencies  `json:"agencies,omitzero"`
	// ReceivedAt and so on: what has not happened is absent. ReturnedAt is when a result was handed over, by ReturnBy.
	ReceivedAt time.Time        `json:"receivedAt"`
	AcceptedAt time.Time        `json:"acceptedAt,omitzero"`
	Due        time.Time        `json:"due,omitzero"`
	FinishedAt time.Time        `json:"finishedAt,omitzero"`
	ReturnedAt time.Time        `json:"returnedAt,omitzero"`
	ReturnBy   v1alpha1.Channel `json:"returnBy"`
	// Outcome in words, and Numbers of the results that were issued.
	Outcome v1alpha1.Title `json:"outcome,omitempty"`
	Numbers []string       `json:"numbers,omitempty"`
	// Standing at the moment.
	Standing statistics.Standing `json:"standing"`
	// Supplements is how often more was asked for, Extensions how often the time promised was moved on.
	Supplements int `json:"supplements,omitempty"`
	Extensions  int `json:"extensions,omitempty"`
}

// Row is the line of the dossier in the register as of a moment: what has happened since does not count. ok is false for
// a dossier that had not come in by then.
func (c *Case) Row(asOf time.Time) (row Row, ok bool, err error) {
	known := *c
	known.Events = statistics.AsOf(c.Events, asOf)
	if len(known.Events) == 0 {
		return Row{}, false, nil
	}
	m, err := known.moment(int64(len(known.Events)))
	if err != nil {
		return Row{}, false, err
	}
	s, r := m.state, m.state.Receipt
	row = Row{
		Code: c.Code, Procedure: m.procedure(), Applicant: r.Applicant, Channel: r.Channel, Agencies: r.Agencies,
		ReceivedAt: s.ReceivedAt, AcceptedAt: s.Clock.StartedAt, Due: s.Clock.Due, FinishedAt: s.Clock.FinishedAt,
		ReturnBy: cmp.Or(r.ReturnBy, r.Channel), Extensions: len(s.Extensions),
	}
	row.Standing, _ = statistics.StandingOf(s, asOf, c.Zone)
	for _, result := range s.Results {
		if result.Text != "" {
			row.Numbers = append(row.Numbers, result.Text)
		}
	}
	for _, p := range Printed(known.Events) {
		if p.Form == Supplement {
			row.Supplements++
		}
	}
	if s.Ending == nil {
		return row, true, nil
	}
	if o, known := m.p.Outcome(s.Ending.Outcome); known {
		row.Outcome = outcome(o)
	}
	if s.Ending.Result == v1alpha1.ResultGranted || s.Ending.Result == v1alpha1.ResultRefused {
		row.ReturnedAt = s.Ending.At
	}
	return row, true, nil
}

// outcome is the title of an outcome, or the usual words for it.
func outcome(o *v1alpha1.Outcome) v1alpha1.Title { return v1alpha1.Title(wording.Outcome(o)) }

// NewBook is the register of a period with the rows that belong in it, of those that are given: in the order in which the
// dossiers came in.
func NewBook(agency Agency, period statistics.Period, asOf time.Time, rows []Row) Book {
	b := Book{Form: Register, Agency: agency, Period: period, AsOf: asOf, Rows: []Row{}}
	for _, row := range rows {
		if !row.ReceivedAt.Before(period.From) && row.ReceivedAt.Before(period.To) {
			b.Rows = append(b.Rows, row)
		}
	}
	slices.SortFunc(b.Rows, func(x, y Row) int {
		return cmp.Or(x.ReceivedAt.Compare(y.ReceivedAt), cmp.Compare(x.Code, y.Code))
	})
	for i := range b.Rows {
		b.Rows[i].No = i + 1
	}
	b.Sums = sums(b.Rows)
	return b
}

func sums(rows []Row) statistics.Counts {
	c := statistics.Counts{Received: len(rows)}
	for i := range rows {
		c.Count(rows[i].Standing)
	}
	return c
}

// Check says in which way the sums are not those of the rows; nil when they are.
func (b Book) Check() error {
	if want := sums(b.Rows); want != b.Sums {
		return fmt.Errorf("printform: the sums of the register are %+v, and those of its rows %+v", b.Sums, want)
	}
	return b.Sums.Check()
}
