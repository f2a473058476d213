package agency

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/revision"
	"chuan.dev/chuan/controllers/internal/status"
	"chuan.dev/chuan/controllers/internal/status/statustest"
	"chuan.dev/chuan/internal/testenv"
)

var env *testenv.Environment

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	os.Exit(testenv.Run(m, &env))
}

// patience is how long something may take that has to happen.
const patience = time.Minute

// world is a namespace with its own series of calendars, in which it is March 2026.
type world struct {
	*testing.T
	client    client.Client
	namespace string
	requests  *testenv.Requests
	// wrap, when set, stands between the controllers and their client.
	wrap func(client.Client) client.Client
}

// newWorld makes a namespace for a test, which runs beside the others from then on.
func newWorld(t *testing.T) *world {
	t.Parallel()
	return &world{T: t, client: env.Client(t), namespace: env.Namespace(t), requests: &testenv.Requests{}}
}

// clock returns a clock that began at a time when the function was called.
func clock(at time.Time) func() time.Time {
	begun := time.Now()
	return func() time.Time { return at.Add(time.Since(begun)) }
}

var march = time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("ICT", 7*60*60))

// run starts the controllers of this package as a process would, without any memory, and returns how to stop them.
func (w *world) run(options Options) (stop func()) {
	w.Helper()
	if options.Now == nil {
		options.Now = clock(march)
	}
	if options.Workload.Image == "" {
		options.Workload.Image = "workflowd:v1"
	}
	ctx, cancel := context.WithCancel(context.Background())
	manager := w.manager()
	if err := Setup(manager, options); err != nil {
		w.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			w.Errorf("the manager ended: %v", err)
		}
	}
	w.Cleanup(stop)
	return stop
}

func (w *world) manager() ctrl.Manager {
	w.Helper()
	anyName := true
	manager, err := ctrl.NewManager(env.CountingConfig(w.requests), ctrl.Options{
		Scheme:  testenv.Scheme(),
		Metrics: metricsserver.Options{BindAddress: "0"},
		Cache: cache.Options{
			DefaultNamespaces: map[string]cache.Config{w.namespace: {}},
			DefaultTransform:  cache.TransformStripManagedFields(),
			ByObject:          CacheByObject(),
		},
		Controller: config.Controller{SkipNameValidation: &anyName},
		NewClient: func(c *rest.Config, options client.Options) (client.Client, error) {
			inner, err := client.New(c, options)
			if err != nil || w.wrap == nil {
				return inner, err
			}
			return w.wrap(inner), nil
		},
	})
	if err != nil {
		w.Fatal(err)
	}
	return manager
}

// calendars makes the calendars of the namespace's series.
func (w *world) calendars(years ...int32) {
	w.Helper()
	for _, year := range years {
		w.create(&v1alpha1.WorkCalendar{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s-%d", w.series(), year)},
			Spec: v1alpha1.WorkCalendarSpec{
				Series: w.series(), Year: year, Standing: v1alpha1.CalendarProvisional,
				WorkingHours: []v1alpha1.WeeklyHours{{
					Days:    []v1alpha1.Weekday{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"},
					Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}, {From: "13:30", To: "17:00"}},
				}},
			},
		})
	}
}

func (w *world) series() v1alpha1.ID {
	return v1alpha1.ID(w.namespace[max(0, len(w.namespace)-40):])
}

// agency returns an agency that adopts procedures by name, with an officer for every role of them.
func (w *world) agency(name string, adopts ...string) *v1alpha1.Agency {
	agency := &v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name},
		Spec: v1alpha1.AgencySpec{
			Title: v1alpha1.Title("UBND xã Thanh Nưa " + name), Code: w.code(), Level: v1alpha1.AgencyLevelCommune,
			Calendar: v1alpha1.AgencyCalendar{Series: w.series()},
			Officers: []v1alpha1.Officer{{ID: "cv1", Title: "Lò Văn An", Roles: []v1alpha1.ID{"reception"}}},
		},
	}
	if len(adopts) > 0 {
		agency.Spec.Procedures = &v1alpha1.AdoptedProcedures{}
		for _, procedure := range adopts {
			agency.Spec.Procedures.Refs = append(agency.Spec.Procedures.Refs, v1alpha1.AdoptedProcedure{Name: procedure})
		}
	}
	return agency
}

var codes = make(chan string, 1)

func init() {
	go func() {
		for i := 0; ; i++ {
			codes <- fmt.Sprintf("H18.%02d.%02d.%02d", i/10000%100, i/100%100, i%100)
		}
	}()
}

// code returns a code that no other agency has.
func (w *world) code() string { return <-codes }

func procedureSpec(number int32, from v1alpha1.Date) v1alpha1.QualityProcedureSpec {
	return v1alpha1.QualityProcedureSpec{
		Code: "QT-01", Title: "Cấp bản sao từ sổ gốc",
		Issue: v1alpha1.Issue{
			Revision: number, EffectiveFrom: from, Decision: v1alpha1.Decision{Number: "1/QĐ-UBND", Date: "2025-01-01"},
		},
		LegalBasis: []v1alpha1.LegalBasis{{Ref: "nd-61-2018"}},
		Deadline:   v1alpha1.Deadline{Limit: "1wd"},
		Channels:   []v1alpha1.Channel{v1alpha1.ChannelCounter},
		Roles:      []v1alpha1.Role{{ID: "reception", Title: "Tiếp nhận"}},
		Steps: []v1alpha1.Step{{
			ID: "B1", Kind: v1alpha1.StepIntake, Title: "Tiếp nhận", Role: "reception", Time: "4wh",
			Actions: []v1alpha1.Action{{ID: "accept", Title: "Tiếp nhận", To: "end/done"}},
		}},
		Outcomes: []v1alpha1.Outcome{{ID: "done", Result: v1alpha1.ResultGranted}},
	}
}

