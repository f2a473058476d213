package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/agency"
	"chuan.dev/chuan/internal/workload"
)

// measureBare returns how long a client takes that sends the objects of all agencies and does nothing else. The sets are
// the procedure sets that the manager has had the pods mount.
func measureBare(ctx context.Context, o options, in *input, sets map[string]string) (cost, error) {
	ctx, cancel := context.WithTimeout(ctx, patienceLeast+time.Duration(o.agencies)*patienceEach)
	defer cancel()
	s, err := startServer()
	if err != nil {
		return cost{}, err
	}
	defer s.stop()
	if err := in.create(ctx, s.client, o.workers); err != nil {
		return cost{}, fmt.Errorf("create the input: %w", err)
	}
	var agencies v1alpha1.AgencyList
	if err := s.client.List(ctx, &agencies, client.InNamespace(namespace)); err != nil {
		return cost{}, err
	}
	var calendars []workload.Manifest
	for _, c := range in.calendars {
		m, err := workload.CalendarManifest(c)
		if err != nil {
			return cost{}, err
		}
		calendars = append(calendars, m)
	}
	rendered := make([][]workload.Object, len(agencies.Items))
	for i := range agencies.Items {
		a := &agencies.Items[i]
		if rendered[i], err = workload.Desired(a, calendars, sets[a.Name], benchOptions); err != nil {
			return cost{}, err
		}
	}
	progress("sending the same %d objects by a bare client", len(rendered)*objectsEach)
	sending, err := measure(func() error {
		return each(ctx, len(rendered), o.workers, func(ctx context.Context, i int) error {
			return send(ctx, s.client, &agencies.Items[i], rendered[i])
		})
	})
	if err != nil {
		return cost{}, err
	}
	progress("sent after %.1f s", sending.took.Seconds())
	return sending, s.present(ctx, len(rendered))
}

// send makes the requests that the manager makes for the objects of one agency.
func send(ctx context.Context, c client.Client, a *v1alpha1.Agency, objects []workload.Object) error {
	var random [workload.KeySize]byte
	if _, err := rand.Read(random[:]); err != nil {
		return err
	}
	for _, secret := range []*corev1.Secret{workload.EvidenceSecret(a, random), workload.MasterKeySecret(a, random)} {
		if err := c.Create(ctx, secret); err != nil {
			return err
		}
	}
	for _, object := range objects {
		if err := c.Apply(ctx, object.Configuration, client.FieldOwner(agency.FieldOwner), client.ForceOwnership); err != nil {
			return fmt.Errorf("apply %s %s: %w", object.Kind.Kind, object.Name(), err)
		}
	}
	return nil
}
