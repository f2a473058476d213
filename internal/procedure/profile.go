package procedure

import (
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
)

// Profile is what must be known of a procedure to say whether an agency can work by it. It is small, so that those of ten
// thousand procedures may be kept at once.
type Profile struct {
	// Name of the QualityProcedure.
	Name string
	// Code in the quality management system.
	Code string
	// Catalogue is the code of the administrative procedure without a province's suffix, as 1.009994; empty for internal
	// procedures.
	Catalogue string
	// Province is the suffix of the code of the administrative procedure, as H18; empty for a national code.
	Province string
	// Roles in the order of the text.
	Roles []RoleProfile
	// Asks are the titles of the documents without which no dossier is complete and which no data store gives.
	Asks []string
	// Gives are the titles of the documents that the procedure issues when it grants what was asked for.
	Gives []string
}

// RoleProfile is a role of a procedure.
type RoleProfile struct {
	ID v1alpha1.ID
	// Title in Vietnamese.
	Title v1alpha1.Title
	// Separate are the roles that the same person must not play, in both directions and in the order of the text.
	Separate []v1alpha1.ID
	// MinHolders is the least number of holders, 1 or more.
	MinHolders int
	// CanDelegate says whether somebody else may act for a holder who is away.
	CanDelegate bool
	// Steps is the number of steps on the longest way in which the role acts.
	Steps int
}

// Profile returns what must be known of the procedure to say whether an agency can work by it.
func (p *Procedure) Profile() *Profile {
	profile := &Profile{Name: p.Name, Code: p.Spec.Code, Roles: p.roleProfiles()}
	if catalogued := p.Spec.AdministrativeProcedure; catalogued != nil {
		profile.Catalogue, profile.Province = cutCatalogueCode(catalogued.Code)
	}
	for i := range p.Spec.Documents {
		d := &p.Spec.Documents[i]
		if d.Required != nil && *d.Required && d.Reuse == "" {
			profile.Asks = append(profile.Asks, string(d.Title))
		}
	}
	for i := range p.Spec.Outcomes {
		outcome := &p.Spec.Outcomes[i]
		if outcome.Result != v1alpha1.ResultGranted {
			continue
		}
		titles := []v1alpha1.Title{outcome.Title}
		for k := range p.Spec.Templates {
			if p.Spec.Templates[k].ID == outcome.Template {
				titles = append(titles, p.Spec.Templates[k].Title)
			}
		}
		for _, title := range titles {
			if title != "" && !slices.Contains(profile.Gives, string(title)) {
				profile.Gives = append(profile.Gives, string(title))
			}
		}
	}
	return profile
}

// Lengths of the codes of administrative procedures: 1.009994, and H18 within 1.009994.000.00.00.H18.
const (
	nationalCode = len("1.009994")
	provinceCode = len("H18")
)

// cutCatalogueCode parts the code of an administrative procedure into its national part and the province of its suffix.
func cutCatalogueCode(code string) (national, province string) {
	if len(code) <= nationalCode {
		return code, ""
	}
	national, suffix := code[:nationalCode], code[nationalCode:]
	for i := range suffix {
		if suffix[i] == 'H' && len(suffix) >= i+provinceCode {
			return national, suffix[i : i+provinceCode]
		}
	}
	return national, ""
}

func (p *Procedure) roleProfiles() []RoleProfile {
	acts := make(map[v1alpha1.ID]int, len(p.Spec.Roles))
	for _, step := range p.graph.worst().steps {
		if s := &p.Spec.Steps[step]; s.Kind != v1alpha1.StepWait && s.Kind != v1alpha1.StepParallel {
			acts[s.Role]++
		}
	}
	roles := make([]RoleProfile, len(p.Spec.Roles))
	for i := range p.Spec.Roles {
		role := &p.Spec.Roles[i]
		roles[i] = RoleProfile{
			ID: role.ID, Title: role.Title, MinHolders: max(1, int(role.MinHolders)),
			CanDelegate: role.CanDelegate != nil && *role.CanDelegate, Steps: acts[role.ID],
		}
		for k := range p.Spec.Roles {
			other := &p.Spec.Roles[k]
			if slices.Contains(role.SeparateFrom, other.ID) || slices.Contains(other.SeparateFrom, role.ID) {
				roles[i].Separate = append(roles[i].Separate, other.ID)
			}
		}
	}
	return roles
}
