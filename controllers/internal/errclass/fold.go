package errclass

import (
	"errors"
	"slices"
	"strings"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	"chuan.dev/chuan/controllers/internal/status"
)

// ConflictDelay is the time after which a pass that met a conflict is repeated: long enough for the cache to see the
// other writer's change.
const ConflictDelay = 100 * time.Millisecond

// Verdict is what the errors of one pass come to.
type Verdict struct {
	// Result tells the work queue when to come again. It is zero when Err is set.
	Result ctrl.Result
	// Err is the transient errors, joined, which the work queue retries with growing delay.
	Err error
	// Outcome is what the status says; zero when the pass met conflicts only.
	Outcome status.Outcome
}

// Fold returns what all errors of one pass come to. The status shows the worst class: what needs a person first, then what
// is being retried, then what is waited for. A transient error is retried even where another phase is stalled. Without
// errors the object has succeeded, with the given message.
func Fold(collected []error, success string) Verdict {
	byClass := map[Class][]error{}
	for _, err := range flatten(collected) {
		class := Of(err)
		byClass[class] = append(byClass[class], err)
	}
	verdict := Verdict{Outcome: outcome(byClass, success), Err: errors.Join(byClass[Transient]...)}
	if verdict.Err == nil {
		verdict.Result = ctrl.Result{RequeueAfter: soonest(byClass)}
	}
	return verdict
}

// flatten takes joined errors apart, so that each is judged by its own class.
func flatten(collected []error) []error {
	var flat []error
	for _, err := range collected {
		if err == nil {
			continue
		}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			flat = append(flat, flatten(joined.Unwrap())...)
			continue
		}
		flat = append(flat, err)
	}
	return flat
}

func outcome(byClass map[Class][]error, success string) status.Outcome {
	switch {
	case len(byClass[Terminal]) > 0:
		return status.Stalled(reasonOf(byClass[Terminal][0]), messages(byClass[Terminal]))
	case len(byClass[Transient]) > 0:
		return status.Failing(messages(byClass[Transient]))
	case len(byClass[Conflict]) > 0:
		return status.Outcome{}
	case len(byClass[Waiting]) > 0:
		return status.Waiting(reasonOf(byClass[Waiting][0]), messages(byClass[Waiting]))
	default:
		return status.Succeeded(success)
	}
}

// messages joins the texts of errors in the order of the phases that met them, each once.
func messages(collected []error) string {
	var texts []string
	for _, err := range collected {
		if text := err.Error(); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

func soonest(byClass map[Class][]error) time.Duration {
	var soonest time.Duration
	if len(byClass[Conflict]) > 0 {
		soonest = ConflictDelay
	}
	for _, err := range byClass[Waiting] {
		if after := delayOf(err); after > 0 && (soonest == 0 || after < soonest) {
			soonest = after
		}
	}
	return soonest
}
