package procedure

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// told writes a timeline in short, a path a line.
func told(t *Timeline) []string {
	var lines []string
	for i := range t.Paths {
		path := &t.Paths[i]
		var b strings.Builder
		for k := range path.Passages {
			p := &path.Passages[k]
			fmt.Fprintf(&b, "%s", p.Step)
			switch {
			case p.Unknown:
				b.WriteString("?")
			case !p.Ends.IsZero():
				b.WriteString(" " + p.Ends.Format("02/15:04"))
			}
			b.WriteString(" → ")
		}
		fmt.Fprintf(&b, "%s", path.Outcome)
		switch {
		case path.Beyond:
			b.WriteString(", beyond")
		case !path.Judged():
			b.WriteString(", not judged")
		default:
			fmt.Fprintf(&b, ", due %s, %g left", path.Due.Format("02/15:04"), path.ReserveHours)
		}
		if path.Late {
			b.WriteString(", late")
		}
		lines = append(lines, b.String())
	}
	return lines
}

func TestSimulate(t *testing.T) {
	c := calendarOf(t, v1alpha1.AgencyCalendar{}, 2026)
	// Tuesday, at the opening.
	morning := time.Date(2026, time.March, 3, 7, 30, 0, 0, c.Location())
	wait := calendar.Duration{Quarters: 4, Unit: calendar.WorkingDays}
	waiting := func(limit v1alpha1.WorkDuration, clock v1alpha1.ClockState) *v1alpha1.QualityProcedureSpec {
		spec := sketch(limit, "B1 1wh: CHO B2", "CHO 0wh "+string(clock)+": B1", "B2 4wh: end")
		spec.Steps[1].Kind, spec.Steps[1].Time = v1alpha1.StepWait, ""
		spec.Steps[1].Expires = &v1alpha1.Expiry{After: "30d", To: "end/het"}
		spec.Outcomes = append(spec.Outcomes, v1alpha1.Outcome{ID: "het"})
		return spec
	}
	for name, tt := range map[string]struct {
		spec    *v1alpha1.QualityProcedureSpec
		options TimelineOptions
		want    []string
	}{
		"one way": {
			spec: sketch("1wd", "B1 2wh: B2", "B2 4wh: end"),
			want: []string{"B1 03/09:30 → B2 03/15:30 → xong, due 04/17:30, 10 left"},
		},
		"late": {
			spec: sketch("1wd", "B1 2wh: B2", "B2 2wd: end"),
			want: []string{"B1 03/09:30 → B2 05/09:30 → xong, due 04/17:30, -2 left, late"},
		},
		"two ways, and ways back left out": {
			spec: sketch("1wd", "B1 1wh: B2 B3", "B2 1wh: B3 B1", "B3 1wh: end"),
			want: []string{
				"B1 03/08:30 → B2 03/09:30 → B3 03/10:30 → xong, due 04/17:30, 13 left",
				"B1 03/08:30 → B3 03/09:30 → xong, due 04/17:30, 14 left",
			},
		},
		"ways back once": {
			spec: sketch("1wd", "B1 1wh: B2", "B2 1wh: end B1"), options: TimelineOptions{Returns: true},
			want: []string{
				"B1 03/08:30 → B2 03/09:30 → xong, due 04/17:30, 14 left",
				"B1 03/08:30 → B2 03/09:30 → B1 03/10:30 → B2 03/11:30 → xong, due 04/17:30, 12 left",
			},
		},
		"the clock is finished before the end": {
			spec: sketch("1wd", "B1 2wh: B2", "B2 4wd finished: end"),
			want: []string{"B1 03/09:30 → B2 09/09:30 → xong, due 04/17:30, 14 left"},
		},
		"a wait before the clock starts": {
			spec: waiting("1wd", v1alpha1.ClockNotStarted), options: TimelineOptions{Returns: true, Wait: &wait},
			want: []string{
				"B1 03/08:30 → CHO 04/08:30 → B1 04/09:30 → CHO 03/17:30 → het, not judged",
				"B1 03/08:30 → CHO 04/08:30 → B1 04/09:30 → B2 04/15:30 → xong, due 05/17:30, 10 left",
				"B1 03/08:30 → CHO 02/17:30 → het, not judged",
				"B1 03/08:30 → B2 03/14:30 → xong, due 04/17:30, 11 left",
			},
		},
		"a wait in which the clock stands still": {
			spec: waiting("1wd", v1alpha1.ClockStopped), options: TimelineOptions{Returns: true, Wait: &wait},
			want: []string{
				"B1 03/08:30 → CHO 04/08:30 → B1 04/09:30 → CHO 03/17:30 → het, due 07/15:30, 14 left",
				"B1 03/08:30 → CHO 04/08:30 → B1 04/09:30 → B2 04/15:30 → xong, due 05/17:30, 10 left",
				"B1 03/08:30 → CHO 02/17:30 → het, due 06/16:30, 15 left",
				"B1 03/08:30 → B2 03/14:30 → xong, due 04/17:30, 11 left",
			},
		},
		"a wait of unknown length": {
			spec: sketchWait(), want: []string{"B1 03/08:30 → CHO? → B2 03/09:30 → xong, due 04/17:30, 14 left"},
		},
		"all branches": {
			spec: sketch("2wd", "B1 1wh: P", "P all B3: P1 | P2 P3", "P1 1wd: join", "P2 1wh: P3 join", "P3 2wh: join end", "B3 1wh: end"),
			want: []string{
				"B1 03/08:30 → P 03/08:30 → P2 03/09:30 → P3 03/11:30 → xong, due 05/17:30, 20 left",
				"B1 03/08:30 → P 03/08:30 → P1 04/08:30 → P2 03/09:30 → P3 03/11:30 → B3 04/09:30 → xong, due 05/17:30, 14 left",
				"B1 03/08:30 → P 03/08:30 → P1 04/08:30 → P2 03/09:30 → B3 04/09:30 → xong, due 05/17:30, 14 left",
			},
		},
		"any branch": {
			spec: sketch("2wd", "B1 1wh: P", "P any B3: P1 | P2", "P1 1wd: join", "P2 1wh: join", "B3 1wh: end"),
			want: []string{"B1 03/08:30 → P 03/08:30 → P1 04/08:30 → P2 03/09:30 → B3 03/10:30 → xong, due 05/17:30, 21 left"},
		},
		"beyond the calendar": {
			spec: sketch("1wd", "B1 1wh: B2", "B2 300wd: B3", "B3 1wh: end"),
			want: []string{"B1 03/08:30 → B2 → B3 → xong, beyond"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tt.options.Received, tt.options.Calendar = morning, c
			timeline, err := Simulate(sketched(tt.spec), tt.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, told(timeline)); diff != "" {
				t.Errorf("paths (-want +got):\n%s", diff)
			}
			if late := strings.Contains(strings.Join(tt.want, " "), "late"); late != timeline.Late() {
				t.Errorf("Late() is %v", timeline.Late())
			}
		})
	}
}

