package dossier

import (
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

// State is where a dossier stands: the fold of its events. The zero value is a dossier that was not received yet. A State
// is a value: nothing in this package changes one that it was given.
type State struct {
	// Version is the sequence number of the last event; 0 before the first.
	Version int64
	// Receipt is how and under which revision the dossier came in.
	Receipt Receipt
	// ReceivedAt is when the dossier came in. The statutory clock starts later, at its acceptance.
	ReceivedAt time.Time
	// ChangedAt is when the last event happened.
	ChangedAt time.Time
	// Forms are the values filled in so far.
	Forms procedure.Forms
	// Documents are the copies held of each document.
	Documents map[v1alpha1.ID]int32
	// Tokens are the places at which the dossier stands, ordered by branch. An ended dossier has none.
	Tokens []Token
	// Assignees are the officers chosen for steps.
	Assignees map[v1alpha1.ID]v1alpha1.ID
	// Parts are who has acted in which role, in the order in which they first did.
	Parts []Part
	// Taken counts the actions taken, by "STEP/ACTION".
	Taken map[string]int32
	// Heading is the outcome that an action has fixed; empty before.
	Heading v1alpha1.ID
	// Clock is the statutory clock.
	Clock Clock
	// Ending is how the dossier ended; nil while it is open.
	Ending *Ending
	// Passes are the steps that the dossier has left, in the order in which it left them.
	Passes []Pass
	// Attachments, results, extensions and payments so far.
	Attachments []Attachment
	Results     []Result
	Extensions  []Extension
	Payments    []Payment
	// Corrections are the times at which the dossier was opened again after its end.
	Corrections []Correction
	// Place of the paper file, and the loan of it that is not back yet.
	Place string
	Loan  *Loan
	// Consultations that wait for an answer.
	Consultations []Consultation
	// Disposal of the record; nil while it is kept.
	Disposal *Disposal
}

// Receipt is what is recorded when a dossier comes in.
type Receipt struct {
	// Procedure is the name of the QualityProcedure, Revision its number and Digest the identity of its text. The dossier
	// keeps this revision for ever, unless it is moved onto another one, which it then names in a State.
	Procedure string `json:"procedure"`
	Revision  int32  `json:"revision"`
	Digest    string `json:"digest"`
	// Channel by which it came in.
	Channel v1alpha1.Channel `json:"channel"`
	// Applicant whose dossier it is.
	Applicant Applicant `json:"applicant"`
	// Agencies that have to do with it.
	Agencies Agencies `json:"agencies,omitzero"`
	// ReturnBy is how the result is to be given: counter, online or post.
	ReturnBy v1alpha1.Channel `json:"returnBy,omitempty"`
	// Sets of papers that were handed in; 0 means one.
	Sets int32 `json:"sets,omitempty"`
}

// Agencies are the three agencies of a dossier, by their codes.
type Agencies struct {
	// SupportPoint is where the applicant handed it in, when that is not the receiving agency.
	SupportPoint string `json:"supportPoint,omitempty"`
	// Receiving agency, whose dossier it is, and Competent agency, which decides about it.
	Receiving string `json:"receiving,omitempty"`
	Competent string `json:"competent,omitempty"`
}

// Applicant is the person or organisation that asks. All of it is personal data.
type Applicant struct {
	// Name in full. It is required.
	Name string `json:"name"`
	// IdentityNumber is the personal identification number, or the tax code of an organisation.
	IdentityNumber string `json:"identityNumber,omitempty"`
	Phone          string `json:"phone,omitempty"`
	Email          string `json:"email,omitempty"`
	Address        string `json:"address,omitempty"`
}

// MainBranch is the branch of the token with which a dossier begins. The branches of a parallel step B4 in it are
// "main/B4.0", "main/B4.1" and so on.
const MainBranch = "main"

// Token marks a step at which the dossier stands. There is at most one in a branch.
type Token struct {
	// Branch in which the token moves.
	Branch string `json:"branch"`
	// Step at which it stands.
	Step v1alpha1.ID `json:"step"`
	// EnteredAt is when it came there.
	EnteredAt time.Time `json:"-"`
	// Due is when the step's own budget is used up; zero when it has none.
	Due time.Time `json:"due,omitzero"`
	// Expires is when the dossier goes on by itself: the end of a wait, or of the time after which silence is an answer.
	// Zero when it does not.
	Expires time.Time `json:"expires,omitzero"`
}

// Pass is a step that a dossier has left. Lateness belongs to the step that held it when its budget ran out. A step that
// the dossier did not take, because its condition does not hold, is none; nor is a parallel step, whose work is done in
// its branches.
type Pass struct {
	Branch string
	Step   v1alpha1.ID
	// Officer and Role that ended it; empty for what went on by itself.
	Officer v1alpha1.ID
	Role    v1alpha1.ID
	// EnteredAt and LeftAt, and when the step's own budget was used up, which may be zero.
	EnteredAt, LeftAt, Due time.Time
}

// Late says whether the step took longer than its budget.
func (p Pass) Late() bool { return !p.Due.IsZero() && p.LeftAt.After(p.Due) }

// Correction is a time at which an ended dossier was opened again, to issue another result in place of one that was wrong.
// The statutory clock is not part of it: it was finished by the first result, and nothing more is promised.
type Correction struct {
	// At is when it was opened again, and Ending how it had ended.
	At     time.Time
	Ending Ending
	// Results that were issued before.
	Results int
}

// Part is a role that an officer has played in a dossier.
type Part struct {
	Officer v1alpha1.ID
	Role    v1alpha1.ID
}

// Ending is how a dossier ended.
type Ending struct {
	// Outcome of the procedure.
	Outcome v1alpha1.ID `json:"outcome"`
	// Result is what the outcome means for the applicant.
	Result v1alpha1.OutcomeResult `json:"result"`
	// At is when it ended.
	At time.Time `json:"-"`
}

// Clock is the statutory clock of a dossier.
type Clock struct {
	// State of the clock.
	State v1alpha1.ClockState `json:"state"`
	// StartedAt is when the dossier was accepted; zero before.
	StartedAt time.Time `json:"startedAt,omitzero"`
	// Due is the time promised to the applicant, moved on by the working time for which the clock was stopped.
	Due time.Time `json:"due,omitzero"`
	// StoppedAt is when the clock stopped; zero while it does not stand still.
	StoppedAt time.Time `json:"stoppedAt,omitzero"`
	// StoppedQuarters is the working time for which the clock has stood still, in quarters of an hour. Every stop is
	// rounded up to a whole quarter, the smallest amount of the procedure language.
	StoppedQuarters int `json:"stoppedQuarters,omitempty"`
	// FinishedAt is when the result was ready; zero before.
	FinishedAt time.Time `json:"finishedAt,omitzero"`
}

// Open says whether the dossier has come in and not ended.
func (s State) Open() bool { return s.Version > 0 && s.Ending == nil }

// At returns the token at a step. Of several, which only a procedure with one step in two branches could bring about, it
// is the first.
func (s State) At(step v1alpha1.ID) (Token, bool) {
	for _, t := range s.Tokens {
		if t.Step == step {
			return t, true
		}
	}
	return Token{}, false
}

// in returns the token of a branch.
func (s State) in(branch string) (Token, bool) {
	for _, t := range s.Tokens {
		if t.Branch == branch {
			return t, true
		}
	}
	return Token{}, false
}

// under returns the branches with a token that a parallel step has opened.
func (s State) under(fork string) []string {
	var branches []string
	for _, t := range s.Tokens {
		if strings.HasPrefix(t.Branch, fork) {
			branches = append(branches, t.Branch)
		}
	}
	return branches
}

// takenKey is the key of an action in State.Taken.
func takenKey(step, action v1alpha1.ID) string { return string(step) + "/" + string(action) }

// splitTaken takes a key of State.Taken apart.
func splitTaken(key string) (step, action v1alpha1.ID) {
	before, after, _ := strings.Cut(key, "/")
	return v1alpha1.ID(before), v1alpha1.ID(after)
}
