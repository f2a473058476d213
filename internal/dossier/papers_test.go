package dossier

import (
	"slices"
	"strings"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

// scan is a file that was handed in.
func scan() Attachment {
	return Attachment{Document: "hop-dong", SHA256: strings.Repeat("0a", 32), Size: 1234, MediaType: "application/pdf", Name: "hop-dong-Pâng.pdf"}
}

func TestAttachments(t *testing.T) {
	s := licence(t)
	s.act("an", "tiep-nhan", func(c *Act) { c.Attachments = []Attachment{scan()} })
	picture := scan()
	picture.Document, picture.MediaType, picture.Name = "don.anh", "image/jpeg", ""
	events := s.do(Supplement{Officer: "an", Attachments: []Attachment{picture}, Documents: map[v1alpha1.ID]int32{"hop-dong": 1}})
	if want := []EventType{Supplemented}; !slices.Equal(types(events), want) {
		t.Errorf("events %v, want %v", types(events), want)
	}
	if want := []Attachment{scan(), picture}; !slices.Equal(s.state.Attachments, want) || s.state.Documents["hop-dong"] != 1 {
		t.Errorf("attachments %+v, documents %v", s.state.Attachments, s.state.Documents)
	}
}

func TestAttachmentsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*Attachment){
		"no hash":        func(a *Attachment) { a.SHA256 = "" },
		"a longer hash":  func(a *Attachment) { a.SHA256 += "00" },
		"a loud hash":    func(a *Attachment) { a.SHA256 = strings.ToUpper(a.SHA256) },
		"no bytes":       func(a *Attachment) { a.Size = 0 },
		"too many bytes": func(a *Attachment) { a.Size = maxAttachmentSize + 1 },
		"no type":        func(a *Attachment) { a.MediaType = "pdf" },
		"no document":    func(a *Attachment) { a.Document = "la" },
		"no field":       func(a *Attachment) { a.Document = "don.la" },
		"no file field":  func(a *Attachment) { a.Document = "don.ten" },
		"endless name":   func(a *Attachment) { a.Name = strings.Repeat("ệ", maxFileName+1) },
		"name of lines":  func(a *Attachment) { a.Name = "a\nb" },
	} {
		t.Run(name, func(t *testing.T) {
			a := scan()
			change(&a)
			refusal := licence(t).refused(Act{Officer: "an", Action: "tiep-nhan", Attachments: []Attachment{a}}, CodeAttachmentInvalid)
			if strings.Contains(refusal.Message+refusal.MessageVi, "Pâng") {
				t.Errorf("the refusal repeats the name: %+v", refusal)
			}
		})
	}
	s := licence(t)
	many := slices.Repeat([]Attachment{scan()}, maxAttachmentsGiven)
	s.refused(Supplement{Officer: "an", Attachments: append(many, scan())}, CodeAttachmentInvalid)
	for range maxAttachments / maxAttachmentsGiven {
		s.do(Supplement{Officer: "an", Attachments: many})
	}
	s.refused(Supplement{Officer: "an", Attachments: []Attachment{scan()}}, CodeAttachmentInvalid)
}

func TestWhoSupplements(t *testing.T) {
	paper := Supplement{Documents: map[v1alpha1.ID]int32{"hop-dong": 1}}
	by := func(officer v1alpha1.ID) Supplement {
		c := paper
		c.Officer = officer
		return c
	}
	s := accepted(t)
	if e := s.do(by("chi"))[0]; e.Role != "thu-ly" {
		t.Errorf("chi, who holds the step, acted as %s", e.Role)
	}
	s.refused(by("dung"), CodeRoleNotHeld)
	s.refused(by("la"), CodeOfficerUnknown)
	s.refused(Supplement{Officer: "an"}, CodeNothingGiven)
	s.refused(Supplement{Officer: "an", Documents: map[v1alpha1.ID]int32{"la": 1}}, CodeDocumentUnknown)
	late := by("an")
	late.Version = 1
	s.refused(late, CodeStale)
	ended := handedOver(t)
	ended.refused(by("an"), CodeEnded)
	both := by("an")
	both.Payments = []Payment{{Fee: "le-phi", Amount: 1, Method: PaidInCash}}
	ended.refused(both, CodeEnded)
}

func TestThePaperFile(t *testing.T) {
	s := handedOver(t)
	lend := Lend{Officer: "binh", Loan: Loan{To: "Thanh tra tỉnh", Until: "2026-07-01"}}
	s.refused(lend, CodeNotShelved)
	s.refused(Return{Officer: "binh"}, CodeFileNotLent)
	s.do(Shelve{Officer: "binh", Place: "Kho 1, giá 3"})
	s.do(lend)
	s.refused(lend, CodeFileLent)
	if s.state.Loan == nil || *s.state.Loan != lend.Loan || s.state.Place != "Kho 1, giá 3" {
		t.Errorf("place %q, loan %+v", s.state.Place, s.state.Loan)
	}
	s.do(Return{Officer: "an"})
	if s.state.Loan != nil {
		t.Errorf("loan %+v after the file came back", s.state.Loan)
	}
	// Who keeps the papers has not decided anything.
	if slices.Contains(s.state.Parts, Part{"binh", "van-thu"}) || len(s.state.Parts) != 5 {
		t.Errorf("parts %+v", s.state.Parts)
	}
}

func TestThePaperFileIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		command Command
		want    Code
	}{
		"by a stranger":     {Shelve{Officer: "la", Place: "Kho"}, CodeOfficerUnknown},
		"by nobody of it":   {Shelve{Officer: "khach", Place: "Kho"}, CodeRoleNotHeld},
		"nowhere":           {Shelve{Officer: "an", Place: " "}, CodePlaceInvalid},
		"in two lines":      {Shelve{Officer: "an", Place: "Kho\n1"}, CodePlaceInvalid},
		"far away":          {Shelve{Officer: "an", Place: strings.Repeat("x", maxPlace+1)}, CodePlaceInvalid},
		"seen before":       {Shelve{Officer: "an", Place: "Kho", Version: 1}, CodeStale},
		"to nobody":         {Lend{Officer: "an"}, CodeLoanInvalid},
		"until no day":      {Lend{Officer: "an", Loan: Loan{To: "X", Until: "2026-02-30"}}, CodeLoanInvalid},
		"until yesterday":   {Lend{Officer: "an", Loan: Loan{To: "X", Until: "2026-05-31"}}, CodeLoanInvalid},
		"lent by a nobody":  {Lend{Officer: "khach", Loan: Loan{To: "X"}}, CodeRoleNotHeld},
		"back by a nobody":  {Return{Officer: "khach"}, CodeRoleNotHeld},
		"back, not by then": {Return{Officer: "an", Version: 1}, CodeStale},
	} {
		t.Run(name, func(t *testing.T) {
			s := licence(t)
			s.office.Officers = append(s.office.Officers, v1alpha1.Officer{ID: "khach", Roles: []v1alpha1.ID{"ke-toan"}})
			s.do(Shelve{Officer: "an", Place: "Kho"})
			s.refused(c.command, c.want)
		})
	}
}
