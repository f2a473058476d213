package service

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/wording"
)

//go:embed templates
var templates embed.FS

//go:embed assets/style.css
var style []byte

// pageNames are the pages, each a template beside the layout.
var pageNames = []string{"agencies", "agency", "procedure", "dossier", "missing", "signin"}

// parsePages parses the templates. They are part of the program: one that does not parse is a fault of the program.
func parsePages() map[string]*template.Template {
	parsed := make(map[string]*template.Template, len(pageNames))
	for _, name := range pageNames {
		parsed[name] = template.Must(template.ParseFS(templates,
			"templates/layout.html", "templates/lookup.html", "templates/"+name+".html"))
	}
	return parsed
}

// page is what every page shows.
type page struct {
	Title       string
	Development bool
	Agency      *pageAgency
}

// pageAgency is the agency to which a page belongs.
type pageAgency struct {
	Name, Title, Code string
}

// public is the front of the service: pages for everybody, without personal data.
type public struct {
	*Service
	templates map[string]*template.Template
	styleTag  string
}

// pages routes the pages.
func (s *Service) pages() http.Handler {
	sum := sha256.Sum256(style)
	p := &public{Service: s, templates: parsePages(), styleTag: `"` + hex.EncodeToString(sum[:8]) + `"`}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.showAgencies)
	mux.HandleFunc("GET /assets/style.css", p.serveStyle)
	mux.HandleFunc("GET /{agency}", p.ofAgency(p.showAgency))
	mux.HandleFunc("GET /{agency}/thu-tuc/{procedure}", p.ofAgency(p.showProcedure))
	mux.HandleFunc("GET /{agency}/ho-so", p.ofAgency(p.showDossier))
	mux.HandleFunc("GET /{agency}/dang-nhap", p.ofAgency(p.beginSignIn))
	mux.HandleFunc("POST /{agency}/dang-nhap", p.ofAgency(p.chooseOfficer))
	mux.HandleFunc("GET /{agency}/dang-nhap/ve", p.ofAgency(p.endSignIn))
	mux.HandleFunc("POST /{agency}/dang-xuat", p.ofAgency(p.signOut))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { p.missing(w, r, nil) })
	return mux
}

// ofAgency runs a page of an agency that is served.
func (p *public) ofAgency(show func(http.ResponseWriter, *http.Request, *desk)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d, release, err := p.desk(r.PathValue("agency"))
		if err != nil {
			p.missing(w, r, nil)
			return
		}
		defer release()
		show(w, r, d)
	}
}

// page is the frame of a page.
func (p *public) page(title string, d *desk) page {
	frame := page{Title: title, Development: p.config.DevelopmentSignIn}
	if d != nil {
		frame.Agency = &pageAgency{Name: d.name, Title: string(d.spec.Title), Code: d.spec.Code}
	}
	return frame
}

// closedPolicy lets an answer that is no page load nothing at all.
const closedPolicy = "default-src 'none'; frame-ancestors 'none'"

// contentPolicy lets a page load nothing but its style, and nobody put it into a frame.
const contentPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// show answers with a page.
func (p *public) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var out bytes.Buffer
	if err := p.templates[name].ExecuteTemplate(&out, "layout", data); err != nil {
		p.log.Error("a page cannot be shown", "page", name, "error", err)
		http.Error(w, "Hệ thống gặp lỗi. The service failed.", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	if header.Get("Content-Security-Policy") == closedPolicy {
		header.Set("Content-Security-Policy", contentPolicy)
	}
	header.Set("Cache-Control", "no-cache")
	if name == "dossier" || name == "signin" {
		header.Set("Cache-Control", "no-store")
		header.Set("X-Robots-Tag", "noindex")
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The client may have gone; there is nobody left to tell.
		_, _ = out.WriteTo(w)
	}
}

func (p *public) serveStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("ETag", p.styleTag)
	http.ServeContent(w, r, "style.css", time.Time{}, bytes.NewReader(style))
}

// messagePage is a page that says one thing.
type messagePage struct {
	page
	Message, MessageEn string
}

func (p *public) missing(w http.ResponseWriter, r *http.Request, d *desk) {
	p.show(w, r, http.StatusNotFound, "missing", messagePage{
		page:    p.page("Không tìm thấy trang", d),
		Message: "Không có trang này.", MessageEn: "There is no such page.",
	})
}

func (p *public) showAgencies(w http.ResponseWriter, r *http.Request) {
	type row struct {
		Name, Title, Code string
		Procedures        int
	}
	data := struct {
		page
		Agencies []row
	}{page: p.page("Các cơ quan", nil)}
	for _, a := range p.served.Load().agencies {
		data.Agencies = append(data.Agencies, row{
			Name: a.name, Title: string(a.spec.Title), Code: a.spec.Code, Procedures: len(a.procedures),
		})
	}
	p.show(w, r, http.StatusOK, "agencies", data)
}

// procedureRow is a procedure in the list of an agency.
type procedureRow struct {
	Name, Title, Code, National, Limit string
	Revision                           int32
}

func (p *public) showAgency(w http.ResponseWriter, r *http.Request, d *desk) {
	data := struct {
		page
		Code       string
		Procedures []procedureRow
	}{page: p.page(string(d.spec.Title), d)}
	for _, adopted := range d.procedures {
		v := d.procedureView(adopted, false)
		data.Procedures = append(data.Procedures, procedureRow{
			Name: v.Name, Title: string(v.Title), Code: v.Code, National: v.AdministrativeProcedure,
			Limit: wording.Limit(v.Limit), Revision: v.Revision,
		})
	}
	p.show(w, r, http.StatusOK, "agency", data)
}

// legalTitle is a legal basis as it is cited.
func (p *public) legalTitle(b v1alpha1.LegalBasis) string {
	title := b.Ref
	if document, ok := p.served.Load().legal[b.Ref]; ok {
		title = fmt.Sprintf("%s – %s", document.Number, document.Title)
	}
	if len(b.Articles) > 0 {
		title += fmt.Sprintf(" (điều %s)", strings.Join(b.Articles, ", "))
	}
	return title
}
