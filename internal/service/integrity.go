package service

import (
	"context"
	"time"

	"chuan.dev/chuan/internal/archive"
)

const (
	// checkDelay is how long after its start a service begins to check records: those who wait for it come first.
	checkDelay = time.Minute
	// checkTime bounds the check of one agency.
	checkTime = time.Hour
)

// checkRecords checks the records of every agency once after the start, one agency at a time, and goes on serving whatever
// it finds: a person has to look at it.
func (s *Service) checkRecords(ctx context.Context) {
	if !pause(ctx, checkDelay) {
		return
	}
	for _, a := range s.served.Load().agencies {
		if ctx.Err() != nil {
			return
		}
		s.checkAgency(ctx, a)
	}
	s.tired()
}

// checkAgency checks the records of an agency and says how they are.
func (s *Service) checkAgency(ctx context.Context, a *agency) {
	leave, ok := a.records.visit()
	if !ok {
		return
	}
	defer leave()
	within, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	began := time.Now()
	report, err := archive.Inspect(within, a.records.Store, a.spec.Code, a.records.keys.Public())
	took := time.Since(began)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s.log.Error("the records could not be checked", "agency", a.name, "error", err, "took", took)
	case report.Broken != nil:
		s.metrics.integrity.WithLabelValues(a.name).Set(0)
		s.log.Error("the records are broken: keep the file as it is, and compare it with a backup",
			"agency", a.name, "dossier", report.Broken.Dossier, "event", report.Broken.Event, "detail", report.Broken.Detail)
	default:
		s.metrics.integrity.WithLabelValues(a.name).Set(1)
		s.log.Info("the records are whole", "agency", a.name, "dossiers", report.Dossiers, "events", report.Events,
			"roots", report.Roots.Count, "took", took)
	}
}
