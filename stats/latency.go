package stats

import "github.com/HdrHistogram/hdrhistogram-go"

// Latency is a histogram of times with a relative error of 1 %, in bounded memory. It resolves half a microsecond
// and holds times up to an hour; longer ones count as an hour. The zero value is empty and ready to use.
type Latency struct {
	histogram *hdrhistogram.Histogram
	max       float64
}

const (
	nanosecond   = 1e-9
	shortestTime = 1000 // nanoseconds: the unit that the histogram resolves
	longestTime  = 3600 * 1e9
)

// Record adds a time in seconds.
func (l *Latency) Record(seconds float64) {
	if l.histogram == nil {
		l.histogram = hdrhistogram.New(shortestTime, longestTime, 2)
	}
	ns := min(max(seconds/nanosecond, 0), longestTime)
	l.histogram.RecordValue(int64(ns)) // cannot fail: ns is within the range
	l.max = max(l.max, seconds)
}

// Merge adds all that other has recorded.
func (l *Latency) Merge(other *Latency) {
	if other.histogram == nil {
		return
	}
	if l.histogram == nil {
		l.histogram = hdrhistogram.New(shortestTime, longestTime, 2)
	}
	l.histogram.Merge(other.histogram)
	l.max = max(l.max, other.max)
}

// Quantile returns the time in seconds that a share q of the recorded ones do not exceed, 0 when there are none.
func (l *Latency) Quantile(q float64) float64 {
	if l.histogram == nil {
		return 0
	}
	return min(float64(l.histogram.ValueAtQuantile(100*q))*nanosecond, l.max)
}

// Max returns the longest time in seconds, exactly.
func (l *Latency) Max() float64 { return l.max }

// Count returns how many times were recorded.
func (l *Latency) Count() int {
	if l.histogram == nil {
		return 0
	}
	return int(l.histogram.TotalCount())
}
