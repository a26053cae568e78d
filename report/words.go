package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// percent shows a fraction with as many digits as it takes to tell it from 0 and from 100 %.
func percent(fraction float64) string {
	if rest := 1 - fraction; rest > 0 && rest < 0.01 {
		return trimmed(100*fraction, digits(100*rest)) + " %"
	}
	return decimal(100*fraction) + " %"
}

// points shows a difference of shares, a fraction, in percentage points.
func points(fraction float64) string {
	n := decimal(100 * fraction)
	if n == "1" {
		return n + " point"
	}
	return n + " points"
}

// decimal shows x with three significant digits, and no zeros at the end.
func decimal(x float64) string { return trimmed(x, digits(x)) }

// digits is how many digits after the point three significant ones take; of a number below 1 it is that many after
// the zeros.
func digits(x float64) int {
	switch a := math.Abs(x); {
	case a == 0, a >= 1000:
		return 0
	case a >= 10:
		return 1
	}
	return min(2-int(math.Floor(math.Log10(math.Abs(x)))), 15)
}

func trimmed(x float64, digits int) string {
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// pValue shows a probability, as a power of ten where it is too small for a float64.
func pValue(c *ChiSquare) string {
	switch {
	case c.P >= 0.0995:
		return fmt.Sprintf("p = %.2f", c.P)
	case c.P >= 0.0001:
		return "p = " + strconv.FormatFloat(c.P, 'g', 2, 64)
	}
	exponent := math.Floor(c.LogP / math.Ln10)
	mantissa := math.Round(math.Exp(c.LogP - exponent*math.Ln10))
	if mantissa == 10 {
		mantissa, exponent = 1, exponent+1
	}
	return fmt.Sprintf("p = %.0fe%.0f", mantissa, exponent)
}

// timesIn says a probability as a frequency, as in "99 times in 100".
func timesIn(p float64) string {
	for _, n := range []float64{10, 100, 1000, 10000} {
		if times := math.Round(p * n); times > 0 && times < n && math.Abs(p*n-times) < 1e-6*times {
			if times == 1 {
				return fmt.Sprintf("once in %.0f", n)
			}
			return fmt.Sprintf("%.0f times in %.0f", times, n)
		}
	}
	if p < 0.01 {
		unit := math.Pow(10, math.Floor(-math.Log10(p))-2)
		return fmt.Sprintf("once in %.0f", math.Round(1/p/unit)*unit)
	}
	return "with a probability of " + strconv.FormatFloat(p, 'g', 10, 64)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// seconds shows a time with its unit and two or three digits.
func seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	switch {
	case d >= 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Microsecond).String()
}
