package service

import (
	"net/http"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/dossier"
)

// commandBody is the body of a request by which something is done in a dossier.
type commandBody interface {
	// seen is the version of the dossier that the officer has seen.
	seen() int64
	// command is what the body asks for.
	command(r *http.Request, d *desk, officer v1alpha1.ID, version int64) (dossier.Command, error)
}

// Seen is the version of the dossier that the officer has seen. It is sent in the body, or in the header If-Match.
type Seen struct {
	Version int64 `json:"version,omitempty"`
}

func (s Seen) seen() int64 { return s.Version }

// commandOperations are what may be done in a dossier.
func (s *Service) commandOperations() []operation {
	does := func(id, last, summary string, body func() commandBody) operation {
		return operation{
			id: id, method: http.MethodPost, path: agencyPath + "/dossiers/{code}/" + last, tag: tagDossiers, who: officers,
			summary: summary, once: true, body: body(), answer: DossierView{}, handler: s.asOfficer(s.commanded(body)),
		}
	}
	return []operation{
		does("takeAction", "actions", "Take an action in a step", func() commandBody { return &TakenAction{} }),
		does("reassignStep", "reassign", "Give an open step to another officer", func() commandBody { return &Reassignment{} }),
		does("extendDossier", "extend", "Move the time promised on, with an apology", func() commandBody { return &ExtensionAsked{} }),
		does("withdrawDossier", "withdraw", "End a dossier that its applicant takes back",
			func() commandBody { return &Withdrawal{} }),
		does("discontinueDossier", "discontinue", "End a dossier on which the agency stops working",
			func() commandBody { return &Discontinuance{} }),
		does("correctDossier", "correct", "Open an ended dossier again whose result was wrong",
			func() commandBody { return &Correction{} }),
		does("supplementDossier", "supplement", "Add papers and payments outside of an action",
			func() commandBody { return &Addendum{} }),
		does("shelveDossier", "shelve", "Say where the paper file is kept", func() commandBody { return &Shelving{} }),
		does("lendDossier", "lend", "Lend the paper file out", func() commandBody { return &Lending{} }),
		does("returnDossier", "return", "Bring the paper file back", func() commandBody { return &Returning{} }),
		does("moveDossier", "move", "Move an open dossier onto another revision, because its applicant asks for it",
			func() commandBody { return &Moving{} }),
		does("disposeDossier", "dispose", "End the keeping of a record whose time is over",
			func() commandBody { return &Disposing{} }),
	}
}

// commanded does what a body asks for.
func (s *Service) commanded(
	body func() commandBody,
) func(http.ResponseWriter, *http.Request, *desk, v1alpha1.Officer) error {
	return func(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
		asked := body()
		once, err := d.readOnce(r, officer.ID, asked)
		if err != nil {
			return err
		}
		version, err := versionOf(r, asked.seen())
		if err != nil {
			return err
		}
		c, err := asked.command(r, d, officer.ID, version)
		if err != nil {
			return err
		}
		after, repeated, err := d.do(r.Context(), r.PathValue("code"), c, once)
		if err != nil {
			return s.withCurrent(r, d, officer, err)
		}
		if _, disposed := c.(dossier.Dispose); disposed {
			s.discardDisposed(r.Context(), d, after.state.Attachments)
		}
		return d.writeDossier(w, http.StatusOK, d.view(after, officer.ID), after, repeated)
	}
}

// withCurrent puts the dossier as it is now beside the refusal of what was done to an older version.
func (s *Service) withCurrent(r *http.Request, d *desk, officer v1alpha1.Officer, err error) error {
	p := problemOf(err)
	if p.Code != string(dossier.CodeStale) {
		return err
	}
	current, failure := d.open(r.Context(), r.PathValue("code"))
	if failure != nil {
		return failure
	}
	p.Current = d.whole(current, officer.ID)
	return p
}

// TakenAction is the body by which an action is taken.
type TakenAction struct {
	Seen
	Action v1alpha1.ID `json:"action"`
	// Step may be left out where only one open step offers the action.
	Step      v1alpha1.ID                    `json:"step,omitempty"`
	Reason    string                         `json:"reason,omitempty"`
	Forms     map[v1alpha1.ID]map[string]any `json:"forms,omitempty"`
	Documents []HandedIn                     `json:"documents,omitempty"`
	// Attachments whose bytes were uploaded before.
	Attachments []AttachmentRef `json:"attachments,omitempty"`
	// Payments of the fees that the step collects.
	Payments []dossier.Payment `json:"payments,omitempty"`
	// Assignee is the officer whom an assign step chooses.
	Assignee v1alpha1.ID `json:"assignee,omitempty"`
}

func (b *TakenAction) command(r *http.Request, d *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	attachments, err := d.attachments(r.Context(), b.Attachments)
	return dossier.Act{
		Officer: officer, Version: version, Step: b.Step, Action: b.Action, Reason: b.Reason, Forms: b.Forms,
		Documents: copiesOf(b.Documents), Assignee: b.Assignee, Attachments: attachments, Payments: b.Payments,
	}, err
}

// Reassignment is the body by which a step is given to another officer, or to every holder of its role.
type Reassignment struct {
	Seen
	Step     v1alpha1.ID `json:"step"`
	Assignee v1alpha1.ID `json:"assignee,omitempty"`
	Reason   string      `json:"reason,omitempty"`
}

func (b *Reassignment) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Reassign{Officer: officer, Version: version, Step: b.Step, Assignee: b.Assignee, Reason: b.Reason}, nil
}

// ExtensionAsked is the body by which the time promised is moved on.
type ExtensionAsked struct {
	Seen
	// By how much, as 2wd.
	By     v1alpha1.WorkDuration `json:"by"`
	Reason string                `json:"reason"`
}

func (b *ExtensionAsked) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Extend{Officer: officer, Version: version, By: b.By, Reason: b.Reason}, nil
}

// Withdrawal is the body by which a dossier ends because its applicant takes it back.
type Withdrawal struct {
	Seen
	Reason string `json:"reason,omitempty"`
}

func (b *Withdrawal) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Withdraw{Officer: officer, Version: version, Reason: b.Reason}, nil
}

// Discontinuance is the body by which a dossier ends because the agency stops working on it.
type Discontinuance struct {
	Seen
	Reason string `json:"reason"`
}

func (b *Discontinuance) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Discontinue{Officer: officer, Version: version, Reason: b.Reason}, nil
}

// Correction is the body by which an ended dossier is opened again, because its result was wrong.
type Correction struct {
	Seen
	Reason string `json:"reason"`
}

func (b *Correction) command(_ *http.Request, _ *desk, officer v1alpha1.ID, version int64) (dossier.Command, error) {
	return dossier.Correct{Officer: officer, Version: version, Reason: b.Reason}, nil
}
