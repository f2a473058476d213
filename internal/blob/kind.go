package blob

import (
	"fmt"
	"mime"
	"slices"

	"github.com/gabriel-vasile/mimetype"
)

// headSize is how many of the first bytes say of what sort a document is.
const headSize = 3 << 10

// taken are the sorts of documents that are taken: what can still be read in decades and does nothing by itself.
//
//   - PDF is what records are kept as, and what is signed.
//   - PNG, JPEG and TIFF are what scanners and telephones give.
//   - OOXML and OpenDocument texts and tables are forms that people fill in.
//   - Plain text, tables in text, and XML, in which invoices and signed forms come.
//   - Signatures that stand beside a document (PKCS #7, .p7s).
//
// Left out on purpose: archives, in which anything can hide; HTML, SVG and everything else that a browser runs; the binary
// formats of old office programs, which carry macros; HEIC, which many of the agencies' machines cannot show and
// telephones turn into JPEG when they are asked to; sound and film.
var taken = []string{
	"application/pdf",
	"application/pkcs7-signature",
	"application/vnd.oasis.opendocument.spreadsheet",
	"application/vnd.oasis.opendocument.text",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"image/jpeg",
	"image/png",
	"image/tiff",
	"text/csv",
	"text/plain",
	"text/tab-separated-values",
	"text/xml",
}

// Taken are the media types of the documents that are taken, in order.
func Taken() []string { return slices.Clone(taken) }

// mediaType is the sort of document whose first bytes are given, as they show it, without parameters.
func mediaType(head []byte) string {
	kind, _, err := mime.ParseMediaType(mimetype.Detect(head[:min(len(head), headSize)]).String())
	if err != nil {
		return "application/octet-stream"
	}
	return kind
}

// take says whether a sort of document is taken.
func take(kind string) error {
	if !slices.Contains(taken, kind) {
		return fmt.Errorf("%w: it is %s", ErrType, kind)
	}
	return nil
}
