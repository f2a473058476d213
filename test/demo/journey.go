package demo

import (
	"context"
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// CopyProcedure is the procedure in which the demo's dossier travels: the copy from the original book (2.000908).
const CopyProcedure = "cap-ban-sao-tu-so-goc"

// Traveller is the commune in which the dossier travels.
const Traveller = "ubnd-xa-thanh-nua"

// Request is what an invented citizen hands in for a copy from the original book.
func Request() map[string]any {
	return map[string]any{
		"applicant": map[string]any{"name": "Quàng Thị Mai"},
		"forms": map[string]any{"phieu-yeu-cau": map[string]any{
			"hoTen": "Quàng Thị Mai", "soDinhDanh": "011198000001", "tuCach": "nguoi-duoc-cap",
			"loaiGiayTo": "Giấy khai sinh", "soBanSao": 2,
		}},
		"documents": []map[string]any{{"id": "phieu"}, {"id": "giay-to-tuy-than"}},
	}
}

// Leg is one action of a journey.
type Leg struct {
	// Role that acts, and the Action that it takes.
	Role   v1alpha1.ID
	Action string
	// Further is what the body of the action holds beside it.
	Further map[string]any
}

// Legs lead a request for a copy from reception to the result.
func Legs() []Leg {
	return []Leg{
		{Role: "mot-cua", Action: "tiep-nhan"},
		{Role: "quan-ly-so-goc", Action: "trinh-ban-sao", Further: map[string]any{"forms": map[string]any{
			"phieu-doi-chieu": map[string]any{"ketQua": "co-trong-so", "trangSo": "Quyển 02, trang 15"},
		}}},
		{Role: "lanh-dao-ubnd", Action: "ky"},
		{Role: "van-thu", Action: "phat-hanh"},
		{Role: "mot-cua", Action: "da-tra"},
	}
}

// Travel sends a dossier from reception to the result, and tells each step to a function.
func (s *Service) Travel(ctx context.Context, tell func(dossier *Dossier, what string)) (*Dossier, error) {
	dossier, err := s.Receive(ctx, CopyProcedure, Request())
	if err != nil {
		return nil, fmt.Errorf("receive a dossier: %w", err)
	}
	tell(dossier, "received at the counter")
	return s.Continue(ctx, dossier, tell)
}

// Continue leads a dossier that stands at its intake to the result.
func (s *Service) Continue(ctx context.Context, dossier *Dossier, tell func(dossier *Dossier, what string)) (*Dossier, error) {
	for _, leg := range Legs() {
		after, err := s.Act(ctx, leg.Role, dossier, leg.Action, leg.Further)
		if err != nil {
			return nil, fmt.Errorf("%s does %s: %w", leg.Role, leg.Action, err)
		}
		// The check code is told at reception only.
		after.CheckCode = dossier.CheckCode
		dossier = after
		tell(dossier, fmt.Sprintf("%s: %s", leg.Role, leg.Action))
	}
	return dossier, nil
}

// Agency returns one agency of the demo.
func (d *Demo) Agency(ctx context.Context, name string) (*v1alpha1.Agency, error) {
	agencies, err := d.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(agencies, func(a v1alpha1.Agency) bool { return a.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no Agency %s in namespace %s", name, Namespace)
	}
	return &agencies[i], nil
}

// ShowJourney lets a dossier travel and tells its steps.
func (d *Demo) ShowJourney(ctx context.Context) error {
	agency, err := d.Agency(ctx, Traveller)
	if err != nil {
		return err
	}
	service, err := d.Connect(ctx, agency)
	if err != nil {
		return err
	}
	defer service.Close()
	d.say("a citizen asks %s for a copy from the original book", agency.Spec.Title)
	ended, err := service.Travel(ctx, func(dossier *Dossier, what string) {
		stands := "ended"
		if len(dossier.Steps) > 0 {
			stands = fmt.Sprintf("stands at %s, %s", dossier.Steps[0].Step, dossier.Steps[0].Title)
		}
		d.say("  %s  %-32s %s", dossier.Code, what, stands)
	})
	if err != nil {
		return err
	}
	if ended.Status != "ended" {
		return fmt.Errorf("the dossier %s has not come to its end: it is %s", ended.Code, ended.Status)
	}
	d.say("dossier %s went from reception to its result: %s", ended.Code, ended.Outcome)
	return nil
}

// ShowWhereToLook tells what to try next.
func (d *Demo) ShowWhereToLook() {
	kubectl, down := "kubectl", ""
	if !d.Existing {
		kubectl = "bin/cluster kubectl"
		down = "\n  make demo-down                                       # leave nothing behind\n"
	}
	fmt.Fprintf(d.Out, `
Where to look next
  %[1]s get agencies -n %[2]s        # one line an agency: ready or not, and why not
  %[1]s get chuan -n %[2]s           # all kinds
  %[1]s describe qp %[3]s -n %[2]s
  %[1]s explain agency.spec                 # what may be written, and what it means
  %[1]s port-forward -n %[2]s service/%[4]s 8080
      then http://localhost:8080/%[4]s           # the commune's procedures, and a dossier by its code
%[5]s`, kubectl, Namespace, CopyProcedure, Traveller, down)
}
