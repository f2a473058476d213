package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"chuan.dev/chuan/internal/consultation"
	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/petition"
	"chuan.dev/chuan/internal/store"
)

// Problem is an error as the API tells it (RFC 9457). Code is stable; programs go by it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Code   string `json:"code"`
	// Detail says what is wrong and what to do, in English and in Vietnamese.
	Detail   string `json:"detail,omitempty"`
	DetailVi string `json:"detailVi,omitempty"`
	// Fields lists what is wrong with forms.
	Fields []dossier.FieldError `json:"fields,omitempty"`
	// Current is the dossier, petition or consultation as it is now, when the officer acted on an older version.
	Current any `json:"current,omitempty"`

	retryAfter int
}

// Error makes a problem an error, so that handlers return it.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// problemType begins the type of every problem.
const problemType = "urn:chuan:problem:"

// problem makes a problem whose details are formats over the same arguments.
func problem(status int, code, en, vi string, args ...any) *Problem {
	return &Problem{
		Type: problemType + code, Title: http.StatusText(status), Status: status, Code: code,
		Detail: fmt.Sprintf(en, args...), DetailVi: fmt.Sprintf(vi, args...),
	}
}

// refusalStatus is the status of refusals that are not 422: what the officer may not do, and what clashes with the state
// of the dossier.
var refusalStatus = map[dossier.Code]int{
	dossier.CodeOfficerUnknown:      http.StatusForbidden,
	dossier.CodeRoleNotHeld:         http.StatusForbidden,
	dossier.CodeAssignedToOther:     http.StatusForbidden,
	dossier.CodeSeparation:          http.StatusForbidden,
	dossier.CodeEnded:               http.StatusConflict,
	dossier.CodeStale:               http.StatusConflict,
	dossier.CodeStepNotOpen:         http.StatusConflict,
	dossier.CodeActionNotOffered:    http.StatusConflict,
	dossier.CodeMaxTimes:            http.StatusConflict,
	dossier.CodeTooLate:             http.StatusConflict,
	dossier.CodeOutcomeNotSet:       http.StatusConflict,
	dossier.CodeDisposed:            http.StatusConflict,
	dossier.CodeNotEnded:            http.StatusConflict,
	dossier.CodeClockNotStarted:     http.StatusConflict,
	dossier.CodeResultReady:         http.StatusConflict,
	dossier.CodeExtensionNotAllowed: http.StatusConflict,
	dossier.CodeOutcomeMissing:      http.StatusConflict,
	dossier.CodeNotCorrectable:      http.StatusConflict,
	dossier.CodeNotShelved:          http.StatusConflict,
	dossier.CodeFileLent:            http.StatusConflict,
	dossier.CodeFileNotLent:         http.StatusConflict,
	dossier.CodeNoLongerAsked:       http.StatusConflict,
	dossier.CodeRevisionKept:        http.StatusConflict,
	dossier.CodeMoveImpossible:      http.StatusConflict,
	dossier.CodeKeptForEver:         http.StatusConflict,
	dossier.CodeRetentionNotOver:    http.StatusConflict,
	petition.CodeClosed:             http.StatusConflict,
	consultation.CodeEnded:          http.StatusConflict,
	consultation.CodeUnknown:        http.StatusNotFound,
	dossier.CodeCalendarMissing:     http.StatusServiceUnavailable,
}

// problemOf is an error as the API tells it. What nobody outside can do anything about is told without its details, which
// belong into the log.
func problemOf(err error) *Problem {
	var p *Problem
	var refusal *dossier.Refusal
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refusal):
		status, ok := refusalStatus[refusal.Code]
		if !ok {
			status = http.StatusUnprocessableEntity
		}
		return &Problem{
			Type: problemType + string(refusal.Code), Title: http.StatusText(status), Status: status,
			Code: string(refusal.Code), Detail: refusal.Message, DetailVi: refusal.MessageVi, Fields: refusal.Fields,
		}
	case errors.As(err, &tooLarge):
		return problem(http.StatusRequestEntityTooLarge, "body-too-large",
			"the request has more than %[1]d bytes: send less", "yêu cầu vượt quá %[1]d byte", tooLarge.Limit)
	case errors.Is(err, store.ErrNotFound):
		return problem(http.StatusNotFound, "dossier-not-found",
			"this agency has no dossier of that code", "cơ quan không có hồ sơ với mã này")
	case errors.Is(err, store.ErrCursor):
		return wrongCursor()
	case errors.Is(err, store.ErrConflict):
		return problem(http.StatusConflict, string(dossier.CodeStale),
			"the dossier has changed meanwhile: look at it again before you act",
			"hồ sơ vừa thay đổi; đề nghị tải lại trước khi thao tác")
	case errors.Is(err, store.ErrReused):
		return problem(http.StatusUnprocessableEntity, "idempotency-key-reused",
			"the Idempotency-Key was sent before with another request: make a new key for every new request",
			"khóa Idempotency-Key đã dùng cho một yêu cầu khác; đề nghị tạo khóa mới cho mỗi yêu cầu mới")
	case errors.Is(err, store.ErrBusy):
		busy := problem(http.StatusServiceUnavailable, "busy",
			"too much is being written at the moment: try again in a second", "hệ thống đang bận; đề nghị thử lại sau giây lát")
		busy.retryAfter = 1
		return busy
	case errors.Is(err, store.ErrFull):
		full := problem(http.StatusInsufficientStorage, "storage-full",
			"there is no space left for the agency's records: nothing was recorded, and nothing recorded before is lost; "+
				"the operator of the service has to make space",
			"đã hết dung lượng lưu hồ sơ: thao tác này chưa được ghi, dữ liệu đã ghi không bị mất; "+
				"đề nghị quản trị hệ thống bổ sung dung lượng")
		full.retryAfter = 60
		return full
	case errors.Is(err, store.ErrClosed), errors.Is(err, store.ErrUnwritable):
		down := problem(http.StatusServiceUnavailable, "storage-failed",
			"the agency's records cannot be reached: nothing was recorded; the operator of the service has to look at its log",
			"không truy cập được kho hồ sơ: thao tác chưa được ghi; đề nghị báo quản trị hệ thống")
		down.retryAfter = 30
		return down
	default:
		return problem(http.StatusInternalServerError, "internal",
			"the service failed: its log says why", "hệ thống gặp lỗi; đề nghị báo quản trị hệ thống")
	}
}

// writeProblem answers with a problem.
func writeProblem(w http.ResponseWriter, p *Problem) {
	if p.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	// The client may have gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(p)
}
