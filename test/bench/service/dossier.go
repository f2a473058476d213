package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"chuan.dev/chuan/internal/store"
)

const (
	agency        = "H18.35.01"
	procedureName = "chung-thuc-ban-sao-tu-ban-chinh"
)

// day is the day on which everything happens.
var day = time.Date(2026, time.November, 23, 1, 0, 0, 0, time.UTC)

const digest = "sha256:5f0c1c1e4b1f0c4b8d0f6f0e3e4d5c6b7a8990a1b2c3d4e5f60718293a4b5c6d"

// head of an open dossier.
func head() store.Head {
	return store.Head{
		Kind: store.KindDossier, Procedure: procedureName, Revision: 3, Digest: digest,
		Channel: "counter", Open: true, ReceivedAt: day, AcceptedAt: day, Due: day.Add(72 * time.Hour),
	}
}

// received is a dossier that comes in: the personal data of an applicant with a name, an identity number, a telephone
// number, an address and a form, encrypted; and a search key.
func received(i int) store.New {
	key := make([]byte, 60)
	_, _ = rand.Read(key)
	var search store.Hash
	_, _ = rand.Read(search[:])
	return store.New{
		Revision: store.Revision{
			Digest: digest, Procedure: procedureName, Number: 3, Text: []byte(`{"spec":{}}`),
		},
		Period: day.AddDate(0, 0, i/500).Format("060102"),
		Code: func(serial int64) string {
			return fmt.Sprintf("%s-%s-%04d", agency, day.AddDate(0, 0, i/500).Format("060102"), serial)
		},
		Key: key,
		Change: store.Change{
			Events: []store.Event{{
				Seq: 1, At: day, Type: "received", Officer: "nguyen-thi-lan", Role: "mot-cua", To: "tiep-nhan",
				Data: fmt.Appendf(nil, `{"receipt":{"procedure":"chung-thuc-ban-sao-tu-ban-chinh","revision":3,"digest":%q,`+
					`"channel":"counter"},"documents":{"ban-chinh":1,"ban-sao":2},"prints":["receipt"],"sealed":%q}`,
					digest, sealed(420)),
			}},
			Head: head(),
			Work: []store.WorkItem{{
				Branch: "main", Step: "tiep-nhan", Role: "mot-cua", EnteredAt: day, Due: day.Add(4 * time.Hour),
			}},
			Keys: []store.Hash{search},
		},
	}
}

// sealed stands for encrypted bytes, of which the text cannot be made shorter.
func sealed(size int) string {
	cipher := make([]byte, size)
	_, _ = rand.Read(cipher)
	return base64.StdEncoding.EncodeToString(cipher)
}

// steps of the procedure, one after another.
var steps = []string{"tiep-nhan", "tham-dinh", "trinh-ky", "ky", "tra-ket-qua"}

// moved is a transition: the dossier goes from one step to the next, in which somebody else acts.
func moved(seq int64) store.Change {
	from, to := steps[(seq-2)%5], steps[(seq-1)%5]
	at := day.Add(time.Duration(seq) * time.Minute)
	return store.Change{
		Events: []store.Event{{
			Seq: seq, At: at, Type: "moved", Officer: "tran-van-binh", Role: "chuyen-vien", Action: "chuyen", From: from, To: to,
			Data: fmt.Appendf(nil, `{"exits":[{"branch":"main","step":%q}],"entries":[{"branch":"main","step":%q,`+
				`"due":%q}],"reason":"Hồ sơ đầy đủ, hợp lệ"}`, from, to, at.Add(4*time.Hour).Format(time.RFC3339)),
		}},
		Head: head(),
		Work: []store.WorkItem{{
			Branch: "main", Step: to, Role: to, EnteredAt: at, Due: at.Add(4 * time.Hour),
		}},
	}
}
