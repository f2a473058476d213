package consultation

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// The kinds of message, as [Question], [Reply] and [Cancel] are their bodies.
const (
	KindQuestion = "consultation.question"
	KindReply    = "consultation.reply"
	KindCancel   = "consultation.cancel"
)

// MaxBody bounds the body of a message, in bytes.
const MaxBody = 1 << 20

// Reference names a question: the asker's dossier, the branch in which it waits, the step, and which asking it is.
type Reference struct {
	// Dossier is the asker's code of the dossier.
	Dossier string `json:"dossier"`
	// Branch and Step of the dossier in which the answer is awaited.
	Branch string      `json:"branch"`
	Step   v1alpha1.ID `json:"step"`
	// Seq is the sequence number of the event by which the dossier came to the step: a dossier that comes there again asks
	// anew.
	Seq int64 `json:"seq"`
}

// Question is what an agency asks.
type Question struct {
	Reference
	// Asker is who asks.
	Asker Asker `json:"asker"`
	// Procedure that the dossier follows, and StepTitle of the step that asks.
	Procedure Procedure      `json:"procedure"`
	StepTitle v1alpha1.Title `json:"stepTitle"`
	// Role that follows the question at the asker. Where the asked agency has the same role, it is the one that answers.
	Role v1alpha1.ID `json:"role,omitempty"`
	// AskedAt is when the question was asked and Due by when it is to be answered; Due is zero when there is no time.
	AskedAt time.Time `json:"askedAt"`
	Due     time.Time `json:"due,omitzero"`
	// Silence says what no answer by Due means: consent, refusal or nothing.
	Silence string `json:"silence,omitempty"`
	// Forms and Documents that are sent along.
	Forms     []Form     `json:"forms,omitempty"`
	Documents []Document `json:"documents,omitempty"`
	// Answers that are allowed, in the order of the procedure.
	Answers []AllowedAnswer `json:"answers"`
}

// Asker is the agency that asks, by its identification code and its name.
type Asker struct {
	Code  string         `json:"code"`
	Title v1alpha1.Title `json:"title,omitempty"`
}

// Procedure is the asker's procedure: its code in the quality management system, its title, and the revision.
type Procedure struct {
	Code     string         `json:"code"`
	Title    v1alpha1.Title `json:"title"`
	Revision int32          `json:"revision,omitempty"`
}

// Form is a form that is sent along, with what it takes to show it.
type Form struct {
	ID     v1alpha1.ID    `json:"id"`
	Title  v1alpha1.Title `json:"title"`
	Fields []Field        `json:"fields"`
}

// Field is a field of a form that is filled in.
type Field struct {
	Name  string             `json:"name"`
	Title v1alpha1.Title     `json:"title"`
	Type  v1alpha1.FieldType `json:"type"`
	// Value is text, a number or a truth value. It may be personal data.
	Value any `json:"value"`
}

// Document is a document of the dossier that is sent along.
type Document struct {
	ID    v1alpha1.ID    `json:"id"`
	Title v1alpha1.Title `json:"title"`
	// Copies that the asker holds on paper.
	Copies int32 `json:"copies,omitempty"`
	// Files of the document, whose bytes the asker keeps under their hash.
	Files []File `json:"files,omitempty"`
}

// File is a file of a document.
type File struct {
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`
	MediaType string `json:"mediaType"`
	// Name of the file. It is personal data.
	Name string `json:"name,omitempty"`
}

// AllowedAnswer is an action of the step that asks.
type AllowedAnswer struct {
	ID    v1alpha1.ID    `json:"id"`
	Title v1alpha1.Title `json:"title"`
	// Reason says whether the answer needs one.
	Reason bool `json:"reason,omitempty"`
}

// Reply is what the asked agency answers.
type Reply struct {
	Reference
	// Code under which the asked agency keeps the question.
	Code string `json:"code"`
	// Action is one of the allowed answers, Reason the words that go with it.
	Action v1alpha1.ID `json:"action"`
	Reason string      `json:"reason,omitempty"`
	// AnsweredAt is when it was answered.
	AnsweredAt time.Time `json:"answeredAt"`
}

// Cancel says that the asker no longer waits for the answer.
type Cancel struct {
	Reference
	// Because says why in a word: silence when the time has run out and silence was an answer, ended when the dossier has
	// ended, moved when it has gone on otherwise.
	Because string `json:"because,omitempty"`
}

// ParseQuestion reads and checks the body of a message.
func ParseQuestion(body []byte) (Question, error) { return parse(body, Question.Validate) }

// ParseReply reads and checks the body of a message.
func ParseReply(body []byte) (Reply, error) { return parse(body, Reply.Validate) }

// ParseCancel reads and checks the body of a message.
func ParseCancel(body []byte) (Cancel, error) { return parse(body, Cancel.Validate) }

// parse reads a message. Fields that are not known are passed over: a newer version of the other side may send them.
func parse[T any](body []byte, validate func(T) error) (T, error) {
	var message T
	if len(body) > MaxBody {
		return message, fmt.Errorf("consultation: the message has %d bytes, more than %d", len(body), MaxBody)
	}
	if err := json.Unmarshal(body, &message); err != nil {
		// What the decoder says may repeat what was sent, which may be personal data.
		return message, errors.New("consultation: the message is not JSON of the expected shape")
	}
	return message, validate(message)
}
