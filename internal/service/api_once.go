package service

import (
	"crypto/sha256"
	"net/http"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/store"
)

// The headers by which a request is answered once, however often it is sent.
const (
	// onceHeader carries a key that the client makes for a request that writes, and sends again when it tries again.
	onceHeader = "Idempotency-Key"
	// repeatedHeader says that the request was answered before, and that this is what came of it then.
	repeatedHeader = "Idempotency-Replayed"
)

// maxOnceKey bounds a key.
const maxOnceKey = 255

// onceOf is what makes sure that a request is answered once; nil when it carries no key. Keys of different officers never
// meet, and the same key with another path or body is refused.
func (d *desk) onceOf(r *http.Request, officer v1alpha1.ID, body []byte) (*store.Once, error) {
	values := r.Header.Values(onceHeader)
	if len(values) == 0 {
		return nil, nil
	}
	key := values[0]
	if len(values) > 1 || key == "" || len(key) > maxOnceKey || strings.ContainsFunc(key, notVisible) {
		return nil, problem(http.StatusBadRequest, "idempotency-key-wrong",
			"the header %[1]s holds one key of 1 to %[2]d visible ASCII characters: send a random one, as a UUID",
			"tiêu đề %[1]s phải chứa một khóa gồm 1 đến %[2]d ký tự ASCII", onceHeader, maxOnceKey)
	}
	request := sha256.New()
	for _, part := range [][]byte{[]byte(r.Method), []byte(r.URL.Path), body} {
		request.Write(strconv.AppendInt(nil, int64(len(part)), 10))
		request.Write([]byte{'\n'})
		request.Write(part)
	}
	once := &store.Once{Key: sha256.Sum256([]byte("idempotency key\n" + string(officer) + "\n" + key)), At: d.now}
	request.Sum(once.Request[:0])
	return once, nil
}

func notVisible(r rune) bool { return r <= ' ' || r > '~' }

// versionOf is the version that an officer has seen: from the body, or from the header If-Match as "3".
func versionOf(r *http.Request, inBody int64) (int64, error) {
	match := r.Header.Get("If-Match")
	version := inBody
	if match != "" {
		n, err := strconv.ParseInt(strings.Trim(match, `"`), 10, 64)
		if err != nil || n < 1 || (inBody != 0 && inBody != n) {
			return 0, problem(http.StatusBadRequest, "version-wrong",
				`the header If-Match is the version as "3", and the same as that of the body if that has one`,
				`tiêu đề If-Match là phiên bản hồ sơ, ví dụ "3", và phải trùng với version trong nội dung`)
		}
		version = n
	}
	if version <= 0 {
		return 0, problem(http.StatusBadRequest, "version-needed",
			"say which version of the dossier you have seen: send its version",
			"thiếu phiên bản hồ sơ (version) mà cán bộ đang xem")
	}
	return version, nil
}
