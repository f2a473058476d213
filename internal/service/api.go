package service

import (
	"context"
	"errors"
	"net/http"

	"chuan.dev/chuan/api/v1alpha1"
)

// agencyPath begins the paths of what belongs to an agency.
const agencyPath = "/api/v1/agencies/{agency}"

// api routes the JSON API: its operations, and the document that describes them.
func (s *Service) api() http.Handler {
	mux := http.NewServeMux()
	for _, o := range s.operations() {
		mux.Handle(o.method+" "+o.path, s.route(o))
	}
	mux.Handle("GET "+documentPath+".json", s.answer(s.getDocument))
	mux.Handle("GET "+documentPath+".yaml", s.answer(s.getDocument))
	mux.Handle("/api/", s.answer(func(http.ResponseWriter, *http.Request) error {
		return problem(http.StatusNotFound, "route-unknown",
			"the API has no such path with this method", "API không có đường dẫn hoặc phương thức này")
	}))
	return mux
}

// answer runs a handler and tells its error as a problem.
func (s *Service) answer(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil {
			return
		}
		if left(r, err) {
			w.WriteHeader(statusLeft)
			return
		}
		p := problemOf(err)
		if p.Status >= http.StatusInternalServerError && p.Code != "busy" {
			s.log.Error("a request failed", "method", methodOf(r), "route", r.Pattern, "agency", s.agencyOf(r), "error", err)
		}
		writeProblem(w, p)
	})
}

// statusLeft is counted and logged of a request whose client left before it was answered. Nobody sees it.
const statusLeft = 499

// left says whether a request failed because its client left, which is no failure of the service.
func left(r *http.Request, err error) bool {
	return r.Context().Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// atDesk runs a handler with the agency that the path names, whose records stay open for so long.
func (s *Service) atDesk(handle func(http.ResponseWriter, *http.Request, *desk) error) http.Handler {
	return s.answer(func(w http.ResponseWriter, r *http.Request) error {
		d, release, err := s.desk(r.PathValue("agency"))
		if err != nil {
			return err
		}
		defer release()
		return handle(w, r, d)
	})
}

// asOfficer runs a handler for an officer of the agency.
func (s *Service) asOfficer(handle func(http.ResponseWriter, *http.Request, *desk, v1alpha1.Officer) error) http.Handler {
	return s.atDesk(func(w http.ResponseWriter, r *http.Request, d *desk) error {
		officer, err := s.signedIn(r, d.agency)
		if err != nil {
			return err
		}
		d.signIn(officer)
		return handle(w, r, d, officer)
	})
}

// desk is the desk of an agency that is served. Its records stay open until the returned function is called.
func (s *Service) desk(name string) (*desk, func(), error) {
	unknown := func() error {
		return problem(http.StatusNotFound, "agency-unknown",
			"this service serves no agency of that name", "dịch vụ không phục vụ cơ quan này")
	}
	a, ok := s.served.Load().agency(name)
	if !ok {
		return nil, nil, unknown()
	}
	release, ok := a.records.use()
	if !ok {
		return nil, nil, unknown()
	}
	return newDesk(a, s.config.Now(), s.metrics), release, nil
}
