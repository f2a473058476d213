package calendar

import (
	"math"
	"testing"
	"time"
)

// The lunar dates of the shipped calendars are checked against the sky: the mean elements and the largest periodic terms of
// Meeus, Astronomical Algorithms, which give a new moon to a few minutes. A lunar month begins on the day of the new moon
// in Vietnam (UTC+7); the first month is the one in which the sun reaches 330° of longitude, the third that of 30°.

// sine of an angle in degrees.
func sine(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }

// vietnamDay is the day in Vietnam of a Julian date in universal time.
func vietnamDay(julian float64) Day {
	return Day(math.Floor(julian - 2440587.5 + 7.0/24))
}

// newMoon is the Julian date of a new moon, numbered from January 1900.
func newMoon(k float64) float64 {
	t := k / 1236.85
	sun := 359.2242 + 29.10535608*k
	moon := 306.0253 + 385.81691806*k + 0.0107306*t*t
	node := 21.2964 + 390.67050646*k - 0.0016528*t*t
	mean := 2415020.75933 + 29.53058868*k + 0.0001178*t*t
	terms := (0.1734-0.000393*t)*sine(sun) + 0.0021*sine(2*sun) - 0.4068*sine(moon) + 0.0161*sine(2*moon) +
		0.0104*sine(2*node) - 0.0051*sine(sun+moon) - 0.0074*sine(sun-moon) + 0.0010*sine(2*node-moon)
	const terrestrialToUniversal = 70.0 / 86400
	return mean + terms - terrestrialToUniversal
}

// sunLongitude is the longitude of the sun at a Julian date, in degrees from 0 to 360.
func sunLongitude(julian float64) float64 {
	t := (julian - 2451545) / 36525
	anomaly := 357.5291 + 35999.0503*t
	longitude := 280.46645 + 36000.76983*t + (1.9146-0.004817*t)*sine(anomaly) + 0.019993*sine(2*anomaly)
	return math.Mod(longitude, 360)
}

// lunarMonthOf is the first day of the lunar month in which the sun reaches a longitude, in degrees, in a year before July.
func lunarMonthOf(year int, longitude float64) Day {
	julian := float64(NewDay(year, time.January, 15)) + 2440587.5 - 7.0/24
	for math.Mod(sunLongitude(julian+1)-longitude+360, 360) > 180 { // not reached by the end of the day
		julian++
	}
	reached := vietnamDay(julian + 0.5)
	k := math.Floor((julian - 2415020.75933) / 29.53058868)
	month := vietnamDay(newMoon(k - 1))
	for next := k; vietnamDay(newMoon(next)) <= reached; next++ {
		month = vietnamDay(newMoon(next))
	}
	return month
}

func TestShippedLunarDates(t *testing.T) {
	for _, want := range shippedYears {
		if got := lunarMonthOf(want.year, 330); got != mustDate(t, want.newYear) {
			t.Errorf("mùng 1 of %d by the moon is %s, want %s", want.year, got, want.newYear)
		}
		if got := lunarMonthOf(want.year, 30).AddDays(9); got != mustDate(t, want.kings) {
			t.Errorf("10/3 of %d by the moon is %s, want %s", want.year, got, want.kings)
		}
	}
}
