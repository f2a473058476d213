package service

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestThePublicPageShowsNothingPersonal(t *testing.T) {
	b := start(t)
	received := b.receive()
	v := b.act(received, "an", "nhan")
	page := b.send("GET", "/xa-a/ho-so?ma="+v.Code+"&kiem="+received.CheckCode, "", nil).want(http.StatusOK, nil)
	text := page.Body.String()
	for _, want := range []string{
		v.Code, "Xác nhận tình trạng nhà ở", "Thẩm định hồ sơ", "Văn phòng", "17:30 ngày 04/06/2026", "Đang giải quyết",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	// Neither does it name the officers.
	for _, secret := range append(personal, "Quàng Văn Chi", "Lò Thị An") {
		if strings.Contains(text, secret) {
			t.Errorf("the page shows %q", secret)
		}
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cache-Control": "no-store", "X-Robots-Tag": "noindex",
	} {
		if got := page.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	log := b.log.String()
	for _, secret := range append(personal, "ma=") {
		if strings.Contains(log, secret) {
			t.Errorf("the log contains %q:\n%s", secret, log)
		}
	}
	metrics := b.send("GET", "/metrics", "", nil).Body.String()
	for _, secret := range append(personal, v.Code) {
		if strings.Contains(metrics, secret) {
			t.Errorf("the metrics contain %q", secret)
		}
	}
}

func TestLookUpByCheckCode(t *testing.T) {
	b := start(t)
	v := b.receive()
	b.send("GET", "/xa-a/ho-so?ma=+"+strings.ToLower(v.Code)+"+&kiem="+strings.ToLower(v.CheckCode), "", nil).want(http.StatusOK, nil)
	wrong := b.send("GET", "/xa-a/ho-so?ma="+v.Code+"&kiem=222222", "", nil).want(http.StatusNotFound, nil)
	missing := b.send("GET", "/xa-a/ho-so?ma=H18.35.01-260601-9999&kiem=222222", "", nil).want(http.StatusNotFound, nil)
	endless := b.send("GET", "/xa-a/ho-so?ma="+strings.Repeat("9", 500), "", nil).want(http.StatusNotFound, nil)
	if wrong.Body.String() != missing.Body.String() || missing.Body.String() != endless.Body.String() {
		t.Error("a wrong check code and a wrong code give different answers")
	}
	b.send("GET", "/xa-a/ho-so?ma="+v.Code, "", nil).want(http.StatusNotFound, nil)
	b.send("GET", "/xa-b/ho-so?ma="+v.Code+"&kiem="+v.CheckCode, "", nil).want(http.StatusNotFound, nil)
	b.send("GET", "/xa-a/ho-so", "", nil).want(http.StatusOK, nil)
}

func TestLookUpsAreLimitedByAddress(t *testing.T) {
	b := start(t)
	for range lookupBurst {
		b.send("GET", "/xa-a/ho-so?ma=X", "", nil).want(http.StatusNotFound, nil)
	}
	a := b.send("GET", "/xa-a/ho-so?ma=X", "", nil).want(http.StatusTooManyRequests, nil)
	if a.Header().Get("Retry-After") == "" {
		t.Error("the answer does not say when to try again")
	}
	b.send("GET", "/xa-a", "", nil).want(http.StatusOK, nil)
	b.pass(time.Second)
	b.send("GET", "/xa-a/ho-so?ma=X", "", nil).want(http.StatusNotFound, nil)
}

func TestPages(t *testing.T) {
	b := start(t)
	for path, want := range map[string][]string{
		"/":                      {"UBND xã A", "UBND xã B", `href="/xa-a"`, `<html lang="vi">`},
		"/xa-a":                  {"Xác nhận tình trạng nhà ở", "1.009994", "3 ngày làm việc", `action="/xa-a/ho-so"`},
		"/xa-a/thu-tuc/xac-nhan": {"118/2025/NĐ-CP – Nghị định về một cửa (điều 5)", "75.000 đồng", "Sơ đồ nhà", "2 giờ làm việc", "Công chức thụ lý", "tối đa 10 ngày"},
	} {
		a := b.send("GET", path, "", nil).want(http.StatusOK, nil)
		for _, text := range want {
			if !strings.Contains(a.Body.String(), text) {
				t.Errorf("%s does not show %q", path, text)
			}
		}
		if a.Header().Get("Content-Security-Policy") != contentPolicy {
			t.Errorf("%s has no content policy", path)
		}
		if head := b.send("HEAD", path, "", nil).want(http.StatusOK, nil); head.Body.Len() != 0 {
			t.Errorf("HEAD %s has a body", path)
		}
	}
	for _, path := range []string{"/xa-c", "/xa-a/thu-tuc/la", "/xa-a/la", "/xa-c/ho-so?ma=1", "/..%2f"} {
		a := b.send("GET", path, "", nil).want(http.StatusNotFound, nil)
		if !strings.Contains(a.Body.String(), "Không có trang này") {
			t.Errorf("%s: %s", path, a.Body)
		}
	}
	a := b.send("GET", "/assets/style.css", "", nil).want(http.StatusOK, nil)
	b.send("GET", "/assets/style.css", "", nil, "If-None-Match", a.Header().Get("ETag")).want(http.StatusNotModified, nil)
}

func TestWhatIsWrittenIntoAPageIsText(t *testing.T) {
	b := start(t)
	b.edit("agencies.yaml", "UBND xã A", "<script>alert(1)</script>")
	for _, path := range []string{"/", "/xa-a", "/xa-a/ho-so"} {
		if text := b.send("GET", path, "", nil).Body.String(); strings.Contains(text, "<script>") {
			t.Errorf("%s contains a script", path)
		}
	}
}

func TestTheStateInWords(t *testing.T) {
	b := start(t)
	v := b.receive()
	check := v.CheckCode
	state := func() string {
		t.Helper()
		b.pass(time.Minute)
		return b.send("GET", "/xa-a/ho-so?ma="+v.Code+"&kiem="+check, "", nil).want(http.StatusOK, nil).Body.String()
	}
	for _, c := range []struct {
		officer, action, want string
		more                  map[string]any
	}{
		{"an", "bo-sung", "Người nộp hồ sơ", map[string]any{"reason": "Thiếu"}},
		{"an", "nop-lai", "Đang kiểm tra", nil},
		{"an", "nhan", "Đang giải quyết", nil},
		{"chi", "khong-dat", "UBND xã A", appraised("khong-dat")},
		{"giang", "ky", "Đã có kết quả", nil},
		{"an", "tra", "Đã trả lời không giải quyết", nil},
	} {
		v = b.act(v, c.officer, c.action, c.more)
		if text := state(); !strings.Contains(text, c.want) {
			t.Errorf("after %s the page does not say %q", c.action, c.want)
		}
	}
}
