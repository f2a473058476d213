package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
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
// clients take their part of the processors, which the store's do not; they are written so that it is a small one. The store
// keeps one processor busy, and the service all there are: where neighbours take them, the ratio tends to that of the
// processor times.
func benchHTTP(ctx context.Context, e *env) error {
	return overHTTP(ctx, e, "http", storeContestant(sqlite.DefaultBatch), httpContestant("http", nil))
}

// overHTTP compares a service with the store on which it stands.
func overHTTP(ctx context.Context, e *env, name string, whole, service contestant) error {
	for _, clients := range e.clients {
		found, ratio, err := measure(ctx, e, clients, whole, service)
		if err != nil {
			return err
		}
		e.tell(name, clients, found[1])
		remark := fmt.Sprintf("store %.0f/s in the same minute, %.0f µs of processor each", found[0].rate, found[0].cpu*1e6)
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
			all[i] = &benchClient{conn: conn, reader: bufio.NewReaderSize(conn, 8<<10), person: i * 1_000_000}
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
