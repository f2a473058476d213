package calendar

import (
	"testing"
	"time"

	"chuan.dev/chuan/api/v1alpha1"
)

// BenchmarkSpan shows that an answer costs the same whatever the span: one day and nine years, in every unit.
func BenchmarkSpan(b *testing.B) {
	c := decade(b)
	early, late := at(b, c.Location(), "2018-01-05 09:00"), at(b, c.Location(), "2027-11-05 09:00")
	for _, span := range []struct{ name, hours, days, calendarDays string }{
		{"one day", "8wh", "1wd", "1d"},
		{"nine years", "9999wh", "2250wd", "3285d"}, // 9999 hours, the most that the API admits, are five years
	} {
		for _, budget := range []string{span.hours, span.days, span.calendarDays} {
			d := mustDuration(b, budget)
			b.Run("Deadline/"+span.name+"/"+budget, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := c.Deadline(early, d, "15:00"); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("Subtract/"+span.name+"/"+budget, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := c.Subtract(late, d); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
	for name, end := range map[string]time.Time{"one day": at(b, c.Location(), "2018-01-08 09:00"), "nine years": late} {
		b.Run("Between/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Between(early, end); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for name, years := range map[string][]v1alpha1.WorkCalendarSpec{
		"two years": {year2026(), year2027()}, "2018 to 2027": shippedSpecs(b),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				mustNew(b, years, commune())
			}
		})
	}
}
