package service

import (
	"context"
	"errors"
	"net/http"

	"chuan.dev/chuan/internal/blob"
	"chuan.dev/chuan/internal/dossier"
)

// AttachmentRef refers to bytes that were uploaded before. Their size and their type are what the service found.
type AttachmentRef struct {
	// Document of the procedure that it is, or the field of a form as "FORM.FIELD"; empty for what is neither.
	Document string `json:"document,omitempty"`
	// SHA256 of the bytes, in hexadecimal.
	SHA256 string `json:"sha256"`
	// Name of the file.
	Name string `json:"name,omitempty"`
}

// maxAttachments bounds what is attached at a time.
const maxAttachments = 50

// attachments are the documents that references mean.
func (d *desk) attachments(ctx context.Context, refs []AttachmentRef) ([]dossier.Attachment, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	if len(refs) > maxAttachments {
		return nil, problem(http.StatusUnprocessableEntity, "attachments-too-many",
			"attach at most %[1]d documents at a time", "mỗi lần chỉ đính kèm tối đa %[1]d tệp", maxAttachments)
	}
	found := make([]dossier.Attachment, 0, len(refs))
	for _, ref := range refs {
		known, err := d.attachment(ctx, ref)
		if errors.Is(err, blob.ErrNotFound) {
			err = problem(http.StatusUnprocessableEntity, "attachment-unknown",
				"no document with the SHA-256 %[1]q was uploaded: upload it first",
				"chưa có tệp với mã SHA-256 %[1]q; đề nghị tải tệp lên trước", ref.SHA256)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, known)
	}
	return found, nil
}

func (d *desk) attachment(ctx context.Context, ref AttachmentRef) (dossier.Attachment, error) {
	hash, err := hashOf(ref.SHA256)
	if err != nil || d.records.blobs == nil {
		return dossier.Attachment{}, blob.ErrNotFound
	}
	content, known, err := d.records.blobs.Open(ctx, hash)
	if err != nil {
		return dossier.Attachment{}, err
	}
	if err := content.Close(); err != nil {
		return dossier.Attachment{}, err
	}
	if olderThan(known, citeWithin) {
		// It would soon be deleted, unless it is cited already.
		if cited, err := d.records.Cites(ctx, hash); err != nil || !cited {
			return dossier.Attachment{}, errors.Join(blob.ErrNotFound, err)
		}
	}
	return dossier.Attachment{
		Document: ref.Document, SHA256: hash.String(), Size: known.Size, MediaType: known.MediaType, Name: ref.Name,
	}, nil
}
