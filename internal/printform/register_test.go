package printform_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chuan.dev/chuan/internal/dossier"
	"chuan.dev/chuan/internal/dossier/dossiertest"
	. "chuan.dev/chuan/internal/printform"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/procedure/proceduretest"
	"chuan.dev/chuan/internal/statistics"
)

// TestRegister enters random dossiers: the sums are those of the rows, and those of the statistics of the same population.
func TestRegister(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	p, findings := procedure.Compile("rut-tham", proceduretest.Draw(r))
	if p == nil {
		t.Fatal(findings)
	}
	period := statistics.Period{From: day(1, 0), To: day(1, 0).AddDate(0, 2, 0)}
	asOf := day(1, 0).AddDate(0, 6, 0)
	collector := statistics.NewCollector(statistics.Period{From: period.From, To: asOf}, asOf, dossiertest.Calendar())
	var rows []Row
	for i := range 80 {
		l := dossiertest.Begin(r, p)
		l.Now = l.Now.Add(time.Duration(r.IntN(55*24)) * time.Hour)
		_, _ = l.Do(l.Reception())
		for range 25 {
			l.Pass()
			_, _ = l.Do(dossier.Expire{})
			_, _ = l.Do(l.Next())
		}
		c := printed(l.Events, map[string]*procedure.Procedure{"digest": p})
		c.Code = fmt.Sprintf("H18.35.01-260601-%04d", i)
		row, ok, err := c.Row(asOf)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		rows = append(rows, row)
		if err := collector.Add(statistics.Dossier{Events: l.Events, Procedure: p}); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := c.Row(day(1, 0)); ok || err != nil {
			t.Fatalf("it is in the register before it came in: %v", err)
		}
	}
	book := NewBook(agency(), period, asOf, rows)
	if err := book.Check(); err != nil {
		t.Error(err)
	}
	counted := collector.Report().Counts
	counted.Refused, counted.Supplemented, counted.SentBack = 0, 0, 0
	if diff := cmp.Diff(counted, book.Sums); diff != "" || book.Sums.Received != 80 || book.Sums.Settled() == 0 {
		t.Errorf("statistics and register (-statistics +register):\n%s", diff)
	}
	for i, row := range book.Rows {
		if row.No != i+1 || i > 0 && row.ReceivedAt.Before(book.Rows[i-1].ReceivedAt) {
			t.Errorf("row %d: %+v", i, row)
		}
	}
	book.Rows = book.Rows[1:]
	if book.Check() == nil {
		t.Error("a row was lost, and nothing was found")
	}
	if empty := NewBook(agency(), statistics.Period{From: day(2, 0), To: day(2, 0)}, asOf, rows); len(empty.Rows) != 0 || empty.Check() != nil {
		t.Errorf("an empty period: %+v", empty)
	}
}
