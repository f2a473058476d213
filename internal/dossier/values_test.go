package dossier

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/procedure"
)

func TestTypedValue(t *testing.T) {
	one, ten := int64(1), int64(10)
	fields := map[string]v1alpha1.FormField{
		"string":  {Type: v1alpha1.FieldString},
		"pattern": {Type: v1alpha1.FieldString, Pattern: "[0-9]{3}|x"},
		"text":    {Type: v1alpha1.FieldText},
		"integer": {Type: v1alpha1.FieldInteger, Minimum: &one, Maximum: &ten},
		"number":  {Type: v1alpha1.FieldNumber, Minimum: &one},
		"boolean": {Type: v1alpha1.FieldBoolean},
		"date":    {Type: v1alpha1.FieldDate},
		"enum":    {Type: v1alpha1.FieldEnum, Values: []string{"dat", "khong-dat"}},
		"file":    {Type: v1alpha1.FieldFile},
	}
	for _, c := range []struct {
		field string
		value any
		want  any
		fault string
	}{
		{"string", "Lò Văn Xôm", "Lò Văn Xôm", ""},
		{"string", 3.0, nil, "type"},
		{"string", "a\nb", nil, "type"},
		{"string", "a\x00b", nil, "type"},
		{"string", "\xff", nil, "type"},
		{"string", strings.Repeat("ệ", maxLine), strings.Repeat("ệ", maxLine), ""},
		{"string", strings.Repeat("ệ", maxLine+1), nil, "length"},
		{"text", "a\nb", "a\nb", ""},
		{"text", strings.Repeat("x", maxText+1), nil, "length"},
		{"pattern", "123", "123", ""},
		{"pattern", "x", "x", ""},
		{"pattern", "0123", nil, "pattern"},
		{"pattern", "xy", nil, "pattern"},
		{"integer", 2.0, int64(2), ""},
		{"integer", json.Number("2"), int64(2), ""},
		{"integer", json.Number("1e1"), int64(10), ""},
		{"integer", json.Number("2.000"), int64(2), ""},
		{"integer", json.Number("2.0000000000000000001"), nil, "type"},
		{"integer", json.Number("9.9999999999999999999"), nil, "type"},
		{"integer", json.Number("2." + strings.Repeat("0", maxDigits)), nil, "type"},
		{"integer", 2.5, nil, "type"},
		{"integer", "2", nil, "type"},
		{"integer", 0.0, nil, "minimum"},
		{"integer", 11.0, nil, "maximum"},
		{"number", json.Number("1.25"), 1.25, ""},
		{"number", 0.5, nil, "minimum"},
		{"number", math.Inf(1), nil, "type"},
		{"number", json.Number("1e999"), nil, "type"},
		{"boolean", false, false, ""},
		{"boolean", "true", nil, "type"},
		{"date", "2026-02-28", "2026-02-28", ""},
		{"date", "2026-02-30", nil, "date"},
		{"date", "28/02/2026", nil, "date"},
		{"enum", "dat", "dat", ""},
		{"enum", "Dat", nil, "value"},
		{"file", "anh-1.jpg", "anh-1.jpg", ""},
	} {
		field := fields[c.field]
		field.Name = c.field
		got, fault := typedValue("don", &field, c.value)
		switch {
		case c.fault == "" && (fault != nil || got != c.want):
			t.Errorf("%s %.20v: %v, %+v; want %v", c.field, c.value, got, fault, c.want)
		case c.fault != "" && (fault == nil || fault.Code != c.fault):
			t.Errorf("%s %.20v: %+v, want the fault %s", c.field, c.value, fault, c.fault)
		}
	}
}

