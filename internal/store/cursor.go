package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// maxCursor is the greatest length of a cursor that is looked at.
const maxCursor = 512

// cursorCheck is how many bytes of a hash guard a cursor against typing errors. It is no secret: a cursor names a place
// in an order, and whoever may read the list may begin anywhere.
const cursorCheck = 4

// Cursor is the place at which a page ended. Drivers keep in it the last item's position in the order, so that items that
// come and go in between neither repeat nor hide others.
type Cursor struct {
	// List names the list and its order. A cursor of another list is refused.
	List string
	// Key is what the list is ordered by, ID the dossier among equal ones, and Branch the step in it.
	Key, ID int64
	Branch  string
}

// String is the cursor as it is given to who asks.
func (c Cursor) String() string {
	text := binary.AppendUvarint(nil, uint64(len(c.List)))
	text = append(text, c.List...)
	text = binary.AppendVarint(text, c.Key)
	text = binary.AppendVarint(text, c.ID)
	text = append(text, c.Branch...)
	check := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(append(check[:cursorCheck:cursorCheck], text...))
}

// ParseCursor reads a cursor of a list; nil for the empty text, which is the beginning. What is none, and a cursor of
// another list, is an ErrCursor.
func ParseCursor(list, text string) (*Cursor, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) > maxCursor {
		return nil, ErrCursor
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < cursorCheck {
		return nil, ErrCursor
	}
	check, raw := raw[:cursorCheck], raw[cursorCheck:]
	if sum := sha256.Sum256(raw); !bytes.Equal(check, sum[:cursorCheck]) {
		return nil, ErrCursor
	}
	length, n := binary.Uvarint(raw)
	if n <= 0 || length > uint64(len(raw)-n) || string(raw[n:n+int(length)]) != list {
		return nil, ErrCursor
	}
	raw = raw[n+int(length):]
	c := &Cursor{List: list}
	for _, number := range []*int64{&c.Key, &c.ID} {
		value, n := binary.Varint(raw)
		if n <= 0 {
			return nil, ErrCursor
		}
		*number, raw = value, raw[n:]
	}
	c.Branch = string(raw)
	return c, nil
}
