package lint

import (
	"context"
	"maps"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// Options say how to check.
type Options struct {
	// Today is the day on which the question is asked: waivers end, and laws are in force, on a day.
	Today calendar.Day
	// Admit holds an object against the rules of its CRD that only the API server's own code can run; nil leaves them out.
	Admit func(ctx context.Context, kind string, object map[string]any) ([]rule.Finding, error)
	// Workers is how many files are worked on at once; 0 for as many as there are processors.
	Workers int
	// Progress is told how much of the work is done. It may be called from several goroutines.
	Progress func(done, total int)
	// Before is what the files that changed since held in an earlier state, for rules on what changes; nil when that is not
	// asked.
	Before *manifest.Set
	// Changed says which files changed since then; nil for all.
	Changed func(file string) bool
	// Only says of which files findings are reported; nil for all. The others are read for what these refer to.
	Only func(file string) bool
}

// Run checks files together. The problems are those of finding the files. The report is the same however the work was
// shared out. The error says that the run could not be finished: the context ended, or the rules of a CRD cannot be used.
//
// Procedures are many and large, everything else is small: so the files are read twice, first for everything but the
// procedures, then for these, which are checked one by one and let go. Of a procedure its findings are kept and what must
// be known to adopt it; the whole text only where an agency overrides it or where it has several revisions.
func Run(ctx context.Context, sources []manifest.Source, problems []manifest.Problem, options Options) (*Report, error) {
	if options.Workers <= 0 {
		options.Workers = runtime.GOMAXPROCS(0)
	}
	r := &run{
		options: options, sources: sources, surveys: make([]surveyed, len(sources)), proved: make([]proved, len(sources)),
		found: map[manifest.Position]*examined{}, report: &Report{},
	}
	if err := r.each(ctx, r.survey); err != nil {
		return nil, err
	}
	r.gather(problems)
	if err := r.each(ctx, r.prove); err != nil {
		return nil, err
	}
	r.gatherProcedures()
	r.together()
	return r.report, r.finish(ctx)
}

// run is one run of the linter.
type run struct {
	options Options
	sources []manifest.Source
	// surveys and proved are what the two readings of each source gave.
	surveys []surveyed
	proved  []proved
	// set holds every object, but of most procedures only what others refer to.
	set    manifest.Set
	around *surroundings
	// whole are the procedures of which the whole text is kept.
	whole map[manifest.Head]bool
	// profiles are what must be known of procedures that can be used, by the object in the set.
	profiles map[*v1alpha1.QualityProcedure]compiledProcedure

	found  map[manifest.Position]*examined
	report *Report
	done   atomic.Int64
}

// each calls a function with the number of every source, several at once.
func (r *run) each(ctx context.Context, work func(ctx context.Context, source int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range r.options.Workers {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(r.sources) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := work(ctx, i); err != nil {
					return err
				}
				if done := int(r.done.Add(1)); r.options.Progress != nil {
					r.options.Progress(done, 2*len(r.sources))
				}
			}
		})
	}
	return group.Wait()
}

// surveyed is what the first reading of a file gave.
type surveyed struct {
	*manifest.Survey
	objects []subject
}

// subject is an object that was read, and what its CRD says of it.
type subject struct {
	object   manifest.Known
	kind     string
	position manifest.Position
	// refused is what the rules of the CRD say.
	refused []rule.Finding
	// findings are those of Chuan's own rules.
	findings []rule.Finding
}

// survey reads everything of a file but its procedures.
func (r *run) survey(ctx context.Context, source int) error {
	text, problem := r.sources[source].Read()
	if problem != nil {
		r.surveys[source].Survey = &manifest.Survey{Problems: []manifest.Problem{*problem}}
		return nil
	}
	var failed error
	r.surveys[source].Survey = text.Survey(func(o *manifest.Read) {
		findings, err := r.admit(ctx, o)
		if err != nil && failed == nil {
			failed = err
		}
		r.surveys[source].objects = append(r.surveys[source].objects, subject{
			object: o.Object, kind: o.Kind, position: o.Position, refused: findings,
		})
	})
	return failed
}

func (r *run) admit(ctx context.Context, o *manifest.Read) ([]rule.Finding, error) {
	if r.options.Admit == nil || !r.reported(o.Position.File) {
		return nil, nil
	}
	return r.options.Admit(ctx, o.Kind, o.Plain)
}

// reported says whether findings of a file are wanted.
func (r *run) reported(file string) bool { return r.options.Only == nil || r.options.Only(file) }

// gather puts together what the first reading gave.
func (r *run) gather(problems []manifest.Problem) {
	r.problems(problems)
	times := map[manifest.Head]int{}
	for i := range r.surveys {
		s := &r.surveys[i]
		r.problems(s.Problems)
		r.set.Skip(s.Skipped)
		for _, o := range s.objects {
			r.set.Add(o.object, o.position)
			r.register(o)
		}
		s.objects = nil
		for _, head := range s.Procedures {
			times[head]++
		}
	}
	maps.DeleteFunc(times, func(_ manifest.Head, n int) bool { return n < 2 })
	r.whole = make(map[manifest.Head]bool, len(times))
	for head := range times {
		r.whole[head] = true
	}
	for _, o := range r.set.Agencies {
		if adoption := o.Value.Spec.Procedures; adoption != nil {
			for _, ref := range adoption.Refs {
				if ref.Overrides != nil {
					r.whole[manifest.Head{Namespace: o.Value.Namespace, Name: ref.Name}] = true
				}
			}
		}
	}
	if r.options.Before != nil {
		for _, o := range r.options.Before.Procedures {
			r.whole[manifest.Head{Namespace: o.Value.Namespace, Name: o.Value.Name}] = true
		}
	}
	r.around = surroundingsOf(&r.set, r.options.Today)
}

// problems reports what the loader found.
func (r *run) problems(problems []manifest.Problem) {
	for _, p := range problems {
		if r.reported(p.File) {
			r.report.Findings = append(r.report.Findings, Finding{Finding: ofProblem(p), Position: p.Position})
		}
	}
}

// register notes an object, so that its waivers are looked at even when nothing is found.
func (r *run) register(o subject) *examined {
	e := &examined{
		position: o.position, object: o.kind + " " + o.object.GetName(), annotations: waivers(o.object.GetAnnotations()),
		refused: o.refused, findings: o.findings,
	}
	r.found[o.position] = e
	return e
}

// add notes findings of the object at a position.
func (r *run) add(object manifest.Position, findings ...rule.Finding) {
	r.found[object].findings = append(r.found[object].findings, findings...)
}
