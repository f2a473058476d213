package service

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestHostileStringsInEveryFieldOfABody(t *testing.T) {
	q := expose(t)
	for _, r := range routes {
		if r.body == nil {
			continue
		}
		sound, err := json.Marshal(r.body())
		if err != nil {
			t.Fatal(err)
		}
		if answer := q.ask(r.method, fill(r.path, q.receive().Code), r.officer, sound); answer.status >= 300 {
			t.Fatalf("%s %s refuses what is sound: %s", r.method, r.path, answer.text)
		}
		taken := 0
		for _, at := range leaves(r.body()) {
			for name, text := range hostile {
				what := fmt.Sprintf("%s %s, %s at %v", r.method, r.path, name, at)
				body := replaced(r.body(), at, text)
				encoded, err := json.Marshal(body)
				if err != nil {
					t.Fatal(err)
				}
				target := fill(r.path, q.receive().Code)
				answer := q.ask(r.method, target, r.officer, encoded)
				q.harmless(what, answer)
				if answer.status < 300 {
					taken++
					q.recorded(what, answer, text)
				}
			}
		}
		if taken == 0 {
			t.Errorf("%s %s takes no text at all: nothing was tried", r.method, r.path)
		}
	}
}

// recorded checks that a text that was taken is kept as it is, to the byte, and not shown to the public.
func (q *quarry) recorded(what string, answer reply, text string) {
	q.t.Helper()
	var v DossierView
	if err := json.Unmarshal([]byte(answer.text), &v); err != nil {
		q.t.Fatal(err)
	}
	kept := q.ask("GET", api+"xa-a/dossiers/"+v.Code, "an", nil)
	var whole any
	if err := json.Unmarshal([]byte(kept.text), &whole); err != nil || kept.status != http.StatusOK {
		q.t.Fatalf("%s: it was taken and cannot be read: %d %.300s", what, kept.status, kept.text)
	}
	found := slices.ContainsFunc(leaves(whole), func(path []any) bool { return lookup(whole, path) == any(text) })
	if !found {
		q.t.Errorf("%s: it was taken and is not in the record as it was sent", what)
	}
	check := checkCode(q.service.served.Load().agencies[0].records.Secret(), v.Code)
	page := q.ask("GET", "/xa-a/ho-so?ma="+url.QueryEscape(v.Code)+"&kiem="+check, "", nil)
	if page.status != http.StatusOK || strings.Contains(page.text, mark) {
		q.t.Errorf("%s: the public page, status %d, shows it", what, page.status)
	}
}

// leaves are the paths of all strings in a JSON value.
func leaves(v any) [][]any {
	var paths [][]any
	under := func(key, value any) {
		for _, path := range leaves(value) {
			paths = append(paths, append([]any{key}, path...))
		}
	}
	switch v := v.(type) {
	case string:
		return [][]any{{}}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			under(key, v[key])
		}
	case []any:
		for i, value := range v {
			under(i, value)
		}
	case []map[string]any:
		for i, value := range v {
			under(i, value)
		}
	}
	return paths
}

func lookup(v any, path []any) any {
	for _, key := range path {
		switch at := v.(type) {
		case map[string]any:
			v = at[key.(string)]
		case []any:
			v = at[key.(int)]
		case []map[string]any:
			v = at[key.(int)]
		}
	}
	return v
}

// replaced puts a text at a path of a JSON value.
func replaced(v map[string]any, path []any, text string) map[string]any {
	last := path[len(path)-1]
	switch at := lookup(v, path[:len(path)-1]).(type) {
	case map[string]any:
		at[last.(string)] = text
	case []any:
		at[last.(int)] = text
	}
	return v
}

