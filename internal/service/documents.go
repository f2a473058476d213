package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/dossier"
)

const (
	// transferTime bounds how long a document may be on its way, in either direction: a scan over a slow line takes minutes.
	transferTime = 5 * time.Minute
	// maxTransfers bounds the documents of an agency that are on their way at a time.
	maxTransfers = 16
)

// Uploaded is what a document is that was uploaded. A dossier cites it by its hash, within a day.
type Uploaded struct {
	// SHA256 of its bytes, in hexadecimal, and how many there are.
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	// MediaType as its bytes show it.
	MediaType string `json:"mediaType"`
}

// documents is what is going on with the documents of an agency. The zero value is ready.
type documents struct {
	// transfers are on their way.
	transfers atomic.Int32
	// arriving is held for reading while a document is being kept, and for writing while one is deleted that nobody cites:
	// the same may come again at that moment.
	arriving sync.RWMutex
}

// documentOperations are the upload of documents, and their download by who may see the dossier.
func (s *Service) documentOperations() []operation {
	return []operation{
		{
			id: "uploadDocument", method: http.MethodPost, path: agencyPath + "/documents", tag: tagDossiers, who: officers,
			summary: "Upload the bytes of a document, which a dossier cites from then on by their SHA-256",
			description: "What the bytes are is found in them; the header Content-Type does not matter. What no dossier cites within a " +
				"day has to be uploaded again. Taken are " + strings.Join(blob.Taken(), ", ") + ".",
			body: rawBytes{}, answer: Uploaded{}, status: http.StatusCreated, handler: s.asOfficer(s.postDocument),
		},
		{
			id: "getDocument", method: http.MethodGet, path: agencyPath + "/dossiers/{code}/documents/{sha256}", tag: tagDossiers,
			who: officers, summary: "Download a document that a dossier cites", answer: rawBytes{}, handler: s.asOfficer(s.getAttachment),
		},
	}
}

// transfer begins to bring a document here or there; too many at a time are refused.
func (r *records) transfer() (end func(), err error) {
	if r.documents.transfers.Add(1) > maxTransfers {
		r.documents.transfers.Add(-1)
		busy := problem(http.StatusServiceUnavailable, "busy",
			"too many documents are on their way at the moment: try again in a few seconds",
			"đang có quá nhiều tệp được tải; đề nghị thử lại sau vài giây")
		busy.retryAfter = 5
		return nil, busy
	}
	return func() { r.documents.transfers.Add(-1) }, nil
}

func (s *Service) postDocument(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	most := s.config.MaxDocument
	if most <= 0 {
		most = blob.DefaultMaxSize
	}
	if r.ContentLength > most {
		return documentTooLarge(most)
	}
	end, err := d.records.transfer()
	if err != nil {
		return err
	}
	defer end()
	if err := allowBody(w, r, most+1, transferTime); err != nil {
		return err
	}
	d.records.documents.arriving.RLock()
	defer d.records.documents.arriving.RUnlock()
	body := &noted{Reader: r.Body}
	ctx, cancel := context.WithTimeout(r.Context(), transferTime)
	defer cancel()
	kept, err := d.records.blobs.Put(ctx, body)
	if err != nil {
		return documentRefused(err, body.failure, most)
	}
	return writeJSON(w, http.StatusCreated, Uploaded{SHA256: kept.Hash.String(), Size: kept.Size, MediaType: kept.MediaType})
}

// noted remembers why a reader failed.
type noted struct {
	io.Reader
	failure error
}

func (n *noted) Read(p []byte) (int, error) {
	count, err := n.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		n.failure = err
	}
	return count, err
}

func documentTooLarge(most int64) error {
	return problem(http.StatusRequestEntityTooLarge, "document-too-large",
		"a document has at most %[1]d bytes: send a smaller one", "tệp không được vượt quá %[1]d byte", most)
}

// documentRefused says why a document was not kept. Failure is that of the body, if it had one.
func documentRefused(err, failure error, most int64) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, blob.ErrTooLarge), errors.As(err, &tooLarge):
		return documentTooLarge(most)
	case errors.Is(err, blob.ErrType):
		return problem(http.StatusUnsupportedMediaType, "document-type",
			"by its bytes, the document is of none of the sorts that are taken: %[1]s",
			"định dạng tệp không được chấp nhận; chỉ nhận: %[1]s", strings.Join(blob.Taken(), ", "))
	case failure != nil:
		return problem(http.StatusBadRequest, "document-cut-off",
			"the document did not come whole: send it again", "tệp tải lên không đầy đủ; đề nghị gửi lại")
	default:
		return documentsFailed(err)
	}
}

// documentsFailed tells that the store of documents failed; its reason is for the log. A full one is told as such.
func documentsFailed(err error) error {
	if p := problemOf(err); p.Code != "internal" {
		return err
	}
	failed := problem(http.StatusServiceUnavailable, "documents-failed",
		"the store of documents cannot be reached, or failed: nothing was kept; try again shortly",
		"không truy cập được kho tài liệu; đề nghị thử lại sau ít phút")
	failed.retryAfter = 30
	return fmt.Errorf("%w: %w", failed, err)
}

func (s *Service) getAttachment(w http.ResponseWriter, r *http.Request, d *desk, _ v1alpha1.Officer) error {
	found, err := d.open(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(found.state.Attachments, func(a dossier.Attachment) bool { return a.SHA256 == r.PathValue("sha256") })
	hash, err := hashOf(r.PathValue("sha256"))
	if i < 0 || err != nil {
		return problem(http.StatusNotFound, "document-not-found",
			"the dossier has no document with that SHA-256", "hồ sơ không có tệp với mã này")
	}
	end, err := d.records.transfer()
	if err != nil {
		return err
	}
	defer end()
	ctx, cancel := context.WithTimeout(r.Context(), transferTime)
	defer cancel()
	content, known, err := d.records.blobs.Open(ctx, hash)
	if errors.Is(err, blob.ErrNotFound) {
		gone := problem(http.StatusGone, "document-gone",
			"the bytes of the document are not there any more", "nội dung tệp không còn được lưu")
		return fmt.Errorf("%w: %w", gone, err)
	}
	if err != nil {
		return documentsFailed(err)
	}
	defer func() { _ = content.Close() }()
	if err := allowAnswer(w, transferTime); err != nil {
		return err
	}
	asDownload(w.Header(), found.state.Attachments[i], known)
	if _, err := io.Copy(w, content); err != nil && r.Context().Err() == nil {
		// The answer has begun. It is shorter than its header says, so that the connection is cut and the client knows.
		s.log.Error("a document could not be sent whole", "agency", d.name, "error", err)
	}
	return nil
}

// asDownload makes an answer a file that is saved: whatever it is, no browser runs or shows it.
func asDownload(header http.Header, a dossier.Attachment, known blob.Blob) {
	name := a.Name
	if name == "" {
		name = a.SHA256[:12]
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if disposition == "" {
		disposition = "attachment"
	}
	header.Set("Content-Type", a.MediaType)
	header.Set("Content-Length", strconv.FormatInt(known.Size, 10))
	header.Set("Content-Disposition", disposition)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
}

// allowAnswer gives an answer more time than others have.
func allowAnswer(w http.ResponseWriter, within time.Duration) error {
	err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(within))
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}