func sketchWait() *v1alpha1.QualityProcedureSpec {
	spec := sketch("1wd", "B1 1wh: CHO", "CHO 0wh stopped: B2", "B2 1wh: end")
	spec.Steps[1].Kind, spec.Steps[1].Time = v1alpha1.StepWait, ""
	return spec
}

func TestSimulateOptions(t *testing.T) {
	c := calendarOf(t, v1alpha1.AgencyCalendar{}, 2026, 2027)
	received := time.Date(2026, time.December, 30, 15, 30, 0, 0, c.Location())
	spec := sketch("1wd", "B1 1wh: B2", "B2 1wh: end")
	spec.Deadline.DisadvantagedLimit, spec.Deadline.ReceiptCutoff = "2wd", "15:00"
	timeline, err := Simulate(sketched(spec), TimelineOptions{Received: received, Calendar: c, Disadvantaged: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := timeline.Due.Format(time.DateTime); timeline.Limit != "2wd" || got != "2027-01-05 17:30:00" || !timeline.Provisional {
		t.Errorf("limit %s, due %s, provisional %v; want 2wd, counted from the day after the cut-off, into a provisional year", timeline.Limit, got, timeline.Provisional)
	}
	if _, err := Simulate(sketched(spec), TimelineOptions{Received: received.AddDate(3, 0, 0), Calendar: c}); err == nil {
		t.Error("a receipt beyond the calendar was simulated")
	}
}

// TestSimulateIsBounded walks the largest procedure with all its ways back.
func TestSimulateIsBounded(t *testing.T) {
	c := calendarOf(t, v1alpha1.AgencyCalendar{}, 2026, 2027)
	spec := largest()
	spec.Deadline.Limit = "10wd"
	timeline, err := Simulate(sketched(spec), TimelineOptions{
		Received: time.Date(2026, time.March, 3, 7, 30, 0, 0, c.Location()), Calendar: c, Returns: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if !timeline.Cut || len(timeline.Paths) > DefaultPaths {
		t.Errorf("%d paths, cut %v; want no more than %d, and that there are more", len(timeline.Paths), timeline.Cut, DefaultPaths)
	}
}

// TestTimelineJSON keeps the shape that docs/guides/simulate.md documents.
func TestTimelineJSON(t *testing.T) {
	c := calendarOf(t, v1alpha1.AgencyCalendar{}, 2026)
	spec := sketch("1wd", "B1 1wh: end")
	spec.Code, spec.Title, spec.Issue.Revision = "QT-01", "Thử", 2
	p := sketched(spec)
	p.Name = "thu"
	timeline, err := Simulate(p, TimelineOptions{Received: time.Date(2026, time.March, 3, 7, 30, 0, 0, c.Location()), Calendar: c})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(timeline)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"procedure":"thu","code":"QT-01","title":"Thử","revision":2,"received":"2026-03-03T07:30:00+07:00","limit":"1wd",` +
		`"due":"2026-03-04T17:30:00+07:00","provisional":false,"paths":[{"passages":[{"step":"B1","kind":"intake","title":"","role":"vai",` +
		`"action":"den-end","budget":"1wh","clock":"running","starts":"2026-03-03T07:30:00+07:00","ends":"2026-03-03T08:30:00+07:00"}],` +
		`"outcome":"xong","ready":"2026-03-03T08:30:00+07:00","due":"2026-03-04T17:30:00+07:00","reserveHours":15,"late":false,` +
		`"unknownWait":false,"beyond":false}],"cut":false,"worst":0}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
