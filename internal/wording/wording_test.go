package wording

import (
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestValues(t *testing.T) {
	for got, want := range map[string]string{
		Duration("4wh"):                "4 giờ làm việc",
		Duration("0.5wd"):              "0,5 ngày làm việc",
		Duration("15d"):                "15 ngày",
		Duration("0wh") + "a":          "–a",
		Duration("") + "b":             "–b",
		Duration("soon"):               "soon",
		Limit("0wd"):                   "trong ngày làm việc",
		Limit("7wd"):                   "7 ngày làm việc",
		Date("2026-03-01"):             "01/03/2026",
		Date("some day"):               "some day",
		Money(0):                       "0 đồng",
		Money(75000):                   "75.000 đồng",
		Money(1234567):                 "1.234.567 đồng",
		Retention("permanent"):         "vĩnh viễn",
		Retention("20y"):               "20 năm",
		Target(">= 98%"):               "≥ 98%",
		Target("<= 2.5wd"):             "≤ 2,5 ngày làm việc",
		Target("much"):                 "much",
		Channel("pigeon"):              "pigeon",
		PrintForm("M06"):               "Phiếu kiểm soát quá trình giải quyết hồ sơ (Mẫu số 06)",
		DocumentKind(""):               "Bản sao",
		Silence("nothing") + "c":       "c",
		Level("Commune"):               "cấp xã",
		AgencyType("PeoplesCommittee"): "Ủy ban nhân dân",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCondition(t *testing.T) {
	forms := []v1alpha1.Form{
		{ID: "don", Title: "Đơn", Fields: []v1alpha1.FormField{
			{Name: "diTich", Title: "Trong khu di tích", Type: v1alpha1.FieldBoolean},
			{Name: "soTang", Title: "Số tầng", Type: v1alpha1.FieldInteger},
			{Name: "loai", Title: "Loại", Type: v1alpha1.FieldEnum, Values: []string{"a", "b"}},
		}},
	}
	for text, want := range map[v1alpha1.Expression]string{
		"":                                      "",
		"form('don').diTich":                    "“Trong khu di tích”",
		"!form('don').diTich":                   "không phải: “Trong khu di tích”",
		"form('don').diTich == false":           "không phải: “Trong khu di tích”",
		"form('don').diTich != false":           "“Trong khu di tích”",
		"form('don').loai == 'a'":               "“Loại” là “a”",
		"'a' != form('don').loai":               "“Loại” không phải là “a”",
		"form('don').soTang >= 3":               "“Số tầng” ≥ 3",
		"form('don').soTang < 2.5":              "“Số tầng” < 2,5",
		"form('don').loai in ['a', 'b']":        "“Loại” là một trong: “a”, “b”",
		"has(form('don').loai)":                 "có ghi “Loại”",
		"loai == 'a' && (diTich || soTang > 3)": "“Loại” là “a” và (“Trong khu di tích” hoặc “Số tầng” > 3)",
		"form('khac').diTich":                   "form('khac').diTich",
		"form('don').soTang + 1 > 3":            "form('don').soTang + 1 > 3",
		"this is not":                           "this is not",
	} {
		if got := Condition(text, forms, &forms[0]); got != want {
			t.Errorf("Condition(%q) = %q, want %q", text, got, want)
		}
	}
}
