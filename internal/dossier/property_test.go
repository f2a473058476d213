package dossier_test

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/dossier/dossiertest"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/procedure/proceduretest"
	"chuan.dev/chuan/internal/rule"
)

const (
	// drawn is how many procedures a run of the tests draws, and lives how many dossiers it leads through each.
	drawn = 1300
	lives = 8
	// longest is how many commands a dossier is given at most.
	longest = 50
)

// tally counts what a run of the tests has seen.
type tally struct {
	sequences, commands, refused, events int
	types                                map[dossier.EventType]int
	endings                              map[v1alpha1.OutcomeResult]int
}

// TestRandomLives leads dossiers through random procedures by random commands, and checks after every one of them what holds
// for all dossiers at all times.
func TestRandomLives(t *testing.T) {
	if err := flag.Set("rapid.checks", strconv.Itoa(drawn/2)); err != nil {
		t.Fatal(err)
	}
	var halves [2]tally
	t.Run("halves", func(t *testing.T) {
		for i := range halves {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, halves[i].look)
			})
		}
	})
	seen := halves[0].add(&halves[1])
	t.Logf("%d sequences of %d commands, of which %d were refused; %d events: %v; endings: %v",
		seen.sequences, seen.commands, seen.refused, seen.events, seen.types, seen.endings)
	if seen.sequences < 10_000 {
		t.Errorf("only %d sequences", seen.sequences)
	}
	for _, happens := range everything {
		if seen.types[happens] == 0 {
			t.Errorf("%s never happened", happens)
		}
	}
	for _, result := range []v1alpha1.OutcomeResult{
		v1alpha1.ResultGranted, v1alpha1.ResultRefused, v1alpha1.ResultNotAccepted, v1alpha1.ResultLapsed, v1alpha1.ResultDiscontinued,
		v1alpha1.ResultWithdrawn,
	} {
		if seen.endings[result] == 0 {
			t.Errorf("no dossier ended as %s", result)
		}
	}
}

// look leads dossiers through one procedure.
func (seen *tally) look(t *rapid.T) {
	c := proceduretest.Rapid(t)
	p, findings := procedure.Compile("rut-tham", proceduretest.Draw(c))
	if p == nil {
		t.Fatal(rule.Errors(findings))
	}
	var successor *procedure.Procedure
	if proceduretest.In(c, 3) {
		if successor, findings = procedure.Compile("rut-tham", proceduretest.Succeed(c, p.Spec)); successor == nil {
			t.Fatal(rule.Errors(findings))
		}
	}
	if seen.types == nil {
		seen.types, seen.endings = map[dossier.EventType]int{}, map[v1alpha1.OutcomeResult]int{}
	}
	for range lives {
		l := &life{Life: dossiertest.Begin(c, p), t: t, seen: seen, text: snapshot(t, dossier.State{})}
		l.Successor = successor
		l.lead()
		for _, e := range l.Events {
			seen.types[e.Type]++
		}
		if l.State.Ending != nil {
			seen.endings[l.State.Ending.Result]++
		}
	}
}

// add puts two counts together.
func (seen *tally) add(other *tally) *tally {
	sum := &tally{
		sequences: seen.sequences + other.sequences, commands: seen.commands + other.commands, refused: seen.refused + other.refused,
		events: seen.events + other.events, types: maps.Clone(seen.types), endings: maps.Clone(seen.endings),
	}
	for k, n := range other.types {
		sum.types[k] += n
	}
	for k, n := range other.endings {
		sum.endings[k] += n
	}
	return sum
}

// everything is what has to happen in a run, so that the tests look at it.
var everything = []dossier.EventType{
	dossier.Received, dossier.Moved, dossier.Assigned, dossier.Passed, dossier.Branched, dossier.Joined, dossier.Expired, dossier.Ended,
	dossier.Reassigned, dossier.Extended, dossier.Recounted, dossier.Withdrawn, dossier.Discontinued, dossier.Corrected,
	dossier.Supplemented, dossier.Paid, dossier.Shelved, dossier.Lent, dossier.Returned, dossier.Asked, dossier.Answered, dossier.Rebased,
	dossier.Disposed,
}

// life is a dossier that is watched.
type life struct {
	*dossiertest.Life
	t    *rapid.T
	seen *tally
	// read is the state as it is replayed from the record, event by event, and public without personal data. Text is the
	// snapshot of the state.
	read, public dossier.State
	text         string
}

