package service

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/consultation"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/exchange"
	"chuan.dev/chuan/internal/store"
)

// getEnclosure gives a document that was sent along with a question to the agency that was asked.
func (s *Service) getEnclosure(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := s.post.mayBring(r); err != nil {
		return err
	}
	f := exchange.Fetch{
		Asker: d.spec.Code, Asked: exchange.Asks(r), Dossier: r.PathValue("code"), SHA256: r.PathValue("sha256"),
	}
	if err := exchange.VerifyFetch(r, f, d.now, s.post.keysOf(f.Asked)); err != nil {
		return turnedAway(err)
	}
	file, err := d.lend(r.Context(), f)
	if err != nil {
		return err
	}
	return giveFile(w, file)
}

// lend opens a document for the agency that was asked about a dossier. It gives what was sent along with a question, and
// nothing else.
func (d *desk) lend(ctx context.Context, f exchange.Fetch) (io.ReadCloser, error) {
	hash, err := hashOf(f.SHA256)
	if err != nil {
		return nil, store.ErrNotFound
	}
	r, err := d.open(ctx, f.Dossier)
	if err != nil {
		return nil, err
	}
	if d.records.blobs == nil || !sentTo(r, f.Asked, f.SHA256) {
		return nil, store.ErrNotFound
	}
	file, _, err := d.records.blobs.Open(ctx, hash)
	return file, err
}

// sentTo says whether a document of a dossier was sent along with a question to an agency.
func sentTo(r *recorded, agency, sha256 string) bool {
	return slices.ContainsFunc(r.events, func(e dossier.Event) bool {
		c := e.Data.Consultation
		if e.Type != dossier.Asked || c == nil || c.Agency != agency {
			return false
		}
		step, ok := r.procedure.Step(c.Step)
		if !ok || step.Sends == nil {
			return false
		}
		return slices.ContainsFunc(r.state.Attachments, func(a dossier.Attachment) bool {
			return a.SHA256 == sha256 && slices.Contains(step.Sends.Documents, v1alpha1.ID(a.Document))
		})
	})
}

// getConsultationFile gives an officer of the agency that was asked a document that came along with the question.
func (s *Service) getConsultationFile(w http.ResponseWriter, r *http.Request, d *desk, officer v1alpha1.Officer) error {
	a, err := d.questionFor(r.Context(), r.PathValue("code"), officer.ID)
	if err != nil {
		return err
	}
	file, err := s.post.enclosure(r.Context(), d, a, r.PathValue("sha256"))
	if err != nil {
		return err
	}
	return giveFile(w, file)
}

// enclosure opens a document that came along with a question. It is fetched from the asker when it is first wanted, and is
// kept from then on for as long as the question is.
func (p *post) enclosure(ctx context.Context, d *desk, a *asking, sha256 string) (io.ReadCloser, error) {
	hash, err := hashOf(sha256)
	if err != nil || d.records.blobs == nil || !encloses(&a.state.Question, sha256) {
		return nil, store.ErrNotFound
	}
	file, _, err := d.records.blobs.Open(ctx, hash)
	if !errors.Is(err, blob.ErrNotFound) {
		return file, err
	}
	f := exchange.Fetch{
		Asker: a.state.Question.Asker.Code, Asked: d.spec.Code, Dossier: a.state.Question.Dossier, SHA256: sha256, At: d.now,
	}
	fetched, err := p.fetch(ctx, d, f)
	if err != nil {
		p.service.log.Warn("a document that was sent along with a question cannot be fetched", "agency", d.name,
			"from", f.Asker, "error", err)
		return nil, problem(http.StatusBadGateway, "enclosure-unreachable",
			"the document is with the asking agency, which does not give it at the moment: try again later",
			"chưa lấy được tài liệu từ cơ quan hỏi; đề nghị thử lại sau")
	}
	kept, err := d.records.blobs.Put(ctx, fetched)
	if err := errors.Join(err, fetched.Close()); err != nil {
		return nil, err
	}
	if hex.EncodeToString(kept.Hash[:]) != sha256 {
		// Nothing cites what came instead, so that it is cleared away.
		return nil, problem(http.StatusBadGateway, "enclosure-altered",
			"the asking agency gives another document than it has sent along",
			"tài liệu nhận được không khớp với tài liệu đã gửi kèm")
	}
	file, _, err = d.records.blobs.Open(ctx, hash)
	return file, err
}

// fetch asks for a document where it is: in this service, or in another.
func (p *post) fetch(ctx context.Context, d *desk, f exchange.Fetch) (io.ReadCloser, error) {
	if name, ok := p.servedHere(f.Asker); ok {
		asker, release, err := p.service.desk(name)
		if err != nil {
			return nil, err
		}
		defer release()
		return asker.lend(ctx, f)
	}
	peer, ok := p.peers.Now().ByCode(f.Asker)
	if !ok {
		return nil, exchange.ErrUnknownSender
	}
	return exchange.Get(ctx, p.client, peer, f, d.records.keys)
}

// encloses says whether a document came along with the question.
func encloses(q *consultation.Question, sha256 string) bool {
	for _, document := range q.Documents {
		for _, file := range document.Files {
			if file.SHA256 == sha256 {
				return true
			}
		}
	}
	return false
}

// giveFile answers with a document as bytes to be saved: a browser shows nothing of what somebody else has handed in.
func giveFile(w http.ResponseWriter, file io.ReadCloser) error {
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Disposition", "attachment")
	header.Set("Cache-Control", "no-store")
	_, err := io.Copy(w, file)
	// The client may have gone; there is nobody left to tell.
	_ = err
	return file.Close()
}

// exchangeOperations are the operations by which agencies reach each other.
func (s *Service) exchangeOperations() []operation {
	return []operation{
		{
			id: "postMessage", method: http.MethodPost, path: agencyPath + "/messages", tag: tagConsultations, who: everybody,
			summary: "Bring a message of another agency",
			description: "The message is signed by its sender, whose key is in the peers file, and numbered. One that was " +
				"brought before changes nothing. One that comes before its turn gets 409 with the number that is expected in " +
				"the header " + exchange.ExpectedHeader + ".",
			body: exchange.Envelope{}, answer: Taken{}, handler: s.atDesk(s.postMessage),
		},
		{
			id: "listMessages", method: http.MethodGet, path: agencyPath + "/messages", tag: tagConsultations, who: officers,
			summary: "The messages of other agencies that were not applied", query: append(asideFilters(), paging()...),
			description: "An open one waits for somebody to look at it; its outcome says why it was not applied. An ended one " +
				"came too late to change anything.",
			answer: AsideRegister{}, handler: s.asOfficer(s.listAside(store.KindMessage)),
		},
		{
			id: "getEnclosure", method: http.MethodGet, path: agencyPath + "/enclosures/{code}/{sha256}",
			tag: tagConsultations, who: everybody, summary: "A document that was sent along with a question",
			description: "For the agency that was asked, which signs the request.",
			handler:     s.atDesk(s.getEnclosure),
		},
	}
}
