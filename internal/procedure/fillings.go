package procedure

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// Bounds of the search through the fillings of forms.
const (
	// maxFillings bounds the fillings that are looked at for one step.
	maxFillings = 4096
	// maxEvaluations bounds the evaluations for one procedure; a real one needs some hundreds.
	maxEvaluations = 50_000
)

// fillings are representative ways to fill in the fields that some conditions read. Where a condition only compares a
// field with constants, one value stands for all that compare alike.
type fillings struct {
	fields []domain
	// all says that the fillings stand for every valid way to fill in the forms.
	all bool
	// required are the conditions under which a field that may be left empty must not be, by field.
	required map[fieldRef]*condition
	// evaluations are how many more are allowed.
	evaluations *int
}

// domain are the values that stand for all values of a field; nil for a field that is left empty.
type domain struct {
	fieldRef
	values []any
}

// fillingsOf gathers the fields that conditions read, and those that decide whether these must be filled in.
func (s *subject) fillingsOf(asked []*condition) *fillings {
	f := &fillings{all: true, required: map[fieldRef]*condition{}, evaluations: &s.evaluations}
	uses := map[fieldRef]*use{}
	var order []fieldRef
	for queue := slices.Clone(asked); len(queue) > 0; queue = queue[1:] {
		for _, u := range queue[0].reading.uses {
			if known, ok := uses[u.field]; ok {
				known.add(u)
				continue
			}
			uses[u.field] = &use{field: u.field}
			uses[u.field].add(u)
			order = append(order, u.field)
			if asks, ok := s.conditions[place{fieldRequiredWhen, u.field.form, u.field.field}]; ok {
				f.required[u.field] = asks
				queue = append(queue, asks)
			}
		}
	}
	for _, ref := range order {
		field := fieldOf(s.forms[ref.form], ref.field)
		values, all := uses[ref].values(field)
		if !isTrue(field.Required) {
			values = append(values, nil)
		}
		f.fields = append(f.fields, domain{ref, values})
		f.all = f.all && all
	}
	return f
}

// add joins what two conditions do with a field.
func (u *use) add(other use) {
	u.numbers = append(u.numbers, other.numbers...)
	u.texts = append(u.texts, other.texts...)
	u.ordered = u.ordered || other.ordered
	u.free = u.free || other.free
}

// each calls visit for valid fillings until it returns false, and says whether it came through all of them. Every filling
// counts for as many evaluations as it costs. The forms are only good until visit returns. Forms that are without are
// not filled in at all.
func (f *fillings) each(cost int, without v1alpha1.ID, visit func(Forms) bool) (through bool) {
	forms, at := Forms{}, make([]int, len(f.fields))
	for _, d := range f.fields {
		if d.form != without && forms[d.form] == nil {
			forms[d.form] = map[string]any{}
		}
	}
	for range maxFillings {
		if *f.evaluations -= cost + len(f.required); *f.evaluations < 0 {
			return false
		}
		for i, d := range f.fields {
			if d.form == without {
				continue
			}
			if len(d.values) == 0 {
				return true // no value is valid, so that the form can never be filled in
			}
			forms[d.form][d.field] = d.values[at[i]]
		}
		if f.valid(forms, without) && !visit(forms) {
			return false
		}
		if !f.next(at, without) {
			return true
		}
	}
	return false
}

// next goes to the next combination of values.
func (f *fillings) next(at []int, without v1alpha1.ID) bool {
	for i := range at {
		if f.fields[i].form == without {
			continue
		}
		if at[i]++; at[i] < len(f.fields[i].values) {
			return true
		}
		at[i] = 0
	}
	return false
}

// valid says whether the forms may be left so: no field is empty that has to be filled in.
func (f *fillings) valid(forms Forms, without v1alpha1.ID) bool {
	for ref, asks := range f.required {
		if ref.form == without || forms[ref.form][ref.field] != nil {
			continue
		}
		// A condition that cannot be decided does not make the field required.
		if required, err := asks.holds(forms); err == nil && required {
			return false
		}
	}
	return true
}

// witness writes a filling as ketLuan = 'khong-dat', soTang = 4, in English and in Vietnamese.
func (f *fillings) witness(forms Forms) (english, vietnamese string) {
	if len(f.fields) == 0 {
		return "any forms", "mọi biểu mẫu"
	}
	several := slices.ContainsFunc(f.fields, func(d domain) bool { return d.form != f.fields[0].form })
	var en, vi []string
	for _, d := range f.fields {
		name := d.field
		if several {
			name = string(d.form) + "." + d.field
		}
		value := forms[d.form][d.field]
		if value == nil {
			en, vi = append(en, name+" left empty"), append(vi, name+" để trống")
			continue
		}
		shown := name + " = " + written(value)
		en, vi = append(en, shown), append(vi, shown)
	}
	return strings.Join(en, ", "), strings.Join(vi, ", ")
}

