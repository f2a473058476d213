package dossier

import (
	"errors"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// Bounds of what is said of an applicant and of how the dossier comes in, in characters and in sets.
const (
	maxName    = 300
	maxContact = 500
	maxAgency  = 50
	maxSets    = 100
)

func (c Receive) decide(d *decision) error {
	if d.state.Version != 0 {
		return errors.New("dossier: it was received already")
	}
	intake := d.p.Intake()
	if refusal := d.mayAct(intake, c.Officer); refusal != nil {
		return refusal
	}
	if refusal := d.checkReceipt(c); refusal != nil {
		return refusal
	}
	forms, refusal := d.handInForms(intake, c.Forms)
	if refusal != nil {
		return refusal
	}
	entry, err := d.entry(MainBranch, intake)
	if err != nil {
		return err
	}
	return d.record(Event{
		Type: Received, Officer: c.Officer, Role: intake.Role, To: v1alpha1.Target(intake.ID),
		Data: Data{
			Receipt: &Receipt{
				Procedure: d.p.Name, Revision: c.Revision, Digest: c.Digest, Channel: c.Channel, Applicant: c.Applicant,
				Agencies: c.Agencies, ReturnBy: c.ReturnBy, Sets: c.Sets,
			},
			Entered: []Token{entry}, Forms: forms, Documents: c.Documents, Attachments: c.Attachments,
		},
	})
}

// checkReceipt checks what comes in with a dossier, but for its forms.
func (d *decision) checkReceipt(c Receive) *Refusal {
	channels := d.p.Spec.Channels
	if !slices.Contains(channels, c.Channel) {
		return refusef(CodeChannelNotOffered,
			"a dossier of this procedure cannot be filed by %[1]q: it takes %[2]v",
			"thủ tục này không nhận hồ sơ qua kênh %[1]q; các kênh tiếp nhận: %[2]v", c.Channel, channels)
	}
	for _, part := range []struct {
		value string
		limit int
		name  string
	}{
		{c.Applicant.Name, maxName, "applicant.name"},
		{c.Applicant.IdentityNumber, maxName, "applicant.identityNumber"},
		{c.Applicant.Phone, maxName, "applicant.phone"},
		{c.Applicant.Email, maxName, "applicant.email"},
		{c.Applicant.Address, maxContact, "applicant.address"},
	} {
		if !isLine(part.value, part.limit) {
			return refusef(CodeApplicantInvalid,
				"%[1]s has more than %[2]d characters or more than one line: shorten it",
				"%[1]s dài quá %[2]d ký tự hoặc nhiều hơn một dòng; đề nghị rút gọn", part.name, part.limit)
		}
	}
	if blank(c.Applicant.Name) {
		return refusef(CodeApplicantInvalid, "applicant.name is missing: give the applicant's full name",
			"thiếu họ tên người nộp hồ sơ (applicant.name)")
	}
	if refusal := checkWays(c); refusal != nil {
		return refusal
	}
	return d.checkPapers(c.Documents, c.Attachments)
}

// checkWays checks the agencies of a dossier, how its result is to be given, and how many sets of papers there are.
func checkWays(c Receive) *Refusal {
	for _, agency := range []string{c.Agencies.SupportPoint, c.Agencies.Receiving, c.Agencies.Competent} {
		if !isLine(agency, maxAgency) {
			return refusef(CodeReceiptInvalid,
				"the code of an agency has more than %[1]d characters or more than one line",
				"mã cơ quan dài quá %[1]d ký tự hoặc nhiều hơn một dòng", maxAgency)
		}
	}
	ways := []v1alpha1.Channel{v1alpha1.ChannelCounter, v1alpha1.ChannelOnline, v1alpha1.ChannelPost}
	if c.ReturnBy != "" && !slices.Contains(ways, c.ReturnBy) {
		return refusef(CodeReceiptInvalid, "a result cannot be given by %[1]q: choose one of %[2]v",
			"không trả kết quả qua %[1]q; các hình thức: %[2]v", c.ReturnBy, ways)
	}
	if c.Sets < 0 || c.Sets > maxSets {
		return refusef(CodeReceiptInvalid, "%[1]d is not a number of sets from 0 to %[2]d",
			"số bộ hồ sơ %[1]d không nằm trong khoảng 0 đến %[2]d", c.Sets, maxSets)
	}
	return nil
}
