package service

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"os"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// OfficerHeader carries the id of the officer with the development sign-in.
const OfficerHeader = "Chuan-Officer"

// signedIn returns the officer of an agency who asks.
func (s *Service) signedIn(r *http.Request, a *agency) (v1alpha1.Officer, error) {
	if !s.config.DevelopmentSignIn {
		return v1alpha1.Officer{}, problem(http.StatusUnauthorized, "sign-in-needed",
			"officers cannot sign in to this service: it was started without a way to do so "+
				"(for trials there is the flag --development-sign-in)",
			"dịch vụ chưa bật phương thức đăng nhập cho cán bộ")
	}
	id := v1alpha1.ID(r.Header.Get(OfficerHeader))
	if id == "" {
		return v1alpha1.Officer{}, problem(http.StatusUnauthorized, "sign-in-needed",
			"say who you are: send the id of an officer of the agency in the header %[1]s",
			"chưa đăng nhập: gửi mã cán bộ của cơ quan trong tiêu đề %[1]s", OfficerHeader)
	}
	officer, ok := a.officer(id)
	if !ok {
		return v1alpha1.Officer{}, problem(http.StatusForbidden, "officer-unknown",
			"no officer of that id works in the agency %[1]s", "không có cán bộ với mã này trong cơ quan %[1]s", a.name)
	}
	return officer, nil
}

// mayAskForEvidence checks the key of who asks for evidence. The comparison takes the same time whatever was sent.
func (s *Service) mayAskForEvidence(r *http.Request) error {
	if s.config.EvidenceKeyFile == "" {
		return problem(http.StatusNotFound, "evidence-not-configured",
			"this service gives no evidence: it was started without --evidence-key-file",
			"dịch vụ không cung cấp số liệu bằng chứng vì chưa được cấu hình khóa")
	}
	refused := problem(http.StatusUnauthorized, "evidence-key-wrong",
		"send the agency's evidence key in the header Authorization: Bearer KEY",
		"gửi khóa bằng chứng của cơ quan trong tiêu đề Authorization: Bearer KHÓA")
	content, err := os.ReadFile(s.config.EvidenceKeyFile)
	if err != nil {
		s.log.Error("the evidence key cannot be read: no evidence is given", "error", err)
		return refused
	}
	key := strings.TrimSpace(string(content))
	if key == "" {
		s.log.Error("the evidence key is empty: no evidence is given", "file", s.config.EvidenceKeyFile)
		return refused
	}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	want, got := sha256.Sum256([]byte(key)), sha256.Sum256([]byte(given))
	if same := subtle.ConstantTimeCompare(want[:], got[:]) == 1; !ok || !same {
		return refused
	}
	return nil
}
