package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/manifest"
)

// namespace of everything.
const namespace = "bench"

// input is what is there before the clock starts.
type input struct {
	calendars []*v1alpha1.WorkCalendar
	// shared are the calendars, legal documents and procedures.
	shared []client.Object
	// agencies are copies of one commune, with names and codes of their own.
	agencies []*v1alpha1.Agency
}

// readInput takes procedures, calendars and the first commune from the examples, and makes n agencies of the commune.
func readInput(directory string, n int) (*input, error) {
	set, problems := manifest.Load(os.DirFS(directory))
	for _, problem := range problems {
		if !problem.Warning {
			return nil, fmt.Errorf("%s: %s", directory, problem)
		}
	}
	in := &input{}
	for _, c := range set.Calendars {
		in.calendars = append(in.calendars, c.Value)
		in.shared = append(in.shared, c.Value)
	}
	for _, d := range set.LegalDocuments {
		in.shared = append(in.shared, d.Value)
	}
	for _, p := range set.Procedures {
		p.Value.Namespace = namespace
		in.shared = append(in.shared, p.Value)
	}
	for _, a := range set.Agencies {
		if a.Value.Spec.Level == v1alpha1.AgencyLevelCommune {
			in.agencies = copies(a.Value, n)
			break
		}
	}
	if len(in.calendars) == 0 || len(set.Procedures) == 0 || len(in.agencies) == 0 {
		return nil, fmt.Errorf("%s: there must be a commune, a procedure and a calendar", directory)
	}
	return in, nil
}

func copies(commune *v1alpha1.Agency, n int) []*v1alpha1.Agency {
	agencies := make([]*v1alpha1.Agency, 0, n)
	for i := range n {
		agency := commune.DeepCopy()
		agency.ObjectMeta = metav1.ObjectMeta{
			Namespace: namespace, Name: fmt.Sprintf("xa-%05d", i), Labels: commune.Labels,
		}
		agency.Spec.Code = fmt.Sprintf("H18.%02d.%02d.%02d", i/10000%100, i/100%100, i%100)
		// Titles that do not tell agencies apart are an error.
		agency.Spec.Title = v1alpha1.Title(fmt.Sprintf("%s %d", commune.Spec.Title, i))
		agency.Spec.Parent = nil
		agencies = append(agencies, agency)
	}
	return agencies
}

// create puts the input into a fresh API server.
func (in *input) create(ctx context.Context, c client.Client, workers int) error {
	progress("creating %d Agencies", len(in.agencies))
	if err := c.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}); err != nil {
		return err
	}
	for _, object := range in.shared {
		if err := c.Create(ctx, object.DeepCopyObject().(client.Object)); err != nil {
			return err
		}
	}
	return each(ctx, len(in.agencies), workers, func(ctx context.Context, i int) error {
		return c.Create(ctx, in.agencies[i].DeepCopy())
	})
}

// each calls a function with 0 to n-1, from several workers.
func each(ctx context.Context, n, workers int, do func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range workers {
		group.Go(func() error {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := do(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
