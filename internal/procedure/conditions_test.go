package procedure

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"chuan.dev/chuan/api/v1alpha1"
)

func TestConditions(t *testing.T) {
	p := compiled(t)
	site := Forms{"don-de-nghi": {"trongKhuDiTich": true, "coCongTrinhLienKe": false}}
	good := Forms{"phieu-tham-dinh": {"ketLuan": "dat"}}
	bad := Forms{"phieu-tham-dinh": {"ketLuan": "khong-dat"}}
	for name, tt := range map[string]struct {
		ask  func() (bool, error)
		want bool
	}{
		"a step without a condition":        {func() (bool, error) { return p.StepApplies("B5", nil) }, true},
		"a step whose condition holds":      {func() (bool, error) { return p.StepApplies("B4B", site) }, true},
		"an action without a condition":     {func() (bool, error) { return p.ActionApplies("B5", "trinh", nil) }, true},
		"an action whose condition holds":   {func() (bool, error) { return p.ActionApplies("B3", "du-dieu-kien", good) }, true},
		"an action whose condition fails":   {func() (bool, error) { return p.ActionApplies("B3", "du-dieu-kien", bad) }, false},
		"a document without a condition":    {func() (bool, error) { return p.DocumentApplies("don", nil) }, true},
		"a document whose condition fails":  {func() (bool, error) { return p.DocumentApplies("cam-ket", site) }, false},
		"a field always required":           {func() (bool, error) { return p.FieldRequired("phieu-tham-dinh", "ketLuan", nil) }, true},
		"a field never required":            {func() (bool, error) { return p.FieldRequired("phieu-tham-dinh", "lyDo", good) }, false},
		"a field required by its condition": {func() (bool, error) { return p.FieldRequired("phieu-tham-dinh", "lyDo", bad) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.ask()
			if err != nil || got != tt.want {
				t.Errorf("got %t, %v, want %t", got, err, tt.want)
			}
		})
	}
}

func TestConditionsThatCannotBeDecided(t *testing.T) {
	p := compiled(t)
	for name, tt := range map[string]struct {
		ask       func() (bool, error)
		notFilled bool
		message   string
	}{
		"no form at all": {
			ask:       func() (bool, error) { return p.StepApplies("B4B", nil) },
			notFilled: true, message: "form('don-de-nghi').trongKhuDiTich is not filled in",
		},
		"an empty field": {
			ask: func() (bool, error) {
				return p.StepApplies("B4B", Forms{"don-de-nghi": {"trongKhuDiTich": nil}})
			},
			notFilled: true, message: "trongKhuDiTich is not filled in",
		},
		"an empty field of the same form": {
			ask:       func() (bool, error) { return p.FieldRequired("phieu-tham-dinh", "lyDo", nil) },
			notFilled: true, message: "form('phieu-tham-dinh').ketLuan is not filled in",
		},
		"a value of the wrong type": {
			ask: func() (bool, error) {
				return p.StepApplies("B4B", Forms{"don-de-nghi": {"trongKhuDiTich": "yes"}})
			},
			message: "form('don-de-nghi').trongKhuDiTich holds a string where the form wants a value of type boolean",
		},
		"an unknown form": {
			ask:     func() (bool, error) { return p.FieldRequired("don", "lyDo", nil) },
			message: "procedure qt-xd-07 has no form don",
		},
		"an unknown field": {
			ask:     func() (bool, error) { return p.FieldRequired("phieu-tham-dinh", "ly", nil) },
			message: "form phieu-tham-dinh has no field ly",
		},
	} {
		t.Run(name, func(t *testing.T) {
			holds, err := tt.ask()
			if holds || err == nil || !strings.Contains(err.Error(), tt.message) {
				t.Errorf("got %t, %v, want an error with %q", holds, err, tt.message)
			}
			if errors.Is(err, ErrNotFilledIn) != tt.notFilled {
				t.Errorf("ErrNotFilledIn in %v: want %t", err, tt.notFilled)
			}
		})
	}
}

// TestExpressions evaluates expressions over fields of every type and over every form in which a number may come.
func TestExpressions(t *testing.T) {
	form := v1alpha1.Form{ID: "don", Fields: []v1alpha1.FormField{
		{Name: "ten", Type: v1alpha1.FieldString},
		{Name: "soTang", Type: v1alpha1.FieldInteger},
		{Name: "dienTich", Type: v1alpha1.FieldNumber},
		{Name: "lienKe", Type: v1alpha1.FieldBoolean},
		{Name: "ngay", Type: v1alpha1.FieldDate},
	}}
	compiler := newExpressionCompiler(map[v1alpha1.ID]*v1alpha1.Form{"don": &form})
	defer compiler.close()
	values := map[string]any{"ten": "Lò Văn An", "soTang": 4, "dienTich": 120.5, "lienKe": true, "ngay": "2026-03-01"}
	for expression, want := range map[v1alpha1.Expression]bool{
		"form('don').soTang > 3":                                     true,
		"form('don').dienTich > 120":                                 true,
		"form('don').lienKe && form('don').ten.startsWith('Lò')":     true,
		"form('don').ngay < '2026-02-28'":                            false,
		"form('don').soTang in [1, 2, 3]":                            false,
		"has(form('don').ten) && !has(form('don').ngay)":             false,
		"form('don').lienKe ? form('don').soTang == 4 : false":       true,
		"form('don').ten == 'x' || form(\"don\").ten.contains('An')": true,
	} {
		c, err := compiler.compile(expression, nil)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		got, err := conditions{place{}: c}.holds(place{}, Forms{"don": values})
		if err != nil || got != want {
			t.Errorf("%s = %t, %v, want %t", expression, got, err, want)
		}
	}
	four, err := compiler.compile("soTang == 4", &form)
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []any{4, int32(4), int64(4), float64(4), json.Number("4")} {
		got, err := conditions{place{}: four}.holds(place{}, Forms{"don": {"soTang": number}})
		if err != nil || !got {
			t.Errorf("soTang == 4 with %T: %t, %v", number, got, err)
		}
	}
	for _, wrong := range []any{4.5, json.Number("4.5"), "4", true, 1e300} {
		if _, err := (conditions{place{}: four}).holds(place{}, Forms{"don": {"soTang": wrong}}); err == nil {
			t.Errorf("the whole number soTang took %T %v", wrong, wrong)
		}
	}
}

// TestExpressionsAreBounded keeps an expression from costing more than its length.
func TestExpressionsAreBounded(t *testing.T) {
	compiler := newExpressionCompiler(nil)
	defer compiler.close()
	for name, expression := range map[string]string{
		"too long":     "true" + strings.Repeat(" || true", 200),
		"too deep":     strings.Repeat("(", 400) + "true" + strings.Repeat(")", 400),
		"not a string": "\xff",
	} {
		if _, err := compiler.compile(v1alpha1.Expression(expression), nil); err == nil {
			t.Errorf("an expression %s was accepted", name)
		}
	}
}
