package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"chuan.dev/chuan/internal/service"
	"chuan.dev/chuan/internal/store/sqlite"
)

// aimedOfStore is what of the store's rate should come through HTTP at 64 clients.
const aimedOfStore = 0.35

// benchManifests is an agency with a procedure of five steps.
const benchManifests = "internal/service/testdata/manifests"

// benchHTTP drives the handler of a service over loopback, with connections that stay open. Every client receives dossiers and
// leads them to their end: one request in five is a reception, which also looks for other dossiers of the same person. The
// clients take their part of the processors, which the store's do not.
func benchHTTP(ctx context.Context, e *env) error {
	for _, clients := range e.clients {
		found, ratio, err := measure(ctx, e, clients, storeContestant(sqlite.DefaultBatch), httpContestant("http", nil))
		if err != nil {
			return err
		}
		e.tell("http", clients, found[1])
		remark := fmt.Sprintf("store %.0f/s in the same minute", found[0].rate)
		if clients == 64 {
			remark += ", " + atLeast(ratio, aimedOfStore)
		}
		row("  http / store", ratio, "", remark)
	}
	return nil
}

// httpContestant is a service, whose configuration may be changed.
func httpContestant(name string, change func(*service.Config)) contestant {
	return contestant{name, func(ctx context.Context, path string, clients int) (transition, func() error, error) {
		config := service.Config{Manifests: benchManifests, Data: path + ".data", DevelopmentSignIn: true}
		if change != nil {
			change(&config)
		}
		s, err := service.New(ctx, config)
		if err != nil {
			return nil, nil, err
		}
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, errors.Join(err, s.Close())
		}
		server := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: time.Minute}
		ended := make(chan error, 1)
		go func() { ended <- server.Serve(listener) }()
		all := make([]*benchClient, clients)
		done := func() error {
			var failures []error
			for _, c := range all {
				if c != nil {
					failures = append(failures, c.conn.Close())
				}
			}
			failures = append(failures, server.Close())
			if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
				failures = append(failures, err)
			}
			return errors.Join(append(failures, s.Close())...)
		}
		for i := range all {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
			if err != nil {
				return nil, nil, errors.Join(err, done())
			}
			all[i] = &benchClient{conn: conn, reader: bufio.NewReader(conn), person: i * 1_000_000}
		}
		return func(_ context.Context, client, n int) error { return all[client].next(n) }, done, nil
	}}
}

// benchActions lead a dossier from its reception to its end: who does what, with what else in the body.
var benchActions = []struct{ officer, action, more string }{
	{"an", "nhan", ""},
	{"chi", "dat", `,"forms":{"phieu":{"ketLuan":"dat"}}`},
	{"giang", "ky", ""},
	{"an", "tra", `,"payments":[{"fee":"le-phi","amount":75000,"currency":"VND","method":"cash"}]`},
}

const benchReception = `{"procedure":"xac-nhan","channel":"counter","applicant":{"name":"Lò Văn Xôm","phone":"0912345678"},` +
	`"forms":{"to-khai":{"hoTen":"Lò Văn Xôm","soDinhDanh":"%012d","soTang":2}},"documents":[{"id":"so-do","copies":2}]}`

const benchPath = "/api/v1/agencies/xa-a/dossiers"

// benchClient speaks HTTP on one connection with as little effort as it can, so that it leaves the processors to the
// service.
type benchClient struct {
	conn    net.Conn
	reader  *bufio.Reader
	request bytes.Buffer
	// person is the one whose dossier was received last, code the dossier and version where it stands.
	person  int
	code    string
	version int64
}

// next does the next thing: it receives a dossier, or leads it on.
func (c *benchClient) next(n int) error {
	step := n % (1 + len(benchActions))
	if step > 0 {
		a := benchActions[step-1]
		body := fmt.Sprintf(`{"action":%q,"version":%d%s}`, a.action, c.version, a.more)
		_, err := c.post(benchPath+"/"+c.code+"/actions", a.officer, body)
		return err
	}
	c.person++
	answer, err := c.post(benchPath, "an", fmt.Sprintf(benchReception, c.person))
	if err != nil {
		return err
	}
	c.code = path.Base(answer.Get("Location"))
	return nil
}

// post sends a body and returns the header of the answer. A service that is busy is asked again.
func (c *benchClient) post(path, officer, body string) (http.Header, error) {
	c.request.Reset()
	fmt.Fprintf(&c.request, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s",
		path, service.OfficerHeader, officer, len(body), body)
	for {
		if _, err := c.conn.Write(c.request.Bytes()); err != nil {
			return nil, err
		}
		answer, err := http.ReadResponse(c.reader, nil)
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			return nil, err
		}
		switch answer.StatusCode {
		case http.StatusOK, http.StatusCreated:
			c.version, err = strconv.ParseInt(strings.Trim(answer.Header.Get("ETag"), `"`), 10, 64)
			return answer.Header, err
		case http.StatusServiceUnavailable:
		default:
			return nil, fmt.Errorf("%s: %s", answer.Status, content)
		}
	}
}