func written(value any) string {
	switch v := value.(type) {
	case string:
		return "'" + v + "'"
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// values returns the values that stand for all of a field, and whether they do.
func (u *use) values(field *v1alpha1.FormField) (values []any, all bool) {
	switch field.Type {
	case v1alpha1.FieldBoolean:
		return []any{true, false}, true
	case v1alpha1.FieldEnum:
		return u.choices(field.Values), true
	case v1alpha1.FieldInteger:
		return u.wholeNumbers(field), !u.free
	case v1alpha1.FieldNumber:
		return u.realNumbers(field), !u.free
	case v1alpha1.FieldDate:
		return u.dates()
	default:
		return u.strings(field)
	}
}

// choices are the values of an enum that are named and one of the others; all of them when more than equality is asked.
func (u *use) choices(of []string) []any {
	var values []any
	other := false
	for _, value := range of {
		named := u.free || u.ordered || slices.Contains(u.texts, value)
		if named || !other {
			values = append(values, value)
		}
		other = other || !named
	}
	return values
}

// exact is the greatest number up to which every whole number has a value of its own.
const exact = 1 << 53

// wholeNumbers are the constants of a field, their neighbours and its bounds.
func (u *use) wholeNumbers(field *v1alpha1.FormField) []any {
	least, most, candidates := bounds(field)
	candidates = append(candidates, 0, 1)
	for _, n := range u.numbers {
		candidates = append(candidates, math.Floor(n)-1, math.Floor(n), math.Ceil(n), math.Ceil(n)+1)
	}
	var values []any
	for _, n := range within(candidates, least, most) {
		values = append(values, int64(n))
	}
	return values
}

// realNumbers are the constants of a field, its bounds, and values between and beyond them.
func (u *use) realNumbers(field *v1alpha1.FormField) []any {
	least, most, candidates := bounds(field)
	candidates = within(append(candidates, u.numbers...), least, most)
	for i := range len(candidates) - 1 {
		candidates = append(candidates, candidates[i]/2+candidates[i+1]/2)
	}
	candidates = append(candidates, 1)
	for _, n := range u.numbers {
		candidates = append(candidates, n-1, n+1)
	}
	var values []any
	for _, n := range within(candidates, least, most) {
		values = append(values, n)
	}
	return values
}

// bounds are the least and the greatest number that a field takes, and those of them that the text gives.
func bounds(field *v1alpha1.FormField) (least, most float64, given []float64) {
	least, most = -exact, exact
	if field.Minimum != nil {
		least = float64(*field.Minimum)
		given = append(given, least)
	}
	if field.Maximum != nil {
		most = float64(*field.Maximum)
		given = append(given, most)
	}
	return least, most, given
}

// within sorts numbers and leaves out those beyond the bounds and repetitions.
func within(numbers []float64, least, most float64) []float64 {
	numbers = slices.DeleteFunc(numbers, func(n float64) bool { return n < least || n > most })
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// dates are the constants of a field and the days before and after.
func (u *use) dates() (values []any, all bool) {
	all = !u.free
	days := []string{"2026-01-01"}
	for _, text := range u.texts {
		day, err := calendar.ParseDate(v1alpha1.Date(text))
		if err != nil {
			all = false
			continue
		}
		days = append(days, day.AddDays(-1).String(), text, day.AddDays(1).String())
	}
	slices.Sort(days)
	for _, day := range slices.Compact(days) {
		values = append(values, day)
	}
	return values, all
}

// strings are the constants of a field that it may hold, and another value.
func (u *use) strings(field *v1alpha1.FormField) (values []any, all bool) {
	pattern, err := regexp.Compile(`^(?:` + field.Pattern + `)$`)
	if err != nil {
		return nil, false // a rule says so
	}
	for _, text := range u.texts {
		if strings.TrimSpace(text) != "" && pattern.MatchString(text) && !slices.Contains(values, any(text)) {
			values = append(values, text)
		}
	}
	other := "x"
	for slices.Contains(u.texts, other) {
		other += "x"
	}
	if field.Pattern == "" {
		return append(values, other), !u.free && !u.ordered && steers(field.Type)
	}
	// What else a pattern lets through is not worked out.
	return values, false
}