// lead leads a dossier from its reception until it ends or has had enough.
func (l *life) lead() {
	l.seen.sequences++
	if err := l.do(l.Reception()); err != nil {
		l.t.Fatalf("it cannot be received: %v", err)
	}
	for range longest {
		l.Pass()
		if err := l.do(dossier.Expire{}); err != nil {
			l.t.Fatalf("Expire: %v", err)
		}
		if !l.State.Open() && l.IntN(3) == 0 {
			break
		}
		c := l.Next()
		err := l.do(c)
		var refusal *dossier.Refusal
		if err != nil && !errors.As(err, &refusal) {
			l.t.Fatalf("%T %+v: %v", c, c, err)
		}
	}
}

// do gives a command and checks what comes of it.
func (l *life) do(c dossier.Command) error {
	l.seen.commands++
	before := l.State
	events, err := l.Do(c)
	if err != nil {
		l.seen.refused++
	}
	if again := snapshot(l.t, before); again != l.text {
		l.t.Fatalf("%T has changed the state that it was given (-was +is):\n%s", c, cmp.Diff(l.text, again))
	}
	if len(events) == 0 {
		// What was refused, or changed nothing, has left the state as it was: Do gave it back.
		return err
	}
	l.text = snapshot(l.t, l.State)
	l.seen.events += len(events)
	l.follows(before, events)
	l.sound(before, c, events)
	l.neverStuck()
	return nil
}

// follows checks that the events follow those before, and that what is read back from the record gives the same state.
func (l *life) follows(before dossier.State, events []dossier.Event) {
	at := before.ChangedAt
	for i, e := range events {
		if e.Seq != before.Version+int64(i)+1 {
			l.t.Fatalf("event %d follows version %d", e.Seq, before.Version+int64(i))
		}
		if e.At.Before(at) || e.At.Location() != time.UTC || e.At.Nanosecond()%int(time.Millisecond) != 0 {
			l.t.Fatalf("event %d at %v, after one at %v", e.Seq, e.At, at)
		}
		at = e.At
	}
	for _, e := range events {
		public, personal := l.throughRecord(e)
		var err error
		if l.public, err = dossier.Fold(l.public, public); err != nil {
			l.t.Fatalf("without personal data: %v", err)
		}
		e.Data = dossier.Join(public.Data, personal)
		if l.read, err = dossier.Fold(l.read, e); err != nil {
			l.t.Fatal(err)
		}
	}
	if !slices.Equal(l.public.Tokens, l.read.Tokens) || l.public.Clock != l.read.Clock {
		l.t.Fatalf("without personal data the dossier stands at %v, and with them at %v", l.public.Tokens, l.read.Tokens)
	}
	if replayed := snapshot(l.t, l.read); replayed != l.text {
		l.t.Fatalf("replayed state (-decided +replayed):\n%s", cmp.Diff(l.text, replayed))
	}
}

// sound checks what is true of every dossier at any time.
func (l *life) sound(before dossier.State, c dossier.Command, events []dossier.Event) {
	s := l.State
	branches := map[string]bool{}
	for _, t := range s.Tokens {
		if branches[t.Branch] {
			l.t.Fatalf("two tokens in branch %s", t.Branch)
		}
		branches[t.Branch] = true
		if step, ok := l.Procedure.Step(t.Step); !ok || step.Kind == v1alpha1.StepParallel {
			l.t.Fatalf("a token rests at %s", t.Step)
		}
		for branch := range branches {
			if branch != t.Branch && (strings.HasPrefix(branch, t.Branch+"/") || strings.HasPrefix(t.Branch, branch+"/")) {
				l.t.Fatalf("tokens in branch %s and in branch %s around it", branch, t.Branch)
			}
		}
	}
	if (len(s.Tokens) == 0) != (s.Ending != nil) {
		l.t.Fatalf("%d tokens, ending %+v", len(s.Tokens), s.Ending)
	}
	l.joins(events)
	l.clock(before, c, events)
	for _, p := range s.Passes {
		if p.LeftAt.Before(p.EnteredAt) {
			l.t.Fatalf("step %s was left before it was entered: %+v", p.Step, p)
		}
	}
}

