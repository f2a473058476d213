package dossier

import (
	"regexp"
	"slices"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// Bounds of papers, in files, bytes and characters.
const (
	maxAttachments      = 1000
	maxAttachmentsGiven = 100
	maxAttachmentSize   = 1 << 40
	maxMediaType        = 100
	maxFileName         = 255
	maxPlace            = 300
)

var hexSHA256 = regexp.MustCompile(`^[0-9a-f]{64}$`)

// checkPapers checks documents and attachments that are handed in.
func (d *decision) checkPapers(documents map[v1alpha1.ID]int32, attachments []Attachment) *Refusal {
	if refusal := d.checkDocuments(documents); refusal != nil {
		return refusal
	}
	if len(attachments) > maxAttachmentsGiven || len(d.state.Attachments)+len(attachments) > maxAttachments {
		return refusef(CodeAttachmentInvalid, "at most %[1]d files are handed in at once, and %[2]d into one dossier",
			"mỗi lần nộp tối đa %[1]d tệp, mỗi hồ sơ tối đa %[2]d tệp", maxAttachmentsGiven, maxAttachments)
	}
	for i := range attachments {
		if refusal := d.checkAttachment(&attachments[i]); refusal != nil {
			return refusal
		}
	}
	return nil
}

// checkAttachment checks what is said of a file. Messages do not repeat its name, which is personal data.
func (d *decision) checkAttachment(a *Attachment) *Refusal {
	switch {
	case !hexSHA256.MatchString(a.SHA256) || a.Size <= 0 || a.Size > maxAttachmentSize:
		return refusef(CodeAttachmentInvalid,
			"an attachment is not named by the hash of its bytes and their number: upload the file first",
			"tệp đính kèm thiếu mã băm hoặc dung lượng; đề nghị tải tệp lên trước")
	case !strings.Contains(a.MediaType, "/") || !isLine(a.MediaType, maxMediaType):
		return refusef(CodeAttachmentInvalid, "an attachment does not say its type, as application/pdf",
			"tệp đính kèm không có loại tệp, ví dụ application/pdf")
	case !isLine(a.Name, maxFileName):
		return refusef(CodeAttachmentInvalid,
			"the name of an attachment has more than %[1]d characters or more than one line",
			"tên tệp đính kèm dài quá %[1]d ký tự hoặc nhiều hơn một dòng", maxFileName)
	case a.Document != "" && !d.takesFile(a.Document):
		return refusef(CodeAttachmentInvalid, "the procedure has no document, and no file field, %[1]q",
			"thủ tục không có thành phần hồ sơ hoặc trường tệp %[1]q", a.Document)
	}
	return nil
}

// takesFile says whether a document of the procedure, or a field of a form, is a file.
func (d *decision) takesFile(name string) bool {
	if id, field, dotted := strings.Cut(name, "."); dotted {
		form, ok := d.p.Form(v1alpha1.ID(id))
		return ok && slices.ContainsFunc(form.Fields, func(f v1alpha1.FormField) bool {
			return f.Name == field && f.Type == v1alpha1.FieldFile
		})
	}
	return slices.ContainsFunc(d.p.Spec.Documents, func(r v1alpha1.RequiredDocument) bool { return string(r.ID) == name })
}

func (c Supplement) decide(d *decision) error {
	ended := d.state.Ending != nil
	where := open
	if ended && len(c.Payments) > 0 {
		// Money may have to be paid back, or come in, after the end; papers may not.
		where = kept
	}
	if refusal := d.admit(c.Version, where); refusal != nil {
		return refusal
	}
	papers := len(c.Documents) + len(c.Attachments)
	switch {
	case papers == 0 && len(c.Payments) == 0:
		return refusef(CodeNothingGiven, "nothing is handed in: name documents, files or payments",
			"không có gì được bổ sung; đề nghị nêu giấy tờ, tệp hoặc khoản thu")
	case ended && papers > 0:
		return refusef(CodeEnded, "the dossier has ended: payments are recorded, but no papers are added",
			"hồ sơ đã kết thúc, chỉ ghi nhận khoản thu hoặc hoàn trả, không bổ sung giấy tờ")
	}
	role, refusal := d.supplements(c.Officer)
	if refusal != nil {
		return refusal
	}
	if refusal := d.checkPapers(c.Documents, c.Attachments); refusal != nil {
		return refusal
	}
	if papers > 0 {
		e := Event{Type: Supplemented, Officer: c.Officer, Role: role, Data: Data{Documents: c.Documents, Attachments: c.Attachments}}
		if err := d.record(e); err != nil {
			return err
		}
	}
	return d.pay(c.Officer, role, c.Payments)
}

// supplements is the role in which an officer adds papers and payments: at the counter, or in an open step of theirs.
func (d *decision) supplements(officer v1alpha1.ID) (v1alpha1.ID, *Refusal) {
	role, refusal := d.plays(officer, d.counter())
	if refusal == nil {
		return role, nil
	}
	for _, t := range d.state.Tokens {
		if step, ok := d.p.Step(t.Step); ok && d.mayAct(step, officer) == nil {
			return ActingRole(d.p, step), nil
		}
	}
	return "", refusal
}

func (c Shelve) decide(d *decision) error {
	role, refusal := d.keeps(c.Officer, c.Version)
	if refusal != nil {
		return refusal
	}
	if blank(c.Place) || !isLine(c.Place, maxPlace) {
		return refusef(CodePlaceInvalid,
			"the place of the file is one line of at most %[1]d characters, as \"Kho 1, giá 3, hộp 12\"",
			"nơi để hồ sơ giấy phải ghi trên một dòng, không quá %[1]d ký tự, ví dụ «Kho 1, giá 3, hộp 12»", maxPlace)
	}
	return d.record(Event{Type: Shelved, Officer: c.Officer, Role: role, Data: Data{Place: c.Place}})
}

func (c Lend) decide(d *decision) error {
	role, refusal := d.keeps(c.Officer, c.Version)
	if refusal != nil {
		return refusal
	}
	if refusal := d.lendable(); refusal != nil {
		return refusal
	}
	loan := c.Loan
	if blank(loan.To) || !isLine(loan.To, maxPlace) {
		return refusef(CodeLoanInvalid, "who borrows the file is one line of at most %[1]d characters",
			"người mượn hồ sơ phải ghi trên một dòng, không quá %[1]d ký tự", maxPlace)
	}
	if loan.Until != "" {
		until, err := calendar.ParseDate(loan.Until)
		if err != nil || until < d.today() {
			return refusef(CodeLoanInvalid,
				"the file is to be back on an existing day as 2026-03-01, and not before today",
				"ngày trả hồ sơ phải là ngày hợp lệ, dạng 2026-03-01, không trước hôm nay")
		}
	}
	return d.record(Event{Type: Lent, Officer: c.Officer, Role: role, Data: Data{Loan: &loan}})
}

// lendable says why the paper file cannot be lent out; nil when it can.
func (d *decision) lendable() *Refusal {
	if d.state.Loan != nil {
		return refusef(CodeFileLent, "the file is lent out and not back yet", "hồ sơ giấy đang được mượn, chưa trả")
	}
	if d.state.Place == "" {
		return refusef(CodeNotShelved, "the file has no place yet: say where it is kept before it is lent out",
			"hồ sơ giấy chưa có nơi lưu; đề nghị ghi nơi lưu trước khi cho mượn")
	}
	return nil
}

func (c Return) decide(d *decision) error {
	role, refusal := d.keeps(c.Officer, c.Version)
	if refusal != nil {
		return refusal
	}
	if refusal := d.returnable(); refusal != nil {
		return refusal
	}
	return d.record(Event{Type: Returned, Officer: c.Officer, Role: role})
}

// returnable says why the paper file cannot be brought back; nil when it can.
func (d *decision) returnable() *Refusal {
	if d.state.Loan != nil {
		return nil
	}
	return refusef(CodeFileNotLent, "the file is not lent out", "hồ sơ giấy không đang được mượn")
}

// keeps is the role in which an officer looks after the paper file: any of the procedure, whatever else they have done in
// the dossier.
func (d *decision) keeps(officer v1alpha1.ID, version int64) (v1alpha1.ID, *Refusal) {
	if refusal := d.admit(version, kept); refusal != nil {
		return "", refusal
	}
	if _, ok := d.office.officer(officer); !ok {
		return "", officerUnknown(officer)
	}
	roles := d.keepers()
	for i := range d.p.Spec.Roles {
		roles = append(roles, d.p.Spec.Roles[i].ID)
	}
	for _, role := range roles {
		if d.fills(officer, role) {
			return role, nil
		}
	}
	return "", refusef(CodeRoleNotHeld,
		"the paper file is looked after by those who take part in the procedure; officer %[1]s holds none of its roles",
		"hồ sơ giấy do người tham gia thủ tục quản lý; cán bộ %[1]s không giữ vai trò nào của thủ tục", officer)
}

// keepers are the roles that keep the records of the procedure.
func (d *decision) keepers() []v1alpha1.ID {
	var roles []v1alpha1.ID
	for i := range d.p.Spec.Records {
		roles = append(roles, d.p.Spec.Records[i].Keeper)
	}
	return roles
}

// today is the agency's day of the decision.
func (d *decision) today() calendar.Day { return calendar.DayOf(d.now, d.office.Calendar.Location()) }
