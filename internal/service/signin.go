package service

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"os"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// OfficerHeader carries the id of the officer with the development sign-in.
const OfficerHeader = "Chuan-Officer"

// DevelopmentHeader is in every answer of a service that takes officers' word for who they are.
const DevelopmentHeader = "Chuan-Development"

// signedIn returns the officer of an agency who asks, with all roles that they have today. It reads the manifests as they
// are now: who is no longer an officer of them is out at once. There is no other way to act than as the officer whom the
// provider has named, whoever runs the service.
func (s *Service) signedIn(r *http.Request, a *agency) (v1alpha1.Officer, error) {
	officer, err := s.whoAsks(r, a)
	if err != nil {
		return v1alpha1.Officer{}, err
	}
	today := v1alpha1.Date(a.day(s.config.Now()).String())
	if today < officer.From || officer.Until != "" && officer.Until < today {
		return v1alpha1.Officer{}, problem(http.StatusForbidden, "officer-not-serving",
			"the officer does not serve in the agency %[1]s today: see from and until of the officer in its manifest",
			"hôm nay cán bộ không thuộc thời gian công tác tại cơ quan %[1]s", a.name)
	}
	return officer, nil
}

// whoAsks returns the officer that a request names: by its session, or with the development sign-in by its header.
func (s *Service) whoAsks(r *http.Request, a *agency) (v1alpha1.Officer, error) {
	if id := v1alpha1.ID(r.Header.Get(OfficerHeader)); id != "" && s.config.DevelopmentSignIn {
		officer, ok := a.officer(id)
		if !ok {
			return v1alpha1.Officer{}, officerUnknown(a)
		}
		return officer, nil
	}
	current, ok := s.sessionOf(r, a)
	if !ok {
		return v1alpha1.Officer{}, s.signInNeeded(a)
	}
	if err := s.gate.sameOrigin(r); err != nil {
		return v1alpha1.Officer{}, err
	}
	officer, ok := a.officer(current.Officer)
	if !ok || officer.Account != current.Account {
		return v1alpha1.Officer{}, officerUnknown(a)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		if wait, ok := s.gate.writes.allow(writer{a.name, officer.ID}, s.config.Now()); !ok {
			return v1alpha1.Officer{}, tooMany(wait)
		}
	}
	if err := s.renew(r, a, current); err != nil {
		return v1alpha1.Officer{}, err
	}
	return a.withGroups(officer, current.Groups), nil
}

// signInNeeded says how officers of an agency sign in.
func (s *Service) signInNeeded(a *agency) error {
	switch {
	case s.config.DevelopmentSignIn:
		return problem(http.StatusUnauthorized, "sign-in-needed",
			"say who you are: send the id of an officer of the agency in the header %[1]s, or choose one at /%[2]s/dang-nhap",
			"chưa đăng nhập: gửi mã cán bộ của cơ quan trong tiêu đề %[1]s, hoặc chọn tại /%[2]s/dang-nhap", OfficerHeader, a.name)
	case a.spec.SignIn == nil || s.gate.public == nil:
		return problem(http.StatusUnauthorized, "sign-in-needed",
			"officers of this agency cannot sign in: that needs spec.signIn of its manifest and the flag --public-url "+
				"(for trials there is the flag --development-sign-in)",
			"cơ quan chưa bật phương thức đăng nhập cho cán bộ")
	default:
		return problem(http.StatusUnauthorized, "sign-in-needed",
			"nobody is signed in, or the session has run out: sign in at /%[1]s/dang-nhap",
			"chưa đăng nhập hoặc phiên đã hết hạn; đề nghị đăng nhập tại /%[1]s/dang-nhap", a.name)
	}
}

func officerUnknown(a *agency) error {
	return problem(http.StatusForbidden, "officer-unknown",
		"no officer of that id works in the agency %[1]s", "không có cán bộ với mã này trong cơ quan %[1]s", a.name)
}

// withGroups is an officer with the roles that the manifest gives to their groups, beside their own.
func (a *agency) withGroups(officer v1alpha1.Officer, groups []string) v1alpha1.Officer {
	if a.spec.SignIn == nil || len(groups) == 0 {
		return officer
	}
	roles := slices.Clone(officer.Roles)
	for _, group := range a.spec.SignIn.Groups {
		if !slices.Contains(groups, identify(group.Name)) {
			continue
		}
		for _, role := range group.Roles {
			if !slices.Contains(roles, role) {
				roles = append(roles, role)
			}
		}
	}
	officer.Roles = roles
	return officer
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
