package qualityprocedure

import (
	"context"
	"fmt"
	"slices"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/controllers/internal/findings"
	"chuan.dev/chuan/controllers/internal/revision"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
)

// proof is what the rules say of one text.
type proof struct {
	// text are the findings of the text by itself, held those of the text in its surroundings, and first those that it had
	// there on its first day.
	text, held, first []rule.Finding
	// proved says that the text was held against its surroundings. One by which no dossier can be led is not.
	proved bool
	// changes is the next day on which another finding may come of it by itself; zero when none is known.
	changes calendar.Day
}

// prove compiles a text and holds it against its surroundings.
func prove(name string, spec *v1alpha1.QualityProcedureSpec, in *around) proof {
	compiled, found := procedure.Compile(name, spec)
	if compiled == nil {
		// Some of the rules that it breaks may be waived.
		compiled, _ = procedure.CompileAccepted(name, spec)
	}
	p := proof{text: found}
	if compiled != nil && in != nil {
		around := in.surroundings()
		p.held, p.proved = procedure.Prove(compiled, around), true
		p.changes, _ = procedure.NextChange(compiled, around)
		p.first = onFirstDay(compiled, around, p.held)
	}
	return p
}

// onFirstDay are the findings of a text in its surroundings on its first day, where that is over: its law was that of the day.
// Its days are counted in that year if there still is a calendar of it, and as now if not.
func onFirstDay(compiled *procedure.Procedure, around *procedure.Surroundings, now []rule.Finding) []rule.Finding {
	begins := firstDay(compiled.Spec)
	if begins >= around.Today {
		return now
	}
	then := *around
	then.Today = begins
	found := procedure.Prove(compiled, &then)
	counted := slices.ContainsFunc(around.Calendars, func(by procedure.WorkedBy) bool {
		first, last := by.Calendar.Years()
		return first <= begins.Year() && begins.Year() <= last
	})
	if counted {
		return found
	}
	return slices.Concat(findings.Of(now, onTime), findings.Of(found, func(id rule.ID) bool { return !onTime(id) }))
}

// firstDay is the day on which a text comes into force. The schema sees to its form.
func firstDay(spec *v1alpha1.QualityProcedureSpec) calendar.Day {
	day, _ := calendar.ParseDate(spec.Issue.EffectiveFrom)
	return day
}

// proofs keeps the last proofs of every procedure, so that a pass over one around which nothing has changed proves nothing.
type proofs struct {
	mu   sync.Mutex
	kept map[types.NamespacedName]map[slot]keptProof
}

// slot is a text of a procedure of which the proof is kept.
type slot string

const (
	slotPresent slot = "present"
	slotInForce slot = "in force"
)

// keptProof is a proof with what it is the proof of.
type keptProof struct {
	proof
	// text is the uid of the object that holds the text, and its generation.
	uid        types.UID
	generation int64
	in         *around
}

// of returns the proof of a text, which is that of an object with a uid and a generation. The text is asked for only when
// the proof is not kept.
func (p *proofs) of(key types.NamespacedName, in *around, of keptProof, which slot,
	text func() (*v1alpha1.QualityProcedureSpec, error),
) (proof, error) {
	p.mu.Lock()
	kept, found := p.kept[key][which]
	p.mu.Unlock()
	if found && kept.uid == of.uid && kept.generation == of.generation && in != nil && in.equal(kept.in) {
		return kept.proof, nil
	}
	spec, err := text()
	if err != nil {
		return proof{}, err
	}
	of.proof, of.in = prove(key.Name, spec, in), in
	if in == nil {
		return of.proof, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = map[types.NamespacedName]map[slot]keptProof{}
	}
	if p.kept[key] == nil {
		p.kept[key] = map[slot]keptProof{}
	}
	p.kept[key][which] = of
	return of.proof, nil
}

// forget drops the proofs of a procedure that is gone.
func (p *proofs) forget(key types.NamespacedName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.kept, key)
}

// examine finds out what the rules say of the present text.
func (r *Reconciler) examine(_ context.Context, s *scope) error {
	of := keptProof{uid: s.before.UID, generation: s.before.Generation}
	found, err := r.proofs.of(s.key, s.around, of, slotPresent, func() (*v1alpha1.QualityProcedureSpec, error) {
		return &s.before.Spec, nil
	})
	s.wake(found.changes)
	s.present = judged{
		examined: true, proved: found.proved, text: s.waivers.Standing(found.text), held: s.waivers.Standing(found.held),
		first: findings.WaiversOf(s.before.Annotations, min(s.today, firstDay(&s.before.Spec))).Standing(found.first),
	}
	s.present.text = append(s.present.text, s.waivers.Faults()...)
	return err
}

// examineInForce finds out what the rules on its surroundings say of the revision in force, where the present text is
// another one.
func (r *Reconciler) examineInForce(ctx context.Context, s *scope) error {
	if s.current == nil || s.around == nil || s.present.examined && s.isPresent(s.current.Revision) {
		return nil
	}
	inForce := s.recordOf(s.current.Revision)
	found, err := r.proofs.of(s.key, s.around, keptProof{uid: inForce.uid}, slotInForce, func() (*v1alpha1.QualityProcedureSpec, error) {
		stored := &appsv1.ControllerRevision{}
		at := client.ObjectKey{Namespace: s.key.Namespace, Name: inForce.name}
		if err := r.client.Get(ctx, at, stored, client.UnsafeDisableDeepCopy); err != nil {
			return nil, fmt.Errorf("read revision %d, which is in force: %w", s.current.Revision, err)
		}
		text, err := revision.Read(stored)
		if err != nil {
			return nil, err
		}
		return &text.Spec, nil
	})
	s.wake(found.changes)
	held := s.waivers.Standing(found.held)
	for i := range held {
		held[i].Path = fmt.Sprintf("revision %d %s", s.current.Revision, held[i].Path)
	}
	s.old = judged{examined: err == nil, proved: found.proved, held: held}
	return err
}

// judged is what stands of the findings of a text.
type judged struct {
	examined, proved  bool
	text, held, first []rule.Finding
}
