package service

import (
	"net/http"
	"net/url"
	"slices"
)

// operation is one operation of the API. The routes and the document that describes the API are both made from operations,
// so that they cannot contradict each other. Bodies are read and answers written by handlers of our own, not by those of
// the library that writes the document: that would cost a request more than deciding and recording do.
type operation struct {
	id, method, path string
	// tag groups operations, summary says in a line what one does, and description what else is to be known.
	tag, summary, description string
	// who may ask.
	who audience
	// query are the parameters behind the path.
	query []parameter
	// body and answer are values of the types that are sent and answered; nil for none, rawBytes for what is no JSON.
	body, answer any
	// status of the answer. Default 200.
	status int
	// once says that the operation writes: a key makes sure that it does so once.
	once    bool
	handler http.Handler
}

// rawBytes are bytes that are sent or answered as they are.
type rawBytes struct{}

// audience is who may ask for something.
type audience string

// The audiences.
const (
	everybody audience = ""
	officers  audience = "officer"
	operator  audience = "evidence"
)

// parameter is one behind the path.
type parameter struct {
	name, description string
	// kind of its value, as in JSON Schema. Default string.
	kind string
	// format of a text, and the values that it may have.
	format string
	values []string
	// required parameters have to be there.
	required bool
}

// The groups of operations.
const (
	tagProcedures    = "Procedures"
	tagWork          = "Work"
	tagDossiers      = "Dossiers"
	tagPetitions     = "Petitions"
	tagConsultations = "Consultations"
	tagFigures       = "Figures"
	tagProof         = "Proof"
)

// operations are all operations of the API.
func (s *Service) operations() []operation {
	return slices.Concat(
		s.procedureOperations(),
		s.workOperations(),
		s.dossierOperations(),
		s.commandOperations(),
		s.petitionOperations(),
		s.figureOperations(),
		s.formOperations(),
		s.consultationOperations(),
		s.exchangeOperations(),
		s.documentOperations(),
		s.rootOperations(),
	)
}

// route is the handler of an operation behind the check of its parameters.
func (s *Service) route(o operation) http.Handler {
	checked := s.answer(func(w http.ResponseWriter, r *http.Request) error {
		if err := o.checkQuery(r.URL.Query()); err != nil {
			return err
		}
		o.handler.ServeHTTP(w, r)
		return nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "" && !o.demands() {
			o.handler.ServeHTTP(w, r)
			return
		}
		checked.ServeHTTP(w, r)
	})
}

// demands says whether a parameter has to be there.
func (o *operation) demands() bool {
	return slices.ContainsFunc(o.query, func(p parameter) bool { return p.required })
}

// checkQuery refuses parameters that nobody knows, those that are given twice, and values that are none.
func (o *operation) checkQuery(values url.Values) error {
	for name, given := range values {
		i := slices.IndexFunc(o.query, func(p parameter) bool { return p.name == name })
		switch {
		case i < 0:
			return problem(http.StatusBadRequest, "parameter-unknown", "there is no such parameter: it takes %[1]v",
				"tham số không hợp lệ; các tham số: %[1]v", o.parameterNames())
		case len(given) > 1:
			return problem(http.StatusBadRequest, "parameter-wrong", "%[1]s is given more than once",
				"%[1]s được gửi nhiều lần", name)
		case len(o.query[i].values) > 0 && given[0] != "" && !slices.Contains(o.query[i].values, given[0]):
			return wrongValue(name, o.query[i].values)
		}
	}
	for _, p := range o.query {
		if p.required && values.Get(p.name) == "" {
			return problem(http.StatusBadRequest, "parameter-needed", "%[1]s is missing: %[2]s", "thiếu tham số %[1]s", p.name, p.description)
		}
	}
	return nil
}

func (o *operation) parameterNames() []string {
	names := make([]string, 0, len(o.query))
	for _, p := range o.query {
		names = append(names, p.name)
	}
	return names
}
