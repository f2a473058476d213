package store

import "time"

// Outgoing is a message that is to be sent.
type Outgoing struct {
	// To is the code of the agency that receives it, or a way to reach an applicant, as "sms". Messages to one receiver
	// are numbered without gaps from 1.
	To string
	// Kind of the message, and its body.
	Kind string
	Body []byte
}

// Message is a message in the outbox.
type Message struct {
	Outgoing
	// ID of the message, Number among those to its receiver.
	ID, Number int64
	// Code of the dossier because of which it is sent.
	Code string
	// At is when it was written, Attempts how often it was tried to send it.
	At       time.Time
	Attempts int
	// Failure is why the last attempt failed; empty when none did.
	Failure string
}

// Delivery is what became of an attempt to send a message.
type Delivery struct {
	ID int64
	// At is when it was taken by the receiver; zero when it was not. Then Next is when to try again and Failure says why.
	At, Next time.Time
	Failure  string
}

// Incoming is a message of another agency. It is taken once, and after the one before it.
type Incoming struct {
	// Sender is the code of the agency, Number the message's among those that it sent here.
	Sender string
	Number int64
	// Code and Version of what was recorded of it. They are set in records that are read, and need not be in those that
	// are written.
	Code    string
	Version int64
}
