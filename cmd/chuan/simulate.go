package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// simulation are the flags of chuan simulate.
type simulation struct {
	with                           []string
	name, agency, series, received string
	wait, output                   string
	returns                        bool
	most                           int
}

func newSimulate() *cobra.Command {
	s := &simulation{}
	cmd := &cobra.Command{
		Use:   "simulate FILE --received TIME",
		Short: "Show the timeline of every path of a procedure",
		Long: `simulate takes a dossier that comes in at a time through every path of a procedure, from the intake to an outcome,
and shows when each step begins and ends if every step uses its whole time, when the result is due, and what
reserve is left, in working hours. Paths through the same steps to the same outcome are one.

The working time is that of the agency that --agency names, with what it overrides, or of a series of WorkCalendars.
Calendars and agencies are read from FILE, a file or directory, and from what --with names.

A wait for somebody else has no length of its own. It is shown as unknown and takes no time, unless --wait gives it
one; one that expires lasts until then. While the statutory clock stands still the due date moves on. Ways back,
as from the signature to the draft or from a wait to the step before it, are walked only with --returns, each
at most once.

The exit code is 1 when a path is late.`,
		Example: `  # A dossier received on the morning of 3 February 2026
  chuan simulate examples/dien-bien --name dang-ky-khai-sinh --received 2026-02-03

  # At one agency, at its own hours, with one return each
  chuan simulate examples/dien-bien/procedures/cap-giay-phep-xay-dung-nha-o.yaml --with examples/dien-bien \
    --agency ubnd-xa-thanh-nua --received 2026-02-03T08:00 --returns

  # Every wait lasts three working days; for a program to read
  chuan simulate examples/dien-bien --name dang-ky-khai-sinh --received 2026-02-03T08:00:00+07:00 --wait 3wd -o json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			timeline, worked, err := s.run(cmd, args[0])
			if err != nil {
				return err
			}
			if s.output == "json" {
				err = writeJSON(cmd.OutOrStdout(), timeline)
			} else {
				err = writeTimeline(cmd.OutOrStdout(), timeline, worked)
			}
			if err != nil {
				return fmt.Errorf("write the timeline: %w", err)
			}
			if timeline.Late() {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&s.received, "received", "", "when the dossier comes in: 2026-02-03 (at the opening), 2026-02-03T08:00, or with a zone (required)")
	cmd.Flags().StringVar(&s.name, "name", "", "name of the procedure, where FILE holds several")
	cmd.Flags().StringSliceVar(&s.with, "with", nil, "files or directories that hold calendars and agencies too")
	cmd.Flags().StringVar(&s.agency, "agency", "", "agency whose calendar, overrides and limit hold")
	cmd.Flags().StringVar(&s.series, "series", "", "series of calendars, where there are several and no --agency")
	cmd.Flags().StringVar(&s.wait, "wait", "", "how long waits of unknown length last, as 3wd (default: no time, marked)")
	cmd.Flags().BoolVar(&s.returns, "returns", false, "walk ways back too, each at most once")
	cmd.Flags().IntVar(&s.most, "max-paths", procedure.DefaultPaths, "how many paths to show at most")
	cmd.Flags().StringVarP(&s.output, "output", "o", "text", "how to write the timeline: text or json")
	return cmd
}

// run reads what the flags name and tells the timeline, and whose working time it goes by.
func (s *simulation) run(cmd *cobra.Command, path string) (*procedure.Timeline, string, error) {
	switch {
	case s.output != "text" && s.output != "json":
		return nil, "", fmt.Errorf("--output %q is not known; write text or json", s.output)
	case s.received == "":
		return nil, "", errors.New("say when the dossier comes in, as --received 2026-02-03")
	case s.agency != "" && s.series != "":
		return nil, "", errors.New("--agency has a calendar of its own; leave --series out")
	case s.most < 1:
		return nil, "", fmt.Errorf("--max-paths %d: write how many paths to show, 1 or more", s.most)
	}
	options := procedure.TimelineOptions{Returns: s.returns, MaxPaths: s.most}
	if s.wait != "" {
		wait, err := calendar.ParseDuration(s.wait)
		if err != nil {
			return nil, "", fmt.Errorf("--wait: %w", err)
		}
		options.Wait = &wait
	}
	paths := s.with
	if !slices.ContainsFunc(s.with, func(other string) bool { return within(path, other) }) {
		paths = append([]string{path}, s.with...)
	}
	set, err := loadSound(paths, cmd.InOrStdin())
	if err != nil {
		return nil, "", err
	}
	text, err := s.procedure(set, path)
	if err != nil {
		return nil, "", err
	}
	worked, err := s.workedBy(set, text.Namespace)
	if err != nil {
		return nil, "", err
	}
	spec := &text.Spec
	if worked.overrides(text.Name) != nil {
		spec, _ = procedure.Overlay(spec, worked.overrides(text.Name)) // what loosens is left out; chuan lint says so
	}
	p, findings := procedure.Compile(text.Name, spec)
	if p == nil {
		return nil, "", fmt.Errorf("QualityProcedure %s cannot work: %s (chuan lint shows all findings)", text.Name, findings[0])
	}
	options.Calendar, options.Disadvantaged = worked.Calendar, worked.Disadvantaged
	if options.Received, err = receivedAt(s.received, worked.Calendar); err != nil {
		return nil, "", err
	}
	timeline, err := procedure.Simulate(p, options)
	return timeline, worked.Who, err
}

// procedure returns the procedure that is meant: the one that a path holds, or that of a name in it.
func (s *simulation) procedure(set *manifest.Set, path string) (*v1alpha1.QualityProcedure, error) {
	var found *v1alpha1.QualityProcedure
	var names []string
	for _, o := range set.Procedures {
		if path == "-" && o.File != "<stdin>" || path != "-" && !within(o.File, path) {
			continue
		}
		if s.name != "" && o.Value.Name != s.name {
			names = append(names, o.Value.Name)
			continue
		}
		if found == nil || o.Value.Spec.Issue.Revision > found.Spec.Issue.Revision && o.Value.Name == found.Name {
			found = o.Value
		}
		if names = append(names, o.Value.Name); found.Name != o.Value.Name {
			return nil, fmt.Errorf("%s: holds several procedures; name one with --name, as %s", path, o.Value.Name)
		}
	}
	switch {
	case found != nil:
		return found, nil
	case len(names) > 0:
		slices.Sort(names)
		return nil, fmt.Errorf("%s: there is no QualityProcedure %s; there are %s", path, s.name, strings.Join(slices.Compact(names), ", "))
	default:
		return nil, fmt.Errorf("%s: there is no QualityProcedure; name the file or directory that holds one", path)
	}
}

// within says whether a path is another, or lies below it.
func within(path, other string) bool {
	path, other = filepath.ToSlash(filepath.Clean(path)), filepath.ToSlash(filepath.Clean(other))
	return path == other || other == "." && !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "../") ||
		strings.HasPrefix(path, strings.TrimSuffix(other, "/")+"/")
}

// workedBy is the working time by which a procedure is simulated.
type workedBy struct {
	procedure.WorkedBy
	agency *v1alpha1.Agency
}

// overrides are those by which the agency fits a procedure to itself; nil where there are none.
func (w *workedBy) overrides(name string) *v1alpha1.ProcedureOverrides {
	if w.agency == nil || w.agency.Spec.Procedures == nil {
		return nil
	}
	for i := range w.agency.Spec.Procedures.Refs {
		if ref := &w.agency.Spec.Procedures.Refs[i]; ref.Name == name {
			return ref.Overrides
		}
	}
	return nil
}

func (s *simulation) workedBy(set *manifest.Set, namespace string) (*workedBy, error) {
	if len(set.Calendars) == 0 {
		return nil, errors.New("there is no WorkCalendar; name a directory that holds one with --with")
	}
	years := make([]v1alpha1.WorkCalendarSpec, len(set.Calendars))
	for i, o := range set.Calendars {
		years[i] = o.Value.Spec
	}
	w := &workedBy{}
	var local v1alpha1.AgencyCalendar
	if s.agency != "" {
		if w.agency = agencyOf(set, namespace, s.agency); w.agency == nil {
			return nil, fmt.Errorf("there is no Agency %s; name a directory that holds it with --with", s.agency)
		}
		local, w.Who = w.agency.Spec.Calendar, s.agency
		w.Disadvantaged = w.agency.Spec.Disadvantaged != nil && *w.agency.Spec.Disadvantaged
	} else {
		series, err := s.seriesOf(years)
		if err != nil {
			return nil, err
		}
		local.Series, w.Who = v1alpha1.ID(series), series
	}
	c, err := calendar.New(years, local)
	w.Calendar = c
	return w, err
}

// seriesOf is the series that --series names, or the only one that has a calendar for the year of receipt.
func (s *simulation) seriesOf(years []v1alpha1.WorkCalendarSpec) (string, error) {
	if s.series != "" {
		return s.series, nil
	}
	var all, covering []string
	for _, year := range years {
		all = append(all, string(year.Series))
		if strings.HasPrefix(s.received, strconv.Itoa(int(year.Year))+"-") {
			covering = append(covering, string(year.Series))
		}
	}
	slices.Sort(all)
	if len(covering) != 1 {
		return "", fmt.Errorf("--received %s: not one series of WorkCalendars covers that year, but %d; name one with --series: %s",
			s.received, len(covering), strings.Join(slices.Compact(all), ", "))
	}
	return covering[0], nil
}

// agencyOf returns the agency of a name, that of the namespace where there are several.
func agencyOf(set *manifest.Set, namespace, name string) *v1alpha1.Agency {
	var found *v1alpha1.Agency
	for _, o := range set.Agencies {
		if o.Value.Name == name && (found == nil || o.Value.Namespace == namespace) {
			found = o.Value
		}
	}
	return found
}

// receivedAt reads a time. A day alone means the opening of that day, or its first instant where it is not worked.
func receivedAt(text string, c *calendar.Calendar) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.In(c.Location()), nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, c.Location()); err == nil {
			return t, nil
		}
	}
	day, err := calendar.ParseDate(v1alpha1.Date(text))
	if err != nil {
		return time.Time{}, fmt.Errorf("--received %q is not a time; write 2026-02-03, 2026-02-03T08:00 or 2026-02-03T08:00:00+07:00", text)
	}
	if periods := c.Periods(day); len(periods) > 0 {
		return periods[0].From, nil
	}
	return day.Start(c.Location()), nil
}
