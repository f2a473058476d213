package statistics

import (
	"fmt"
	"math"
)

// Counts are numbers of dossiers. Those that were carried over, received or reopened are those of all standings.
type Counts struct {
	// CarriedOver were open when the period began. Received came in during it. Reopened were closed when it began, and
	// taken up again.
	CarriedOver int `json:"carriedOver"`
	Received    int `json:"received"`
	Reopened    int `json:"reopened"`

	SettledEarly  int `json:"settledEarly"`
	SettledOnTime int `json:"settledOnTime"`
	SettledLate   int `json:"settledLate"`
	NotAccepted   int `json:"notAccepted"`
	Withdrawn     int `json:"withdrawn"`
	Discontinued  int `json:"discontinued"`
	Lapsed        int `json:"lapsed"`
	OpenWithin    int `json:"openWithin"`
	OpenOverdue   int `json:"openOverdue"`

	// Refused are those of the settled that were refused. Supplemented are those of the closed whose applicant was asked for
	// more, and SentBack those of the closed that went back to an earlier step within the agency.
	Refused      int `json:"refused"`
	Supplemented int `json:"supplemented"`
	SentBack     int `json:"sentBack"`
}

// of is the count of a standing.
func (c *Counts) of(s Standing) *int {
	switch s {
	case SettledEarly:
		return &c.SettledEarly
	case SettledOnTime:
		return &c.SettledOnTime
	case SettledLate:
		return &c.SettledLate
	case NotAccepted:
		return &c.NotAccepted
	case Withdrawn:
		return &c.Withdrawn
	case Discontinued:
		return &c.Discontinued
	case Lapsed:
		return &c.Lapsed
	case OpenOverdue:
		return &c.OpenOverdue
	default:
		return &c.OpenWithin
	}
}

// Count counts one more dossier in a standing.
func (c *Counts) Count(s Standing) { *c.of(s)++ }

// Total are all dossiers of the period.
func (c Counts) Total() int { return c.CarriedOver + c.Received + c.Reopened }

// Settled are those that were decided about.
func (c Counts) Settled() int { return c.SettledEarly + c.SettledOnTime + c.SettledLate }

// Closed are those that were settled or ended otherwise.
func (c Counts) Closed() int {
	return c.Settled() + c.NotAccepted + c.Withdrawn + c.Discontinued + c.Lapsed
}

// Open are those that are still to be settled.
func (c Counts) Open() int { return c.OpenWithin + c.OpenOverdue }

// plus is the sum of two counts.
func (c Counts) plus(o Counts) Counts {
	return Counts{
		CarriedOver: c.CarriedOver + o.CarriedOver, Received: c.Received + o.Received, Reopened: c.Reopened + o.Reopened,
		SettledEarly: c.SettledEarly + o.SettledEarly, SettledOnTime: c.SettledOnTime + o.SettledOnTime,
		SettledLate: c.SettledLate + o.SettledLate, NotAccepted: c.NotAccepted + o.NotAccepted,
		Withdrawn: c.Withdrawn + o.Withdrawn, Discontinued: c.Discontinued + o.Discontinued, Lapsed: c.Lapsed + o.Lapsed,
		OpenWithin: c.OpenWithin + o.OpenWithin, OpenOverdue: c.OpenOverdue + o.OpenOverdue,
		Refused: c.Refused + o.Refused, Supplemented: c.Supplemented + o.Supplemented, SentBack: c.SentBack + o.SentBack,
	}
}

// Check says in which way the parts do not sum to the whole; nil when they do.
func (c Counts) Check() error {
	switch {
	case c.Total() != c.Closed()+c.Open():
		return fmt.Errorf("statistics: %d carried over, %d received and %d reopened are not %d closed and %d open",
			c.CarriedOver, c.Received, c.Reopened, c.Closed(), c.Open())
	case c.Refused > c.Settled():
		return fmt.Errorf("statistics: %d refused of %d settled", c.Refused, c.Settled())
	case c.Supplemented > c.Closed() || c.SentBack > c.Closed():
		return fmt.Errorf("statistics: %d supplemented and %d sent back of %d closed", c.Supplemented, c.SentBack, c.Closed())
	}
	return nil
}

// Rate is a share of dossiers.
type Rate struct {
	Part  int `json:"part"`
	Whole int `json:"whole"`
	// Percent to two digits behind the point; absent where the whole is nothing.
	Percent *float64 `json:"percent,omitempty"`
}

func rate(part, whole int) Rate {
	r := Rate{Part: part, Whole: whole}
	if whole > 0 {
		r.Percent = new(math.Round(float64(part)*1e4/float64(whole)) / 100)
	}
	return r
}

// Rates are the shares by which procedures are measured.
type Rates struct {
	// OnTime are those of the settled that were not late, and Refusal those that were refused.
	OnTime  Rate `json:"onTime"`
	Refusal Rate `json:"refusal"`
	// Supplement are those of the closed whose applicant was asked for more, and Return those that were sent back.
	Supplement Rate `json:"supplement"`
	Return     Rate `json:"return"`
}

func (c Counts) rates() Rates {
	return Rates{
		OnTime: rate(c.SettledEarly+c.SettledOnTime, c.Settled()), Refusal: rate(c.Refused, c.Settled()),
		Supplement: rate(c.Supplemented, c.Closed()), Return: rate(c.SentBack, c.Closed()),
	}
}
