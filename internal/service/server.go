package service

import (
	"log/slog"
	"net/http"
	"time"
)

// What a client may do with a connection: times for the head of a request, for all of it, for its answer, and between
// requests; and the size of the head.
const (
	headerTime = 5 * time.Second
	bodyTime   = 20 * time.Second
	answerTime = 30 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 32 << 10
)

// NewServer returns a server that answers for a service at an address, with bounds on what a client may do with a connection.
func NewServer(s *Service, address string) *http.Server {
	return &http.Server{
		Addr: address, Handler: s.Handler(),
		ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}
