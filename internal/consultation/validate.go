package consultation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"chuan.dev/chuan/api/v1alpha1"
)

// Bounds of a message, in characters and in entries. Those of lists are those of a procedure.
const (
	maxTitle     = 300
	maxLine      = 1000
	maxText      = 20000
	maxReason    = 4000
	maxBranch    = 500
	maxForms     = 20
	maxFields    = 100
	maxDocuments = 60
	maxFiles     = 100
	maxAnswers   = 20
	maxCopies    = 1000
)

var (
	soundID     = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,46}[A-Za-z0-9])?$`)
	soundName   = regexp.MustCompile(`^[a-z][A-Za-z0-9]{0,47}$`)
	soundAgency = regexp.MustCompile(`^[A-Z0-9]([A-Z0-9.]{0,33}[A-Z0-9])?$`)
	soundCode   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$`)
	soundHash   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	soundMedia  = regexp.MustCompile(`^[a-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,100}$`)
)

// Validate says what is wrong with a reference; nil when nothing is.
func (r Reference) Validate() error {
	var c check
	c.reference(r)
	return c.err
}

// Validate says what is wrong with a question; nil when nothing is. The error names the field and never its value, which
// may be personal data.
func (q Question) Validate() error {
	var c check
	c.reference(q.Reference)
	c.matches("asker.code", q.Asker.Code, soundAgency)
	c.line("asker.title", string(q.Asker.Title), 0, maxTitle)
	c.line("procedure.code", q.Procedure.Code, 1, maxTitle)
	c.line("procedure.title", string(q.Procedure.Title), 1, maxTitle)
	c.line("stepTitle", string(q.StepTitle), 1, maxTitle)
	c.that("role", q.Role == "" || soundID.MatchString(string(q.Role)), "is malformed")
	c.that("askedAt", !q.AskedAt.IsZero(), "is missing")
	c.that("silence", slices.Contains([]string{"", "consent", "refusal", "nothing"}, q.Silence), "is not consent, refusal or nothing")
	c.list("forms", len(q.Forms), 0, maxForms)
	for i, form := range q.Forms {
		c.form(fmt.Sprintf("forms[%d]", i), form)
	}
	c.list("documents", len(q.Documents), 0, maxDocuments)
	for i, document := range q.Documents {
		c.document(fmt.Sprintf("documents[%d]", i), document)
	}
	c.list("answers", len(q.Answers), 1, maxAnswers)
	seen := map[v1alpha1.ID]bool{}
	for i, answer := range q.Answers {
		at := fmt.Sprintf("answers[%d]", i)
		c.matches(at+".id", string(answer.ID), soundID)
		c.line(at+".title", string(answer.Title), 1, maxTitle)
		c.that(at+".id", !seen[answer.ID], "is there twice")
		seen[answer.ID] = true
	}
	return c.err
}

// Validate says what is wrong with a reply; nil when nothing is.
func (r Reply) Validate() error {
	var c check
	c.reference(r.Reference)
	c.matches("code", r.Code, soundCode)
	c.matches("action", string(r.Action), soundID)
	c.text("reason", r.Reason, maxReason)
	c.that("answeredAt", !r.AnsweredAt.IsZero(), "is missing")
	return c.err
}

// Validate says what is wrong with a cancellation; nil when nothing is.
func (m Cancel) Validate() error {
	var c check
	c.reference(m.Reference)
	c.that("because", slices.Contains([]string{"", BecauseSilence, BecauseEnded, BecauseMoved}, m.Because),
		"is not silence, ended or moved")
	return c.err
}

// The reasons of a cancellation.
const (
	BecauseSilence = "silence"
	BecauseEnded   = "ended"
	BecauseMoved   = "moved"
)

// check collects the first fault of a message.
type check struct{ err error }

func (c *check) that(field string, holds bool, fault string) {
	if c.err == nil && !holds {
		c.err = fmt.Errorf("consultation: %s %s", field, fault)
	}
}

func (c *check) matches(field, value string, form *regexp.Regexp) {
	c.that(field, form.MatchString(value), "is missing or malformed")
}

func (c *check) list(field string, length, least, most int) {
	c.that(field, least <= length && length <= most, fmt.Sprintf("has %d entries, not %d to %d", length, least, most))
}

func (c *check) line(field, value string, least, most int) {
	length := utf8.RuneCountInString(strings.TrimSpace(value))
	c.that(field, least <= length, "is missing")
	c.text(field, value, most)
	c.that(field, !strings.ContainsAny(value, "\r\n"), "has more than one line")
}

func (c *check) text(field, value string, most int) {
	c.that(field, utf8.RuneCountInString(value) <= most, fmt.Sprintf("has more than %d characters", most))
	c.that(field, utf8.ValidString(value) && !strings.ContainsFunc(value, forbidden), "contains what is not text")
}

// forbidden says whether a character has no place in a record: a control character that is not white space.
func forbidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

func (c *check) reference(r Reference) {
	c.matches("dossier", r.Dossier, soundCode)
	c.line("branch", r.Branch, 1, maxBranch)
	c.matches("step", string(r.Step), soundID)
	c.that("seq", r.Seq > 0, "does not count from 1")
}

func (c *check) form(at string, form Form) {
	c.matches(at+".id", string(form.ID), soundID)
	c.line(at+".title", string(form.Title), 1, maxTitle)
	c.list(at+".fields", len(form.Fields), 0, maxFields)
	for i, field := range form.Fields {
		in := fmt.Sprintf("%s.fields[%d]", at, i)
		c.matches(in+".name", field.Name, soundName)
		c.line(in+".title", string(field.Title), 1, maxTitle)
		c.value(in, field)
	}
}

// value checks that the value of a field is of its type, as it comes out of JSON.
func (c *check) value(at string, field Field) {
	switch field.Type {
	case v1alpha1.FieldBoolean:
		_, ok := field.Value.(bool)
		c.that(at+".value", ok, "is not true or false")
	case v1alpha1.FieldInteger, v1alpha1.FieldNumber:
		switch field.Value.(type) {
		case float64, int64:
		default:
			c.that(at+".value", false, "is not a number")
		}
	case v1alpha1.FieldString, v1alpha1.FieldText, v1alpha1.FieldDate, v1alpha1.FieldEnum, v1alpha1.FieldFile:
		text, ok := field.Value.(string)
		c.that(at+".value", ok, "is not text")
		most := maxLine
		if field.Type == v1alpha1.FieldText {
			most = maxText
		}
		c.text(at+".value", text, most)
	default:
		c.that(at+".type", false, "is not a type of field")
	}
}

func (c *check) document(at string, document Document) {
	c.matches(at+".id", string(document.ID), soundID)
	c.line(at+".title", string(document.Title), 1, maxTitle)
	c.that(at+".copies", 0 <= document.Copies && document.Copies <= maxCopies, "is not a number of copies")
	c.list(at+".files", len(document.Files), 0, maxFiles)
	for i, file := range document.Files {
		in := fmt.Sprintf("%s.files[%d]", at, i)
		c.matches(in+".sha256", file.SHA256, soundHash)
		c.that(in+".size", file.Size >= 0, "is negative")
		c.matches(in+".mediaType", file.MediaType, soundMedia)
		c.line(in+".name", file.Name, 0, maxTitle)
	}
}