func TestHostileStringsInEveryAddress(t *testing.T) {
	q := expose(t)
	code := q.receive().Code
	for _, r := range routes {
		for name, text := range hostile {
			if name == "long" {
				text = text[:8000]
			}
			for _, parameter := range r.query {
				what := fmt.Sprintf("%s %s, %s as %s", r.method, r.path, name, parameter)
				q.harmless(what, q.ask(r.method, fill(r.path, code)+"?"+parameter+"="+url.QueryEscape(text), r.officer, nil))
			}
			for _, segment := range []string{"{agency}", "{procedure}", "{code}"} {
				if !strings.Contains(r.path, segment) {
					continue
				}
				what := fmt.Sprintf("%s %s, %s for %s", r.method, r.path, name, segment)
				answer := q.ask(r.method, fill(strings.Replace(r.path, segment, url.PathEscape(text), 1), code), r.officer, nil)
				q.harmless(what, answer)
				if answer.status < 300 {
					t.Errorf("%s: status %d", what, answer.status)
				}
			}
			q.harmless("officer "+name, q.ask(r.method, fill(r.path, code), strings.Map(printable, text), nil))
		}
	}
}

// printable leaves out what a client of Go does not send in a header.
func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

func TestWrongMethodsAndTypes(t *testing.T) {
	q := expose(t)
	code := q.receive().Code
	known := map[string]bool{}
	for _, r := range routes {
		known[r.method+" "+fill(r.path, code)] = true
	}
	for _, r := range routes {
		target := fill(r.path, code)
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND", mark} {
			if known[method+" "+target] {
				continue
			}
			if answer := q.ask(method, target, r.officer, nil); answer.status < 400 || answer.status >= 500 {
				t.Errorf("%s %s: status %d", method, target, answer.status)
			}
		}
		if r.body == nil {
			continue
		}
		encoded, err := json.Marshal(r.body())
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{
			"", "text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
			"application/json; charset", "application/jsonx", mark, "application/json, text/plain",
		} {
			answer := q.ask(r.method, target, r.officer, nil, "Content-Type", kind)
			if answer.status < 400 || answer.status >= 500 {
				t.Errorf("%s %s as %q: status %d", r.method, target, kind, answer.status)
			}
		}
		// The header twice: the first counts, and what is no JSON is none.
		answer := q.ask(r.method, target, r.officer, encoded[:1], "Content-Type", "text/plain")
		q.harmless("two types", answer)
	}
}

func TestHostileJSON(t *testing.T) {
	q := expose(t)
	code := q.receive().Code
	nested := func(open, end string, depth int) string {
		return strings.Repeat(open, depth) + `"` + mark + `"` + strings.Repeat(end, depth)
	}
	texts := map[string]string{
		"empty":                "",
		"null":                 "null",
		"list":                 "[]",
		"string":               `"` + mark + `"`,
		"deep lists":           nested("[", "]", 100_000),
		"deep objects":         nested(`{"a":`, "}", 50_000),
		"deep in a form":       `{"procedure":"xac-nhan","forms":{"to-khai":{"hoTen":` + nested("[", "]", 9_000) + `}}}`,
		"version too large":    `{"action":"nhan","version":9223372036854775808}`,
		"version below zero":   `{"action":"nhan","version":-1}`,
		"version with a point": `{"action":"nhan","version":1.0}`,
		"half a pair":          `{"procedure":"xac-nhan","applicant":{"name":"\ud800` + mark + `"}}`,
		"not UTF-8":            "{\"procedure\":\"xac-nhan\",\"applicant\":{\"name\":\"\xff\xfe" + mark + "\"}}",
		"UTF-16":               "\xff\xfe{\x00}\x00",
		"byte order mark":      "\ufeff{}",
		"twice the same key":   `{"procedure":"xac-nhan","procedure":"` + mark + `"}`,
		"keys by case":         `{"PROCEDURE":"` + mark + `"}`,
		"unknown key":          `{"` + mark + `":1}`,
		"prototype":            `{"__proto__":{"officer":"giang"},"constructor":1}`,
		"many keys":            `{"procedure":"xac-nhan","forms":{` + strings.Repeat(`"a":{},`, 100_000) + `"b":{}}}`,
		"many documents":       `{"procedure":"xac-nhan","documents":[` + strings.Repeat(`{"id":"so-do"},`, 50_000) + `{"id":"so-do"}]}`,
		"copies too many":      `{"procedure":"xac-nhan","documents":[{"id":"so-do","copies":99999999999}]}`,
		"copies below zero":    `{"procedure":"xac-nhan","documents":[{"id":"so-do","copies":-1}]}`,
		"comment":              `{/*` + mark + `*/}`,
		"two values":           `{}{"action":"nhan"}`,
		"too large":            `{"reason":"` + mark + strings.Repeat("x", maxBody) + `"}`,
	}
	sound, err := json.Marshal(fullApplication())
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{
		"1e999999999", "1e-999999999", "-1e400", "0.1", "-1", strings.Repeat("9", 500_000), "1" + strings.Repeat("0", 400) + ".0",
		`"2"`, "true", "[2]", "NaN", "Infinity", "0x2", "02",
	} {
		texts["a form with "+number[:min(len(number), 30)]] = strings.Replace(string(sound), `"soTang":2`, `"soTang":`+number, 1)
	}
	for name, text := range texts {
		for _, r := range routes {
			if r.body == nil {
				continue
			}
			answer := q.ask(r.method, fill(r.path, code), r.officer, []byte(text))
			q.harmless(name, answer)
			if answer.status < 400 {
				t.Errorf("%s: %s %s: status %d", name, r.method, r.path, answer.status)
			}
		}
	}
}