// propose makes a procedure that its controller has not looked at yet.
func (w *world) propose(name string, labels map[string]string) *v1alpha1.QualityProcedure {
	w.Helper()
	procedure := &v1alpha1.QualityProcedure{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name, Labels: labels},
		Spec:       procedureSpec(1, "2025-02-01"),
	}
	procedure.Spec.AppliesTo = &v1alpha1.AppliesTo{Levels: []v1alpha1.AgencyLevel{v1alpha1.AgencyLevelCommune}}
	w.create(procedure)
	return procedure
}

// accept records the present text of a procedure, as its controller does.
func (w *world) accept(procedure *v1alpha1.QualityProcedure) {
	w.Helper()
	record, err := revision.New(procedure)
	if err != nil {
		w.Fatal(err)
	}
	w.create(record)
	procedure.Status.AcceptedRevision = &procedure.Spec.Issue.Revision
	w.examined(procedure)
}

// examined says in the status of a procedure that its controller has looked at it.
func (w *world) examined(procedure *v1alpha1.QualityProcedure) {
	w.Helper()
	procedure.Status.ObservedGeneration = procedure.Generation
	if err := w.client.Status().Update(w.Context(), procedure); err != nil {
		w.Fatal(err)
	}
}

func (w *world) create(object client.Object) {
	w.Helper()
	if err := w.client.Create(w.Context(), object); err != nil {
		w.Fatal(err)
	}
}

func (w *world) delete(object client.Object) {
	w.Helper()
	if err := w.client.Delete(w.Context(), object); err != nil {
		w.Fatal(err)
	}
}

// get reads an object of the namespace anew.
func (w *world) get(name string, into client.Object) error {
	return w.client.Get(w.Context(), client.ObjectKey{Namespace: w.namespace, Name: name}, into)
}

// edit changes an agency.
func (w *world) edit(name string, change func(*v1alpha1.Agency)) {
	w.Helper()
	w.eventually("edit "+name, func() error {
		var agency v1alpha1.Agency
		if err := w.get(name, &agency); err != nil {
			return err
		}
		change(&agency)
		return w.client.Update(w.Context(), &agency)
	})
}

// answer lets the pods of an agency answer, as if there were a node.
func (w *world) answer(name string) {
	w.Helper()
	w.eventually("let the pods of "+name+" answer", func() error {
		var sts appsv1.StatefulSet
		if err := w.get(name, &sts); err != nil {
			return err
		}
		sts.Status = appsv1.StatefulSetStatus{
			ObservedGeneration: sts.Generation, Replicas: 1, ReadyReplicas: 1, AvailableReplicas: 1, UpdatedReplicas: 1,
		}
		return w.client.Status().Update(w.Context(), &sts)
	})
}

// eventually waits until a check succeeds.
func (w *world) eventually(what string, check func() error) {
	w.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			w.Fatalf("%s: %v", what, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// says waits until a condition of an agency has a status, a reason and words in its message.
func (w *world) says(name, condition, state, reason string, words ...string) {
	w.Helper()
	w.eventually(name+" "+condition, func() error {
		var agency v1alpha1.Agency
		if err := w.get(name, &agency); err != nil {
			return err
		}
		if len(agency.Status.Conditions) > 0 {
			statustest.Check(w, &agency, status.OfAgency(&agency))
		}
		c := meta.FindStatusCondition(agency.Status.Conditions, condition)
		if c == nil {
			return fmt.Errorf("there is no condition %s: %s", condition, summary(&agency))
		}
		missing := slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(c.Message, word) })
		if string(c.Status) != state || c.Reason != reason || missing {
			return fmt.Errorf("got %s %s %q, want %s %s %q", c.Status, c.Reason, c.Message, state, reason, words)
		}
		if condition == v1alpha1.ConditionReady && agency.Status.ObservedGeneration != agency.Generation {
			return fmt.Errorf("the status speaks of generation %d, not %d", agency.Status.ObservedGeneration, agency.Generation)
		}
		return nil
	})
}

func summary(agency *v1alpha1.Agency) string {
	var lines []string
	for _, c := range agency.Status.Conditions {
		lines = append(lines, fmt.Sprintf("%s=%s %s: %s", c.Type, c.Status, c.Reason, c.Message))
	}
	return strings.Join(lines, "\n")
}

// made waits until all objects of an agency are there, and listed.
func (w *world) made(name string) {
	w.Helper()
	w.eventually("objects of "+name, func() error {
		var agency v1alpha1.Agency
		if err := w.get(name, &agency); err != nil {
			return err
		}
		if len(agency.Status.Inventory) < 6 {
			return fmt.Errorf("%d objects are listed: %s", len(agency.Status.Inventory), summary(&agency))
		}
		return nil
	})
}

// ready brings an agency to Ready.
func (w *world) ready(name string) {
	w.Helper()
	w.made(name)
	w.answer(name)
	w.says(name, v1alpha1.ConditionReady, "True", v1alpha1.ReasonSucceeded)
}

// quiet waits until the controllers have not sent anything for a while.
func (w *world) quiet() {
	w.Helper()
	before := -1
	w.eventually("silence", func() error {
		now := w.requests.Total(testenv.Request.Write)
		if now == before {
			return nil
		}
		before = now
		time.Sleep(500 * time.Millisecond)
		return errors.New("the controllers keep writing")
	})
}
