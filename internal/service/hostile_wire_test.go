package service

import (
	"bufio"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// speak sends bytes and returns the head of what comes back until the connection ends or an answer is whole.
func (q *quarry) speak(t *testing.T, raw string) (status int, text string) {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", q.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	// Who is refused early may not get to the end of what they have to say.
	go func() { _, _ = io.WriteString(connection, raw) }()
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return answer.StatusCode, ""
	}
	return answer.StatusCode, string(body)
}

func TestTricksOfTheWire(t *testing.T) {
	// Some tricks leave the server waiting for more.
	q := expose(t, func(s *http.Server) { s.ReadHeaderTimeout, s.ReadTimeout = time.Second, 2*time.Second })
	const end = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	tricks := map[string]string{}
	for _, path := range []string{
		"//", "///api/v1/agencies", "//evil.example/%2e%2e", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../../../etc/passwd",
		"/assets/%2e%2e%2f%2e%2e%2fservice.go", "/assets/..%5c..%5cx", "/api/v1/agencies/../../..", "/api/v1/agencies/xa-a%2finbox",
		"/api/v1/agencies/xa-a/dossiers/..", "/api/v1/agencies/xa-a/dossiers/%2e%2e/%2e%2e/xa-b/inbox", "/api/v1/agencies/xa-a/./inbox",
		"/api/v1/agencies/%00", "/%00", "/xa-a%00.yaml", "/xa-a/ho-so?ma=%00", "/xa-a/ho-so?ma=%ff", "/xa-a/ho-so?%zz", "/%zz", "/%",
		"/%c0%ae%c0%ae/", "/%u002e", "/xa-a;jsessionid=1", "/xa-a/ho-so;ma=1", "/XA-A", "/xa-a/", "/.git/config", "/.env", "*",
		"http://evil.example/api/v1/agencies", "evil.example:443", "/" + strings.Repeat("a", 20_000), "/" + strings.Repeat("%61", 8_000),
		"/xa-a/ho-so?" + strings.Repeat("ma=1&", 5_000), "/" + strings.Repeat("../", 5_000), "/api/" + strings.Repeat("/", 20_000),
		"/" + strings.Repeat("a", 200_000), "/\x01", "/\x7f", "/\xff", "/ /",
	} {
		tricks["GET "+path[:min(len(path), 60)]] = "GET " + path + end + "\r\n"
	}
	maps.Copy(tricks, map[string]string{
		"no version":             "GET /\r\n\r\n",
		"old version":            "GET / HTTP/0.9\r\n\r\n",
		"another protocol":       "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"TLS":                    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"SSH":                    "SSH-2.0-x\r\n\r\n",
		"tunnel":                 "CONNECT evil.example:443" + end + "\r\n",
		"tunnel to itself":       "CONNECT /api/v1/agencies" + end + "\r\n",
		"options of all":         "OPTIONS *" + end + "\r\n",
		"no host":                "GET / HTTP/1.1\r\n\r\n",
		"two hosts":              "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"bad host":               "GET / HTTP/1.1\r\nHost: a b<script>\r\n\r\n",
		"two lengths":            "POST /api/v1/agencies/xa-a/dossiers" + end + "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}xyz",
		"length and chunks":      "POST /api/v1/agencies/xa-a/dossiers" + end + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
		"chunks, oddly":          "POST /api/v1/agencies/xa-a/dossiers" + end + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"negative length":        "POST /api/v1/agencies/xa-a/dossiers" + end + "Content-Length: -1\r\n\r\n",
		"length of letters":      "POST /api/v1/agencies/xa-a/dossiers" + end + "Content-Length: 0x10\r\n\r\n",
		"bad chunk":              "POST /api/v1/agencies/xa-a/dossiers" + end + "Chuan-Officer: an\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + mark,
		"huge chunk":             "POST /api/v1/agencies/xa-a/dossiers" + end + "Chuan-Officer: an\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{",
		"folded header":          "GET /" + end + "X-A: 1\r\n 2\r\n\r\n",
		"space before colon":     "GET /" + end + "Chuan-Officer : an\r\n\r\n",
		"header without colon":   "GET /" + end + mark + "\r\n\r\n",
		"NUL in a header":        "GET /" + end + "X-A: \x00\r\n\r\n",
		"bare line feeds":        "GET / HTTP/1.1\nHost: x\nConnection: close\n\n",
		"large header":           "GET /" + end + "X-A: " + strings.Repeat("a", 100_000) + "\r\n\r\n",
		"many headers":           "GET /" + end + strings.Repeat("X-A: a\r\n", 20_000) + "\r\n",
		"many cookies":           "GET /api/v1/agencies/xa-a/inbox" + end + "Cookie: " + strings.Repeat("chuan_session_xa-a=A; ", 1_000) + "\r\n\r\n",
		"two officers":           "GET /api/v1/agencies/xa-a/inbox?role=mot-cua" + end + "Chuan-Officer: chi\r\nChuan-Officer: an\r\n\r\n",
		"many forwarded":         "GET /xa-a/ho-so?ma=1" + end + "X-Forwarded-For: " + strings.Repeat("1.1.1.1,", 3_000) + "\r\n\r\n",
		"another method":         "POST /xa-a" + end + "X-HTTP-Method-Override: DELETE\r\nContent-Length: 0\r\n\r\n",
		"expects":                "GET /" + end + "Expect: " + mark + "\r\n\r\n",
		"upgrade":                "GET /" + end + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
		"ranges without end":     "GET /assets/style.css" + end + "Range: bytes=" + strings.Repeat("0-,", 2_000) + "0-\r\n\r\n",
		"method as large as can": strings.Repeat("A", 30_000) + " /" + end + "\r\n",
	})
	t.Run("tricks", func(t *testing.T) {
		for name, raw := range tricks {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				status, text := q.speak(t, raw)
				if status >= 500 && status != http.StatusHTTPVersionNotSupported && status != http.StatusNotImplemented {
					t.Errorf("status %d: %.200s", status, text)
				}
				for _, leaked := range []string{"root:", "package service", "[core]", "goroutine "} {
					if strings.Contains(text, leaked) {
						t.Errorf("the answer contains %q", leaked)
					}
				}
			})
		}
	})
	if status, _ := q.speak(t, "GET /api/v1/agencies"+end+"\r\n"); status != http.StatusOK {
		t.Errorf("afterwards the service answers with %d", status)
	}
	if status, _ := q.speak(t, tricks["large header"]); status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 100 kB is answered with %d", status)
	}
}
