package agency

import (
	"context"
	"errors"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/errclass"
	"chuan.dev/chuan/internal/workload"
)

// calendarResolved sets CalendarResolved when all years are there.
func (s *scope) calendarResolved(thisYear int) {
	for _, c := range s.calendars {
		if int(c.Spec.Year) >= thisYear && c.Spec.Standing == v1alpha1.CalendarProvisional {
			s.set.True(v1alpha1.ConditionCalendarResolved, v1alpha1.ReasonCalendarProvisional, fmt.Sprintf(
				"the WorkCalendar of %d is provisional: dates computed from it may move", c.Spec.Year))
			return
		}
	}
	s.set.True(v1alpha1.ConditionCalendarResolved, v1alpha1.ReasonResolved, "the calendars of this year and the next are there")
}

// calendarUnresolved sets CalendarResolved when a year is missing or makes no sense.
func (s *scope) calendarUnresolved(err error) {
	reason := v1alpha1.ReasonCalendarNotFound
	if errclass.Of(err) == errclass.Terminal {
		reason = v1alpha1.ReasonInvalidSpec
	}
	s.set.False(v1alpha1.ConditionCalendarResolved, reason, err.Error())
}

// proceduresResolved sets ProceduresResolved from what resolveProcedures came to.
func (s *scope) proceduresResolved(err error) {
	a := s.adoption
	_, tooLarge := errors.AsType[*workload.BundleTooLargeError](err)
	reason := v1alpha1.ReasonInvalidSpec
	switch {
	case err == nil && len(a.members) == 0:
		s.set.True(v1alpha1.ConditionProceduresResolved, v1alpha1.ReasonNothingAdopted, "the agency adopts no procedure")
		return
	case err == nil:
		s.set.True(v1alpha1.ConditionProceduresResolved, v1alpha1.ReasonResolved, "every adopted procedure has an accepted revision")
		return
	case tooLarge:
		reason = v1alpha1.ReasonBundleTooLarge
	case len(a.unknown) > 0:
		reason = v1alpha1.ReasonProcedureNotFound
	case len(a.unaccepted) > 0:
		reason = v1alpha1.ReasonProcedureNotAccepted
	case a.malformed == nil:
		reason = v1alpha1.ReasonNothingAdopted
	}
	s.set.False(v1alpha1.ConditionProceduresResolved, reason, err.Error())
}

// observe reports what runs: WorkflowAvailable, the replicas, the inventory. Not being available yet is waited for.
func (r *Reconciler) observe(_ context.Context, s *scope) error {
	s.after.Status.Inventory = s.inventory()
	wanted, ready := int32(0), int32(0)
	if s.statefulSet != nil {
		wanted, ready = wantedReplicas(s.statefulSet), s.statefulSet.Status.ReadyReplicas
	} else if s.complete {
		wanted = workload.Replicas(s.before)
	}
	s.after.Status.Replicas, s.after.Status.ReadyReplicas = &wanted, &ready
	if s.adoption != nil {
		accepted := int32(s.adoption.accepted)
		s.after.Status.ProcedureCount = &accepted
	}
	if s.statefulSet != nil && available(s.statefulSet) {
		s.set.True(v1alpha1.ConditionWorkflowAvailable, v1alpha1.ReasonAvailable, "the workflow service answers")
		if rolledOut(s.statefulSet) {
			return nil
		}
		return errclass.NewWaiting(v1alpha1.ReasonProgressing, 0, errors.New("the pods are being replaced"))
	}
	return s.unavailable()
}

// unavailable sets WorkflowAvailable when the service does not answer. A service that has never answered is still coming;
// one that has is down.
func (s *scope) unavailable() error {
	before := meta.FindStatusCondition(s.before.Status.Conditions, v1alpha1.ConditionWorkflowAvailable)
	down := before != nil && (before.Status == metav1.ConditionTrue || before.Reason == v1alpha1.ReasonNotAvailable)
	reason, err := v1alpha1.ReasonProgressing, passing(v1alpha1.ReasonProgressing, "the workflow service has not started yet")
	if down {
		reason = v1alpha1.ReasonNotAvailable
		err = errclass.NewWaiting(reason, 0, errors.New("the workflow service does not answer: see the events of its pod"))
	}
	s.set.False(v1alpha1.ConditionWorkflowAvailable, reason, err.Error())
	return err
}

// available says whether all wanted replicas answer.
func available(sts *appsv1.StatefulSet) bool {
	return sts.Status.AvailableReplicas >= wantedReplicas(sts)
}

// rolledOut says whether all wanted replicas answer and none is of an older template.
func rolledOut(sts *appsv1.StatefulSet) bool {
	return sts.Status.ObservedGeneration >= sts.Generation &&
		sts.Status.UpdatedReplicas >= wantedReplicas(sts) &&
		available(sts)
}

func wantedReplicas(sts *appsv1.StatefulSet) int32 {
	if sts.Spec.Replicas == nil {
		return 1
	}
	return *sts.Spec.Replicas
}