// joins checks that every fork joins once: a branch step opens, and is closed before it opens again.
func (l *life) joins(events []dossier.Event) {
	for _, e := range events {
		if e.Type != dossier.Joined {
			continue
		}
		// The last fork or join of this step before the event is a fork.
		if opened := l.lastAt(e.From, int(e.Seq)-1); opened != dossier.Branched {
			l.t.Fatalf("event %d joins %s, to which last happened %q", e.Seq, e.From, opened)
		}
	}
}

// lastAt is what happened last at a parallel step among the first events: that it branched or joined.
func (l *life) lastAt(step v1alpha1.ID, first int) dossier.EventType {
	for _, e := range slices.Backward(l.Events[:first]) {
		if e.Data.Rebase != nil {
			for from, to := range e.Data.Rebase.Steps {
				if to == step {
					step = from
					break
				}
			}
		}
		if e.From == step && (e.Type == dossier.Branched || e.Type == dossier.Joined) {
			return e.Type
		}
	}
	return ""
}

// clock checks the statutory clock: it never shows less than nothing, and the time promised moves on only by what it stood
// still or by an extension.
func (l *life) clock(before dossier.State, c dossier.Command, events []dossier.Event) {
	was, is := before.Clock, l.State.Clock
	if is.StartedAt.IsZero() {
		return
	}
	if is.Due.Before(is.StartedAt) || is.StoppedQuarters < was.StoppedQuarters ||
		(is.State == v1alpha1.ClockStopped) == is.StoppedAt.IsZero() || (is.State == v1alpha1.ClockFinished) == is.FinishedAt.IsZero() {
		l.t.Fatalf("clock %+v after %+v", is, was)
	}
	if was.StartedAt.IsZero() || !is.Due.After(was.Due) {
		return
	}
	stood := is.StoppedQuarters > was.StoppedQuarters
	if _, extends := c.(dossier.Extend); !stood && !extends {
		l.t.Fatalf("the time promised moved from %v to %v by %T: %+v", was.Due, is.Due, c, events)
	}
}

// neverStuck checks that an open dossier goes on from every step at which it stands: by itself, or by an action that some
// officer may take.
func (l *life) neverStuck() {
	for _, t := range l.State.Tokens {
		if !t.Expires.IsZero() {
			continue
		}
		if refusals := l.stuck(t); len(refusals) > 0 {
			l.t.Fatalf("nobody can do anything at step %s: %q", t.Step, refusals)
		}
	}
}

// stuck returns why no officer can take any action at a token; nothing when somebody can.
func (l *life) stuck(t dossier.Token) []string {
	step, _ := l.Procedure.Step(t.Step)
	refusals := map[string]bool{}
	// Forms are filled in by chance; what depends on them is given several.
	for range 12 {
		for _, officer := range l.Able(step) {
			for _, action := range step.Actions {
				_, err := dossier.Decide(l.Procedure, l.State, l.Complete(t, officer, action.ID), l.Now, l.Office)
				if err == nil {
					return nil
				}
				refusals[err.Error()] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(refusals))
}

// snapshot is all of a state as text, with what its JSON leaves out.
func snapshot(t interface{ Fatal(args ...any) }, s dossier.State) string {
	kept := struct {
		State   dossier.State
		Entered []time.Time
		EndedAt time.Time
	}{State: s}
	for _, token := range s.Tokens {
		kept.Entered = append(kept.Entered, token.EnteredAt)
	}
	if s.Ending != nil {
		kept.EndedAt = s.Ending.At
	}
	text, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// throughRecord returns an event as it is read back from the record: what may be seen of it, and what is personal data.
func (l *life) throughRecord(e dossier.Event) (dossier.Event, *dossier.Personal) {
	data, personal := dossier.Split(l.Procedure, e.Data)
	text, err := json.Marshal(data)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, secret := range []string{"Xôm", "Quàng", "Ánh", "011234567890", "0912345678", "Thanh Nưa", "Theo quy định"} {
		if strings.Contains(string(text), secret) {
			l.t.Fatalf("event %d shows %q: %s", e.Seq, secret, text)
		}
	}
	e.Data = dossier.Data{}
	if err := json.Unmarshal(text, &e.Data); err != nil {
		l.t.Fatal(err)
	}
	if personal == nil {
		return e, nil
	}
	if text, err = json.Marshal(personal); err != nil {
		l.t.Fatal(err)
	}
	read := new(dossier.Personal)
	if err := json.Unmarshal(text, read); err != nil {
		l.t.Fatal(err)
	}
	return e, read
}
