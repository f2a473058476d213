package procedure

import "chuan.dev/chuan/api/v1alpha1"

// Profile is what must be known of a procedure to say whether an agency can work by it. It is small, so that those of ten
// thousand procedures may be kept at once.
type Profile struct {
	// Name of the QualityProcedure.
	Name string
	// Code in the quality management system.
	Code string
	// Catalogue is the code of the administrative procedure without a province's suffix; empty for internal procedures.
	Catalogue string
	// Roles in the order of the text.
	Roles []RoleProfile
	// Asks are the documents that the applicant hands in although they could not be taken from a data store, by title.
	Asks []string
	// Gives are the titles of the documents that the procedure issues when it grants what was asked for.
	Gives []string
}

// RoleProfile is a role of a procedure.
type RoleProfile struct {
	ID v1alpha1.ID
	// Separate are the roles that the same person must not play, in both directions.
	Separate []v1alpha1.ID
	// MinHolders is the least number of holders, 1 or more.
	MinHolders int
	// Steps is the number of steps on the longest way in which the role acts.
	Steps int
}

// Profile returns what must be known of the procedure to say whether an agency can work by it.
func (p *Procedure) Profile() *Profile {
	return &Profile{Name: p.Name, Code: p.Spec.Code}
}
