package service

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/statistics"
	"chuan.dev/chuan/internal/store"
)

func (s *Service) figureOperations() []operation {
	return []operation{
		{
			id: "getStatistics", method: http.MethodGet, path: agencyPath + "/statistics", tag: tagFigures, who: officers,
			summary: "Counts, rates and times of dossiers, by procedure, step and period",
			query: append(periodParameters(true), parameter{
				name: "by", description: "Count by months, quarters or years.", values: []string{"month", "quarter", "year"},
			}),
			answer: Statistics{}, handler: s.asOfficer(s.getStatistics),
		},
		{
			id: "getEvidence", method: http.MethodGet, path: agencyPath + "/evidence", tag: tagFigures, who: operator,
			summary: "What the records prove of themselves, and the figures of a period",
			query: append(periodParameters(false),
				parameter{name: "seed", description: "By which dossiers of the period are drawn. Who has it draws the same ones."},
				parameter{name: "sample", kind: "integer", description: "How many are drawn: 0 to 1000. Default 0."}),
			answer: EvidenceView{}, handler: s.atDesk(s.getEvidence),
		},
	}
}

// Statistics are reports of periods that follow one another.
type Statistics struct {
	Items []statistics.Report `json:"items"`
}

func (s *Service) getStatistics(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	values := r.URL.Query()
	whole, err := d.periodOf(values)
	if err != nil {
		return err
	}
	parts, err := d.periodsOf(whole, values.Get("by"))
	if err != nil {
		return err
	}
	release, err := d.counting(w)
	if err != nil {
		return err
	}
	defer release()
	reports, _, err := d.countDossiers(r.Context(), whole, parts)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, Statistics{Items: reports})
}

// EvidenceView is what an agency's records prove of themselves.
type EvidenceView struct {
	// Agency is the identification code.
	Agency string `json:"agency"`
	// Dossiers and Events that there are, petitions and consultations among them.
	Dossiers int64 `json:"dossiers"`
	Events   int64 `json:"events"`
	// Head is a hash over the chains of all dossiers.
	Head string `json:"head"`
	// Verified says that every chain is whole; Broken says where the first break is when one is not.
	Verified bool   `json:"verified"`
	Broken   *Break `json:"broken,omitempty"`
	// Root is that of the last day that was signed; absent before the first.
	Root *SignedRoot `json:"root,omitempty"`
	// Report of the period that was asked for, and what was drawn of its dossiers.
	Report *statistics.Report `json:"report,omitempty"`
	Sample *SampleView        `json:"sample,omitempty"`
	// At is when the records were read.
	At string `json:"at"`
}

// Break is where records contradict themselves.
type Break struct {
	Dossier string `json:"dossier,omitempty"`
	Event   int64  `json:"event,omitempty"`
	Detail  string `json:"detail"`
}

// SignedRoot is the root over the events of a day, signed by the agency.
type SignedRoot struct {
	Day  string `json:"day"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
	Root string `json:"root"`
	Prev string `json:"prev"`
	// KeyID names the key of the signature.
	KeyID     string `json:"keyId"`
	Signature []byte `json:"signature"`
}

// SampleView are the dossiers of the period that were drawn by a seed, in the order in which they were drawn.
type SampleView struct {
	Seed string `json:"seed"`
	// Population is the number of dossiers of which they were drawn.
	Population int      `json:"population"`
	Codes      []string `json:"codes"`
}

// maxSample bounds how many dossiers are drawn, maxSeed the length of what they are drawn by.
const (
	maxSample = 1000
	maxSeed   = 200
)

func (s *Service) getEvidence(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := s.mayAskForEvidence(r); err != nil {
		return err
	}
	values := r.URL.Query()
	size, err := sampleOf(values.Get("sample"), values.Get("seed"))
	if err != nil {
		return err
	}
	release, err := d.counting(w)
	if err != nil {
		return err
	}
	defer release()
	view := EvidenceView{Agency: d.spec.Code, At: d.stamp(d.now)}
	if values.Has("from") || values.Has("to") {
		whole, err := d.periodOf(values)
		if err != nil {
			return err
		}
		reports, codes, err := d.countDossiers(r.Context(), whole, []statistics.Period{whole})
		if err != nil {
			return err
		}
		view.Report = &reports[0]
		if size > 0 {
			seed := values.Get("seed")
			view.Sample = &SampleView{Seed: seed, Population: len(codes), Codes: statistics.Sample(codes, seed, size)}
		}
	}
	if err := s.proof(r, d, &view); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, view)
}

// sampleOf is how many dossiers are to be drawn.
func sampleOf(text, seed string) (int, error) {
	size := 0
	if text != "" {
		var err error
		if size, err = strconv.Atoi(text); err != nil || size < 0 || size > maxSample {
			return 0, problem(http.StatusBadRequest, "parameter-wrong", "sample is a number from 0 to %[1]d",
				"sample phải là số từ 0 đến %[1]d", maxSample)
		}
	}
	if len(seed) > maxSeed || size > 0 && seed == "" {
		return 0, problem(http.StatusBadRequest, "parameter-wrong", "seed is a text of 1 to %[1]d bytes, by which dossiers are drawn",
			"seed phải là chuỗi từ 1 đến %[1]d byte", maxSeed)
	}
	return size, nil
}

// proof is what the records prove of themselves.
func (s *Service) proof(r *http.Request, d *desk, view *EvidenceView) error {
	evidence, err := d.records.Verify(r.Context())
	if err != nil {
		return err
	}
	view.Dossiers, view.Events, view.Head = evidence.Dossiers, evidence.Events, evidence.Head.String()
	view.Verified = evidence.Broken == nil
	if b := evidence.Broken; b != nil {
		view.Broken = &Break{Dossier: b.Code, Event: b.Seq, Detail: b.Detail}
		s.log.Error("the records are broken", "agency", d.name, "dossier", b.Code, "event", b.Seq, "detail", b.Detail)
	}
	roots, err := d.records.Roots(r.Context(), "")
	if err != nil || len(roots) == 0 {
		return err
	}
	view.Root = signedRoot(&roots[len(roots)-1])
	return nil
}

func signedRoot(r *store.DayRoot) *SignedRoot {
	return &SignedRoot{
		Day: r.Day, From: r.From, To: r.To, Root: r.Root.String(), Prev: r.Prev.String(), KeyID: r.KeyID, Signature: r.Signature,
	}
}

// mayTake lets an answer take longer than an ordinary one. A connection without deadlines needs no other one.
func mayTake(w http.ResponseWriter, within time.Duration) error {
	err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(within))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}
