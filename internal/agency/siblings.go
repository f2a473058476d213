package agency

import (
	"cmp"
	"fmt"
	"slices"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
	"chuan.dev/chuan/internal/rule"
)

// CheckAll looks at what crosses agencies, on a day. The findings come by the index of the agency that they speak of.
func CheckAll(agencies []*v1alpha1.Agency, today calendar.Day) map[int][]rule.Finding {
	found := map[int][]rule.Finding{}
	byName := make(map[[2]string]*v1alpha1.Agency, len(agencies))
	for _, a := range agencies {
		byName[[2]string{a.Namespace, a.Name}] = a
	}
	former := formerCodes(agencies)
	titles := titlesOf(agencies, today)
	for i, a := range agencies {
		var of []rule.Finding
		of = append(of, checkParent(a, byName)...)
		of = append(of, checkClosedCode(a, former)...)
		of = append(of, checkTitle(a, titles, today)...)
		if len(of) > 0 {
			found[i] = of
		}
	}
	return found
}

// rank orders the levels of administration from the top.
var rank = map[v1alpha1.AgencyLevel]int{
	v1alpha1.AgencyLevelCentral: 1, v1alpha1.AgencyLevelProvince: 2, v1alpha1.AgencyLevelDistrict: 3, v1alpha1.AgencyLevelCommune: 4,
}

// checkParent (V03): the parent stands above. An agency of another type may stand under one of its own level, as a department
// under the People's Committee of its province.
func checkParent(a *v1alpha1.Agency, byName map[[2]string]*v1alpha1.Agency) []rule.Finding {
	if a.Spec.Parent == nil {
		return nil
	}
	parent := byName[[2]string{a.Namespace, a.Spec.Parent.Name}]
	if parent == nil || parent == a {
		return nil
	}
	typeOf := func(a *v1alpha1.Agency) v1alpha1.AgencyType {
		return cmp.Or(a.Spec.Type, v1alpha1.AgencyTypePeoplesCommittee)
	}
	switch above, below := rank[parent.Spec.Level], rank[a.Spec.Level]; {
	case above == 0 || below == 0 || above < below:
		return nil
	case above == below && typeOf(parent) != typeOf(a):
		return nil
	}
	return []rule.Finding{say("V03", rule.Error, "spec.parent.name",
		"%s is a %s of the level %s and cannot be the parent of a %s of the level %s; name an agency above this one",
		"%s là %s cấp %s, không thể là cấp trên của %s cấp %s; hãy ghi cơ quan cấp trên",
		parent.Name, typeOf(parent), parent.Spec.Level, typeOf(a), a.Spec.Level)}
}

// formerOwner is an agency that had a code before.
type formerOwner struct {
	agency *v1alpha1.Agency
	until  v1alpha1.Date
}

func formerCodes(agencies []*v1alpha1.Agency) map[string][]formerOwner {
	former := map[string][]formerOwner{}
	for _, a := range agencies {
		for i := range a.Spec.FormerCodes {
			code := a.Spec.FormerCodes[i].Code
			former[code] = append(former[code], formerOwner{a, a.Spec.FormerCodes[i].Until})
		}
	}
	return former
}

// checkClosedCode (V04): a code that another agency had before is not given again.
func checkClosedCode(a *v1alpha1.Agency, former map[string][]formerOwner) []rule.Finding {
	for _, owner := range former[a.Spec.Code] {
		if owner.agency == a {
			continue
		}
		return []rule.Finding{say("V04", rule.Error, "spec.code",
			"the code %s was that of %s until %s and is closed: slips that carry it are still out; give this agency another",
			"mã %s là mã của %s đến hết ngày %s và đã đóng: giấy hẹn mang mã này vẫn còn lưu hành; hãy cấp mã khác",
			a.Spec.Code, owner.agency.Name, owner.until)}
	}
	return nil
}

// titlesOf are the agencies of each namespace that are not dissolved, by their titles as a hasty reader sees them.
func titlesOf(agencies []*v1alpha1.Agency, today calendar.Day) map[[2]string][]*v1alpha1.Agency {
	titles := make(map[[2]string][]*v1alpha1.Agency, len(agencies))
	for _, a := range agencies {
		if !dissolved(a, today) {
			key := [2]string{a.Namespace, folded(a.Spec.Title)}
			titles[key] = append(titles[key], a)
		}
	}
	return titles
}

// checkTitle (V23): the titles of two agencies of a province differ by more than case and diacritics.
func checkTitle(a *v1alpha1.Agency, titles map[[2]string][]*v1alpha1.Agency, today calendar.Day) []rule.Finding {
	if dissolved(a, today) {
		return nil
	}
	var others []string
	for _, other := range titles[[2]string{a.Namespace, folded(a.Spec.Title)}] {
		if other != a {
			others = append(others, fmt.Sprintf("%s (%s)", other.Spec.Title, other.Name))
		}
	}
	if len(others) == 0 {
		return nil
	}
	slices.Sort(others)
	return []rule.Finding{say("V23", rule.Error, "spec.title",
		"%q differs from %s by no more than case and diacritics, so that people take one for the other; add to the titles what tells the agencies apart",
		"%q chỉ khác %s về chữ hoa hoặc dấu nên dễ nhầm; hãy bổ sung tên để phân biệt", a.Spec.Title, list(others))}
}
