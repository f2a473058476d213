package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/audit"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
)

func newSchedule(now func() time.Time) *cobra.Command {
	var from, to string
	var most int
	cmd := &cobra.Command{
		Use:   "schedule PATH",
		Short: "Show the next occurrences of audit plans",
		Long: `schedule lists when the windows of every AuditPlan of a file or directory open. A plan that moves its openings to
working days needs the WorkCalendars of its series in the same place.

DUE SOON is when the lead time begins, CLOSES the first day after the window, OVERDUE the first day after the
grace time. All days are those of the plan's own zone.`,
		Example: `  # The next windows of every plan
  chuan schedule examples/dien-bien

  # All windows of one year
  chuan schedule examples/dien-bien --from 2026-01-01 --to 2026-12-31 -n 0`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := loadSound(args[:1], cmd.InOrStdin())
			if err != nil {
				return err
			}
			if len(set.AuditPlans) == 0 {
				return fmt.Errorf("%s: there is no AuditPlan; name the file or directory that holds one", args[0])
			}
			if most < 0 {
				return fmt.Errorf("-n %d: write how many windows to list of each plan, or 0 for all", most)
			}
			s := &scheduler{set: set, most: most}
			if s.from, s.to, err = dayRange(from, to, now()); err != nil {
				return err
			}
			if most == 0 && to == "" {
				return errors.New("-n 0 lists all windows of a stretch of time; say where it ends with --to")
			}
			return s.write(cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "first day on which a window may open, as 2026-01-01 (default today)")
	cmd.Flags().StringVar(&to, "to", "", "last day on which a window may open (default as far as -n reaches)")
	cmd.Flags().IntVarP(&most, "count", "n", 4, "how many windows to list of each plan; 0 for all until --to")
	return cmd
}

// farthest is how many years ahead are searched when nothing says where to end: more windows are worth no more.
const farthest = 20

// dayRange reads the flags; a last day that is not given is far in the future.
func dayRange(from, to string, now time.Time) (first, last calendar.Day, err error) {
	zone, err := calendar.LoadZone("")
	if err != nil {
		return 0, 0, err
	}
	first = calendar.DayOf(now, zone)
	if from != "" {
		if first, err = calendar.ParseDate(v1alpha1.Date(from)); err != nil {
			return 0, 0, fmt.Errorf("--from: %w", err)
		}
	}
	last = first.AddDays(farthest * 366)
	if to != "" {
		if last, err = calendar.ParseDate(v1alpha1.Date(to)); err != nil {
			return 0, 0, fmt.Errorf("--to: %w", err)
		}
		if last < first {
			return 0, 0, fmt.Errorf("--to %s is before the first day, %s", last, first)
		}
	}
	return first, last, nil
}

// scheduler lists the windows of the plans of a set that open within days.
type scheduler struct {
	set      *manifest.Set
	from, to calendar.Day
	// most windows of a plan; 0 for all.
	most int
}

func (s *scheduler) write(out, notes io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(table, "PLAN\tSLOT\tDUE SOON\tOPENS\tCLOSES\tOVERDUE"); err != nil {
		return err
	}
	for _, o := range s.set.AuditPlans {
		zone, err := calendar.LoadZone(o.Value.Spec.Schedule.TimeZone)
		if err != nil {
			return fmt.Errorf("%s: AuditPlan %s: %w", o.Position(), o.Value.Name, err)
		}
		windows, note, err := s.windows(&o.Value.Spec, zone)
		if err != nil {
			return fmt.Errorf("%s: AuditPlan %s: %w", o.Position(), o.Value.Name, err)
		}
		if note != "" {
			if _, err := fmt.Fprintf(notes, "chuan: AuditPlan %s: %s\n", o.Value.Name, note); err != nil {
				return err
			}
		}
		day := func(t time.Time) calendar.Day { return calendar.DayOf(t, zone) }
		for _, w := range windows {
			_, err := fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n",
				o.Value.Name, w.Slot, day(w.DueSoon), day(w.Opens), day(w.Closes), day(w.Overdue))
			if err != nil {
				return err
			}
		}
	}
	return table.Flush()
}

// windows returns the windows of a plan, and a note when there are fewer than were asked for.
func (s *scheduler) windows(plan *v1alpha1.AuditPlanSpec, zone *time.Location) ([]audit.Occurrence, string, error) {
	var working *calendar.Calendar
	if audit.NeedsCalendar(&plan.Schedule) {
		var err error
		if working, err = s.calendar(plan.Schedule.Calendar); err != nil {
			return nil, "", err
		}
	}
	windows, err := audit.Occurrences(plan, working, s.from.Start(zone), s.to.AddDays(1).Start(zone))
	if s.most > 0 && len(windows) >= s.most {
		return windows[:s.most], "", nil
	}
	var missing *calendar.MissingYearError
	switch {
	case errors.As(err, &missing):
		return windows, fmt.Sprintf("later windows are not known: %v", missing), nil
	case err != nil:
		return nil, "", err
	case len(windows) == 0:
		return nil, fmt.Sprintf("no window opens from %s to %s", s.from, s.to), nil
	}
	return windows, "", nil
}

// calendar builds the calendar of a series from the set.
func (s *scheduler) calendar(series v1alpha1.ID) (*calendar.Calendar, error) {
	years := make([]v1alpha1.WorkCalendarSpec, len(s.set.Calendars))
	for i, o := range s.set.Calendars {
		years[i] = o.Value.Spec
	}
	return calendar.New(years, v1alpha1.AgencyCalendar{Series: series})
}