func TestFaultsDoNotRepeatValues(t *testing.T) {
	form := &v1alpha1.Form{ID: "don", Fields: []v1alpha1.FormField{
		{Name: "soDinhDanh", Title: "Số định danh", Type: v1alpha1.FieldString, Pattern: "[0-9]{12}"},
	}}
	_, faults := typedValues(form, map[string]any{"soDinhDanh": "BI-MAT", "la": "BI-MAT"})
	if len(faults) != 2 || faults[0].Code != "pattern" || faults[1].Code != "unknown" {
		t.Fatalf("faults %+v", faults)
	}
	if text := invalid(faults); strings.Contains(text.Message+text.MessageVi, "BI-MAT") {
		t.Errorf("the refusal repeats a value: %+v", text)
	}
}

func TestAnEmptyValueEmptiesTheField(t *testing.T) {
	s := begin(t, "cap-phep", reception())
	s.act("an", "yeu-cau-bo-sung", reason, with(application(map[string]any{"ghiChu": "x", "soTang": "  "})))
	form := s.state.Forms["don-de-nghi"]
	if _, ok := form["soTang"]; ok || form["ghiChu"] != "x" {
		t.Errorf("form %v: want no soTang and the new ghiChu", form)
	}
	// What the applicant hands in again has to be complete.
	s.refused(Act{Officer: "an", Action: "nop-lai", Forms: application(map[string]any{"soTang": nil})}, CodeFormInvalid)
	s.act("an", "nop-lai", with(application(nil)))
}

func TestRequiredWhen(t *testing.T) {
	s := untilAppraisal(t, reception())
	forms := appraisal("khong-dat")
	delete(forms["phieu-tham-dinh"], "lyDo")
	refusal := s.refused(Act{Officer: "chi", Action: "khong-du", Forms: forms}, CodeFormInvalid)
	if len(refusal.Fields) != 1 || refusal.Fields[0].Field != "lyDo" || refusal.Fields[0].Code != "required" {
		t.Errorf("faults %+v, want lyDo to be required", refusal.Fields)
	}
	forms["phieu-tham-dinh"]["ketLuan"] = "dat"
	s.act("chi", "du-dieu-kien", with(forms))
}

func TestAWholeNumberIsWholeAsItWasWritten(t *testing.T) {
	field := v1alpha1.FormField{Name: "so", Type: v1alpha1.FieldInteger}
	for text, want := range map[json.Number]any{
		"9007199254740992": int64(1 << 53), "9007199254740993": nil, "-9007199254740993": nil, "1e-999999999": nil, "1e-400": nil,
		"0.0": int64(0), "-3": int64(-3), "12e-1": nil, "120e-1": int64(12),
	} {
		if got, fault := typedValue("don", &field, text); got != want || fault == nil != (want != nil) {
			t.Errorf("%s: %v, %+v; want %v", text, got, fault, want)
		}
	}
}

// At the counter a form may have gaps. A field that is sent as null is such a gap, and no value.
func TestAnEmptyValueAtReceptionIsAGap(t *testing.T) {
	r := reception()
	r.Forms = application(map[string]any{"soDinhDanh": nil, "ghiChu": "  "})
	s := begin(t, "cap-phep", r)
	for _, name := range []string{"soDinhDanh", "ghiChu"} {
		if value, ok := s.events[0].Data.Forms["don-de-nghi"][name]; ok {
			t.Errorf("%s was recorded as %v", name, value)
		}
	}
	refusal := s.refused(Act{Officer: "an", Action: "tiep-nhan"}, CodeFormInvalid)
	if len(refusal.Fields) != 1 || refusal.Fields[0].Field != "soDinhDanh" || refusal.Fields[0].Code != "required" {
		t.Errorf("faults %+v, want soDinhDanh to be required", refusal.Fields)
	}
	// What was there before is emptied, and that is recorded.
	events := s.act("an", "yeu-cau-bo-sung", reason, with(procedure.Forms{"don-de-nghi": {"soTang": nil, "ngaySinh": nil}}))
	if diff := cmp.Diff(procedure.Forms{"don-de-nghi": {"soTang": nil}}, events[0].Data.Forms); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}
