package lint

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/agency"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// agencies reports what does not fit together around every agency, and whether it can work by what it adopts.
func (c *checker) agencies(
	resolution *manifest.Resolution, compiled map[*v1alpha1.QualityProcedure]*procedure.Procedure, around *surroundings,
) {
	profiles := map[*procedure.Procedure]*procedure.Profile{}
	all := make([]*v1alpha1.Agency, len(resolution.Agencies))
	for i := range resolution.Agencies {
		resolved := &resolution.Agencies[i]
		all[i] = resolved.Agency.Value
		at := resolved.Agency.Position()
		for _, p := range resolved.Problems {
			c.add(at, ofProblem(p))
		}
		var adopted []agency.Adopted
		for _, p := range resolved.Procedures {
			by := compiled[p.Revisions[len(p.Revisions)-1].Value]
			if by == nil {
				adopted = append(adopted, agency.Adopted{})
				continue
			}
			if profiles[by] == nil {
				profiles[by] = by.Profile()
			}
			adopted = append(adopted, agency.Adopted{
				Procedure: by, Profile: profiles[by], Around: around.ofAdopter(resolved.Agency.Value, p.Name),
			})
		}
		c.add(at, agency.Check(resolved.Agency.Value, adopted, c.law, c.options.Today)...)
	}
	for i, findings := range agency.CheckAll(all, c.options.Today) {
		c.add(resolution.Agencies[i].Agency.Position(), findings...)
	}
}
