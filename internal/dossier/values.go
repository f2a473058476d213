package dossier

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"chuan.dev/chuan/api/v1alpha1"
)

// Bounds of the values of a form, in characters.
const (
	maxLine = 1000
	maxText = 20000
)

// typedValues brings the values of a form into the types of their fields: string, bool, int64, float64, or nil for a
// field that is left empty. Faults come in the order of the form's fields.
func typedValues(form *v1alpha1.Form, given map[string]any) (map[string]any, []FieldError) {
	values := make(map[string]any, len(given))
	var faults []FieldError
	for i := range form.Fields {
		field := &form.Fields[i]
		value, ok := given[field.Name]
		if !ok {
			continue
		}
		if text, isText := value.(string); isText && blank(text) {
			value = nil
		}
		if value == nil {
			values[field.Name] = nil
			continue
		}
		typed, fault := typedValue(form.ID, field, value)
		if fault != nil {
			faults = append(faults, *fault)
			continue
		}
		values[field.Name] = typed
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(form.Fields, func(f v1alpha1.FormField) bool { return f.Name == name }) {
			faults = append(faults, FieldError{
				Form: form.ID, Field: name, Code: "unknown",
				Message: "is not a field of this form", MessageVi: "không phải là trường của biểu mẫu này",
			})
		}
	}
	return values, faults
}

// typedValue brings one value into the type of its field.
func typedValue(form v1alpha1.ID, field *v1alpha1.FormField, value any) (any, *FieldError) {
	fault := func(code, en, vi string) (any, *FieldError) {
		e := fieldError(form, field, code, en, vi)
		return nil, &e
	}
	switch field.Type {
	case v1alpha1.FieldBoolean:
		if b, ok := value.(bool); ok {
			return b, nil
		}
		return fault("type", "is not true or false", "phải là có hoặc không")
	case v1alpha1.FieldInteger, v1alpha1.FieldNumber:
		return numberOf(form, field, value)
	}
	text, ok := value.(string)
	if !ok {
		return fault("type", "is not text", "phải là văn bản")
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, forbidden) {
		return fault("type", "contains characters that are not text", "chứa ký tự không hợp lệ")
	}
	limit := maxLine
	if field.Type == v1alpha1.FieldText {
		limit = maxText
	}
	if utf8.RuneCountInString(text) > limit {
		return fault("length", fmt.Sprintf("has more than %d characters", limit), fmt.Sprintf("dài quá %d ký tự", limit))
	}
	if field.Type != v1alpha1.FieldText && !oneLine(text) {
		return fault("type", "has more than one line", "có nhiều hơn một dòng")
	}
	switch field.Type {
	case v1alpha1.FieldDate:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return fault("date", "is not an existing day as 2026-03-01", "không phải là ngày hợp lệ, dạng 2026-03-01")
		}
	case v1alpha1.FieldEnum:
		if !slices.Contains(field.Values, text) {
			return fault("value", "is not one of "+strings.Join(field.Values, ", "),
				"phải là một trong: "+strings.Join(field.Values, ", "))
		}
	case v1alpha1.FieldString:
		if field.Pattern != "" && !matches(field.Pattern, text) {
			return fault("pattern", "does not have the form "+field.Pattern, "không đúng định dạng "+field.Pattern)
		}
	}
	return text, nil
}

// numberOf brings a number into int64 for an integer field and into float64 for a number field.
func numberOf(form v1alpha1.ID, field *v1alpha1.FormField, value any) (any, *FieldError) {
	fault := func(code, en, vi string) (any, *FieldError) {
		e := fieldError(form, field, code, en, vi)
		return nil, &e
	}
	var number float64
	switch v := value.(type) {
	case json.Number:
		parsed, err := v.Float64()
		if err != nil {
			return fault("type", "is not a number", "phải là số")
		}
		number = parsed
	case float64:
		number = v
	case int64:
		number = float64(v)
	case int:
		number = float64(v)
	default:
		return fault("type", "is not a number", "phải là số")
	}
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return fault("type", "is not a number", "phải là số")
	}
	if field.Minimum != nil && number < float64(*field.Minimum) {
		return fault("minimum", fmt.Sprintf("is less than %d", *field.Minimum), fmt.Sprintf("nhỏ hơn %d", *field.Minimum))
	}
	if field.Maximum != nil && number > float64(*field.Maximum) {
		return fault("maximum", fmt.Sprintf("is more than %d", *field.Maximum), fmt.Sprintf("lớn hơn %d", *field.Maximum))
	}
	if field.Type == v1alpha1.FieldNumber {
		return number, nil
	}
	// 2^53 bounds the whole numbers that JSON carries exactly between programs.
	if number != math.Trunc(number) || math.Abs(number) > 1<<53 || !exactly(value, number) {
		return fault("type", "is not a whole number", "phải là số nguyên")
	}
	return int64(number), nil
}

// maxDigits bounds the text of a whole number, in characters: more than any number up to 2^53 needs.
const maxDigits = 40

// exactly says whether a value is the number as it was written, and was not rounded to it.
func exactly(value any, number float64) bool {
	written, ok := value.(json.Number)
	if !ok {
		return true
	}
	if len(written) > maxDigits {
		return false
	}
	exact, ok := new(big.Rat).SetString(string(written))
	return ok && exact.Cmp(new(big.Rat).SetFloat64(number)) == 0
}

func fieldError(form v1alpha1.ID, field *v1alpha1.FormField, code, en, vi string) FieldError {
	return FieldError{
		Form: form, Field: field.Name, Code: code,
		Message: fmt.Sprintf("(%s) %s", field.Title, en), MessageVi: fmt.Sprintf("(%s) %s", field.Title, vi),
	}
}

// matches says whether the whole text has a form. The pattern has been compiled before, when the procedure was checked; one
// that cannot be is matched by nothing.
func matches(pattern, text string) bool {
	re, err := regexp.Compile(`^(?:` + pattern + `)$`)
	return err == nil && re.MatchString(text)
}

// forbidden says whether a character has no place in a record: a control character that is not white space.
func forbidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

// isLine says whether a text is one line of at most so many characters. It may be empty.
func isLine(text string, limit int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= limit && oneLine(text) && !strings.ContainsFunc(text, forbidden)
}

func oneLine(text string) bool { return !strings.ContainsAny(text, "\r\n") }

func blank(text string) bool { return strings.TrimSpace(text) == "" }

func isTrue(b *bool) bool { return b != nil && *b }
