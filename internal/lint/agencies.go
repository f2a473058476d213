package lint

import (
	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/agency"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
)

// agencies reports what does not fit together around every agency, and whether it can work by what it adopts.
func (c *checker) agencies(resolution *manifest.Resolution, compiled map[*v1alpha1.QualityProcedure]*procedure.Procedure) {
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
			latest := p.Revisions[len(p.Revisions)-1].Value
			if compiled[latest] != nil {
				adopted = append(adopted, agency.Adopted{Procedure: compiled[latest], Profile: compiled[latest].Profile()})
			}
		}
		c.add(at, agency.Check(resolved.Agency.Value, adopted, c.law, c.options.Today)...)
	}
	for i, findings := range agency.CheckAll(all, c.options.Today) {
		c.add(resolution.Agencies[i].Agency.Position(), findings...)
	}
}
