package procedure

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
)

// identity compares what a procedure is, whom it is for and on what it rests.
func (c *comparer) identity(before, after *v1alpha1.QualityProcedureSpec) {
	c.value(Structural, "spec.code", words{"code of the procedure", "mã quy trình"}, before.Code, after.Code)
	c.wording("spec.title", words{"title of the procedure", "tên quy trình"}, string(before.Title), string(after.Title))
	a, b := orNew(before.AppliesTo), orNew(after.AppliesTo)
	c.value(Structural, "spec.appliesTo.levels", words{"levels for which it is made", "cấp áp dụng"}, joined(a.Levels), joined(b.Levels))
	c.value(Structural, "spec.appliesTo.types", words{"types of agency for which it is made", "loại cơ quan áp dụng"}, joined(a.Types), joined(b.Types))
	x, y := orNew(before.AdministrativeProcedure), orNew(after.AdministrativeProcedure)
	c.value(Structural, "spec.administrativeProcedure.code",
		words{"administrative procedure that it settles", "thủ tục hành chính được giải quyết"}, x.Code, y.Code)
	c.wording("spec.administrativeProcedure.field", words{"field of the administrative procedure", "lĩnh vực"}, string(x.Field), string(y.Field))
	if before.Issue.Revision == after.Issue.Revision && before.Issue != after.Issue {
		c.note(Editorial, "spec.issue", words{"its issue is described otherwise", "thông tin ban hành được sửa"})
	}
	l := list[v1alpha1.LegalBasis]{
		path: "spec.legalBasis", what: words{"legal basis", "căn cứ"}, more: Editorial,
		name: func(b *v1alpha1.LegalBasis) string { return b.Ref },
	}
	each(c, l, before.LegalBasis, after.LegalBasis, func(path string, what words, x, y *v1alpha1.LegalBasis) {
		c.set(path+".articles", what.of("article", "điều"), x.Articles, y.Articles, Editorial)
		c.set(path+".supports", what.of("what it supports", "nội dung căn cứ"), asWords(x.Supports), asWords(y.Supports), Editorial)
	})
}

// deadline compares the statutory limit and its extension.
func (c *comparer) deadline(before, after *v1alpha1.Deadline) {
	const path = "spec.deadline."
	c.duration(Loosening, path+"limit", words{"statutory limit", "thời hạn giải quyết"}, before.Limit, after.Limit, absentIsNone)
	c.duration(Loosening, path+"disadvantagedLimit", words{"limit of disadvantaged areas", "thời hạn ở địa bàn khó khăn"},
		before.DisadvantagedLimit, after.DisadvantagedLimit, absentIsNone)
	c.value(Structural, path+"startsAt", words{"what starts the clock", "thời điểm bắt đầu tính"}, before.StartsAt, after.StartsAt)
	// Without a cut-off, what is received on a working day counts on that day.
	c.ordered(Tightening, cmp.Compare(cmp.Or(before.ReceiptCutoff, "24:00"), cmp.Or(after.ReceiptCutoff, "24:00")), path+"receiptCutoff",
		words{"time until which receipt counts on the day", "giờ chốt nhận trong ngày"}, string(before.ReceiptCutoff), string(after.ReceiptCutoff))
	if before.Extension == nil || after.Extension == nil {
		shown := func(e *v1alpha1.Extension) string {
			if e == nil {
				return ""
			}
			return string(e.Max)
		}
		c.presence(Loosening, path+"extension", words{"extension", "gia hạn"}, shown(before.Extension), shown(after.Extension))
		return
	}
	c.extension(before.Extension, after.Extension)
}

func (c *comparer) extension(before, after *v1alpha1.Extension) {
	const path = "spec.deadline.extension."
	what := words{"extension", "gia hạn"}
	c.duration(Loosening, path+"max", what.of("longest", "tối đa"), before.Max, after.Max, absentIsNone)
	c.count(Loosening, path+"times", what.of("how often", "số lần"), int(before.Times), int(after.Times), 1)
	asked := func(r v1alpha1.Requirement) bool { return cmp.Or(r, "required") == "required" }
	askedBefore, askedAfter := asked(before.Reason), asked(after.Reason)
	c.truth(Tightening, path+"reason", what.of("a reason is required", "phải nêu lý do"), &askedBefore, &askedAfter)
	c.set(path+"prints", what.of("printed form", "mẫu in"), asWords(before.Prints), asWords(after.Prints), Tightening)
	c.presence(Tightening, path+"approver", what.of("who grants it", "người cho phép"), string(before.Approver), string(after.Approver))
}

// strictness orders the forms in which a paper is handed in, by what they ask of the applicant.
var strictness = []v1alpha1.DocumentKind{"presented", "electronic", "copy", "certifiedCopy", "original"}

func (c *comparer) documents(before, after []v1alpha1.RequiredDocument) {
	l := list[v1alpha1.RequiredDocument]{
		path: "spec.documents", what: words{"document", "giấy tờ"}, more: Loosening,
		name: func(d *v1alpha1.RequiredDocument) string { return string(d.ID) },
	}
	each(c, l, before, after, func(path string, what words, x, y *v1alpha1.RequiredDocument) {
		c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
		c.value(Structural, path+".form", what.of("form", "mẫu đơn"), string(x.Form), string(y.Form))
		kindX, kindY := cmp.Or(x.Kind, "copy"), cmp.Or(y.Kind, "copy")
		c.ordered(Loosening, cmp.Compare(slices.Index(strictness, kindX), slices.Index(strictness, kindY)), path+".kind",
			what.of("kind", "hình thức"), string(kindX), string(kindY))
		c.count(Loosening, path+".copies", what.of("copies", "số bản"), int(x.Copies), int(y.Copies), 1)
		c.truth(Loosening, path+".required", what.of("required", "bắt buộc"), x.Required, y.Required)
		c.presence(Tightening, path+".when", what.of("condition", "điều kiện"), string(x.When), string(y.When))
		c.presence(Tightening, path+".reuse", what.of("taken from", "khai thác từ"), string(x.Reuse), string(y.Reuse))
	})
}

