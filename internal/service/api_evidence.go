package service

import (
	"errors"
	"net/http"
	"time"
)

// EvidenceView is what an agency's records prove of themselves.
type EvidenceView struct {
	Dossiers int64 `json:"dossiers"`
	Events   int64 `json:"events"`
	// Head is a hash over the chains of all dossiers.
	Head string `json:"head"`
	// Verified says that every chain is whole; Broken says where the first break is when one is not.
	Verified bool   `json:"verified"`
	Broken   *Break `json:"broken,omitempty"`
	// At is when the records were read.
	At string `json:"at"`
}

// Break is where records contradict themselves.
type Break struct {
	Dossier string `json:"dossier,omitempty"`
	Event   int64  `json:"event,omitempty"`
	Detail  string `json:"detail"`
}

// evidenceTime bounds the reading of all records of an agency.
const evidenceTime = 5 * time.Minute

func (s *Service) getEvidence(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := s.mayAskForEvidence(r); err != nil {
		return err
	}
	// Reading everything may take longer than an ordinary answer. A connection without deadlines needs no other one.
	err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(evidenceTime))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	evidence, err := d.records.Verify(r.Context())
	if err != nil {
		return err
	}
	view := EvidenceView{
		Dossiers: evidence.Dossiers, Events: evidence.Events, Head: evidence.Head.String(),
		Verified: evidence.Broken == nil, At: d.stamp(d.now),
	}
	if b := evidence.Broken; b != nil {
		view.Broken = &Break{Dossier: b.Code, Event: b.Seq, Detail: b.Detail}
		s.log.Error("the records are broken", "agency", d.name, "dossier", b.Code, "event", b.Seq, "detail", b.Detail)
	}
	return writeJSON(w, http.StatusOK, view)
}