func TestRoleEscalation(t *testing.T) {
	o := open(t)
	b := o.browser()
	b.signIn("xa-a", accounts[0])
	body, err := json.Marshal(application())
	if err != nil {
		t.Fatal(err)
	}
	var v DossierView
	if got := b.do("POST", api+"xa-a/dossiers", string(body), OfficerHeader, "giang"); json.Unmarshal([]byte(got.text), &v) != nil || v.History[0].Officer != "an" {
		t.Fatalf("reception: %s %s", got.Status, got.text)
	}
	path := api + "xa-a/dossiers/" + v.Code + "/actions"
	b.do("POST", path, `{"action":"nhan","version":1}`)
	// An officer acts in the name of another, by every way in which somebody may have let them.
	act := `{"action":"dat","version":2,"forms":{"phieu":{"ketLuan":"dat"}}`
	for _, name := range []string{
		OfficerHeader, "X-Forwarded-User", "X-Remote-User", "Remote-User", "X-Auth-Request-User", "X-Forwarded-Preferred-Username",
		"X-User", "X-Original-User", "X-Impersonate-User", "Impersonate-User", "Authorization",
	} {
		b.do("POST", path, act+"}", name, "chi").wantProblem(t, http.StatusForbidden, "role-not-held")
	}
	for _, field := range []string{"officer", "role", "actsFor", "roles", "as"} {
		got := b.do("POST", path, act+`,"`+field+`":"chi"}`)
		if got.StatusCode < 400 || got.StatusCode >= 500 {
			t.Errorf("with the field %s: %s", field, got.Status)
		}
		for _, got := range []seen{
			b.do("POST", path+"?"+field+"=chi", act+"}"), b.do("GET", api+"xa-a/inbox?role=thu-ly&"+field+"=chi", ""),
		} {
			if got.StatusCode != http.StatusBadRequest && got.StatusCode != http.StatusForbidden {
				t.Errorf("with the parameter %s: %s", field, got.Status)
			}
		}
	}
	b.do("POST", "/xa-a/dang-nhap", "can-bo=chi", "Content-Type", "application/x-www-form-urlencoded").wantPage(t, http.StatusNotFound, "Không có trang này")
	// Two sessions at once are none.
	jar := b.carried("xa-a")
	b.do("GET", inboxOfCounter, "", "Cookie", jar.Name+"="+jar.Value).wantProblem(t, http.StatusUnauthorized, "sign-in-needed")
}