func (c *comparer) fees(before, after []v1alpha1.Fee) {
	l := list[v1alpha1.Fee]{
		path: "spec.fees", what: words{"fee", "phí, lệ phí"}, more: Loosening,
		name: func(f *v1alpha1.Fee) string { return string(f.ID) },
	}
	each(c, l, before, after, func(path string, what words, x, y *v1alpha1.Fee) {
		c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
		a, b := *orNew(x.Amount), *orNew(y.Amount)
		c.ordered(Loosening, cmp.Compare(a, b), path+".amount", what.of("amount", "mức thu"), strconv.FormatInt(a, 10), strconv.FormatInt(b, 10))
		c.value(Structural, path+".currency", what.of("currency", "đơn vị tiền"), x.Currency, y.Currency)
		c.value(Editorial, path+".basis", what.of("basis", "căn cứ"), x.Basis, y.Basis)
		c.value(Structural, path+".due", what.of("step by which it is due", "bước phải thu"), string(x.Due), string(y.Due))
	})
}

// forms compares forms. What an applicant's form asks loosens, what an officer's asks tightens.
func (c *comparer) forms(before, after *v1alpha1.QualityProcedureSpec) {
	asks := func(f *v1alpha1.Form) ChangeKind {
		if filledByApplicant(f.ID, before, after) {
			return Loosening
		}
		return Tightening
	}
	l := list[v1alpha1.Form]{path: "spec.forms", what: words{"form", "biểu mẫu"}, moreOf: asks, name: func(f *v1alpha1.Form) string { return string(f.ID) }}
	each(c, l, before.Forms, after.Forms, func(path string, what words, x, y *v1alpha1.Form) {
		more := asks(x)
		c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
		fields := list[v1alpha1.FormField]{
			path: path + ".fields", what: what.of("field", "trường"), more: more, name: func(f *v1alpha1.FormField) string { return f.Name },
		}
		each(c, fields, x.Fields, y.Fields, func(path string, what words, x, y *v1alpha1.FormField) { c.field(path, what, x, y, more) })
	})
}

// filledByApplicant says whether a form is a document of the dossier, or filled in at its intake, in either text.
func filledByApplicant(id v1alpha1.ID, texts ...*v1alpha1.QualityProcedureSpec) bool {
	return slices.ContainsFunc(texts, func(spec *v1alpha1.QualityProcedureSpec) bool {
		return slices.ContainsFunc(spec.Documents, func(d v1alpha1.RequiredDocument) bool { return d.Form == id }) ||
			slices.ContainsFunc(spec.Steps, func(s v1alpha1.Step) bool {
				return s.Kind == v1alpha1.StepIntake && slices.Contains(s.Forms, id)
			})
	})
}

func (c *comparer) field(path string, what words, x, y *v1alpha1.FormField, more ChangeKind) {
	c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
	c.value(Structural, path+".type", what.of("type", "kiểu"), string(x.Type), string(y.Type))
	c.truth(more, path+".required", what.of("required", "bắt buộc"), x.Required, y.Required)
	c.presence(more, path+".requiredWhen", what.of("required when", "bắt buộc khi"), string(x.RequiredWhen), string(y.RequiredWhen))
	c.truth(Tightening, path+".personal", what.of("personal data", "dữ liệu cá nhân"), x.Personal, y.Personal)
	c.presence(more, path+".pattern", what.of("pattern", "mẫu giá trị"), x.Pattern, y.Pattern)
	c.bound(more, path+".minimum", what.of("minimum", "tối thiểu"), x.Minimum, y.Minimum, math.MinInt64)
	c.bound(more.Reversed(), path+".maximum", what.of("maximum", "tối đa"), x.Maximum, y.Maximum, math.MaxInt64)
	c.set(path+".values", what.of("value", "giá trị"), x.Values, y.Values, more.Reversed())
}

func (c *comparer) bound(more ChangeKind, path string, what words, before, after *int64, absent int64) {
	value := func(n *int64) (int64, string) {
		if n == nil {
			return absent, ""
		}
		return *n, strconv.FormatInt(*n, 10)
	}
	x, shownX := value(before)
	y, shownY := value(after)
	c.ordered(more, cmp.Compare(x, y), path, what, shownX, shownY)
}

func (c *comparer) roles(before, after []v1alpha1.Role) {
	l := list[v1alpha1.Role]{
		path: "spec.roles", what: words{"role", "vai trò"}, more: Structural,
		name: func(r *v1alpha1.Role) string { return string(r.ID) },
	}
	each(c, l, before, after, func(path string, what words, x, y *v1alpha1.Role) {
		c.wording(path+".title", what.of("title", "tên"), string(x.Title), string(y.Title))
		c.set(path+".separateFrom", what.of("separate from", "tách biệt với"), asWords(x.SeparateFrom), asWords(y.SeparateFrom), Tightening)
		c.count(Tightening, path+".minHolders", what.of("least holders", "số người tối thiểu"), int(x.MinHolders), int(y.MinHolders), 1)
		c.truth(Loosening, path+".canDelegate", what.of("may be delegated", "được ủy quyền"), x.CanDelegate, y.CanDelegate)
	})
}

// orNew spares the readers of optional parts from asking whether they are there.
func orNew[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}

func joined[T ~string](list []T) string {
	return strings.Join(slices.Sorted(slices.Values(asWords(list))), ", ")
}
