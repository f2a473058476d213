package calendar

import "testing"

func TestParseDuration(t *testing.T) {
	tests := map[string]Duration{
		"0wh":       {0, WorkingHours},
		"4wh":       {16, WorkingHours},
		"1.25wh":    {5, WorkingHours},
		"0.5wd":     {2, WorkingDays},
		"0.75wd":    {3, WorkingDays},
		"0wd":       {0, WorkingDays},
		"15d":       {60, CalendarDays},
		"9999.75wd": {39999, WorkingDays},
	}
	for s, want := range tests {
		got, err := ParseDuration(s)
		if err != nil {
			t.Errorf("ParseDuration(%q): %v", s, err)
			continue
		}
		if got != want {
			t.Errorf("ParseDuration(%q) = %+v, want %+v", s, got, want)
		}
		if got.String() != s {
			t.Errorf("ParseDuration(%q).String() = %q", s, got)
		}
		if got.IsZero() != (want.Quarters == 0) {
			t.Errorf("ParseDuration(%q).IsZero() = %v", s, got.IsZero())
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	tests := map[string]string{
		"":       `duration "" has no unit: write working hours as 4wh, working days as 0.5wd, calendar days as 15d`,
		"15":     `duration "15" has no unit: write working hours as 4wh, working days as 0.5wd, calendar days as 15d`,
		"3h":     `duration "3h" has no unit: write working hours as 4wh, working days as 0.5wd, calendar days as 15d`,
		"wd":     `duration "wd": "" is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		"-1wd":   `duration "-1wd": "-1" is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		"+1wd":   `duration "+1wd": "+1" is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		"01wd":   `duration "01wd": "01" is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		"1.wd":   `duration "1.wd": "1." is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		".5wd":   `duration ".5wd": ".5" is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		"0,5wd":  `duration "0,5wd": "0,5" is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		"0.3wd":  `duration "0.3wd": "0.3" is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		"10000d": `duration "10000d": "10000" is not a number from 0 to 9999.75 in quarters, as 2, 0.5 or 1.25`,
		"0.5d": `duration "0.5d": calendar days are whole: write a part of a day in working hours, as 4wh, ` +
			`or in working days, as 0.5wd`,
	}
	for s, want := range tests {
		if got, err := ParseDuration(s); err == nil || err.Error() != want {
			t.Errorf("ParseDuration(%q) = %v, %v\nwant the error %s", s, got, err, want)
		}
	}
}
