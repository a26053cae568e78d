package stats

import "testing"

func TestBands(t *testing.T) {
	for name, c := range map[string]struct {
		split     string
		tolerance float64
		want      []Interval
		fits      bool
	}{
		"to either side":          {"a=80,b=20", 0.05, []Interval{{0.75, 0.85}, {0.15, 0.25}}, true},
		"no further than halfway": {"a=99,b=1", 0.05, []Interval{{0.94, 0.995}, {0.005, 0.06}}, true},
		"nothing gets no band":    {"a=1,b=0", 0.05, []Interval{{0.95, 1}, {}}, true},
		"all there is":            {"a=1,b=1", 1, []Interval{{0.25, 0.75}, {0.25, 0.75}}, true},
		"lost in the rounding":    {"a=80,b=20", 1e-18, []Interval{{0.8, 0.8}, {0.2, 0.2}}, false},
		"lost below everything":   {"a=1", 1e-18, []Interval{{1, 1}}, false},
		// Above a half the next float64 is twice as far away as below it.
		"lost above a half only":    {"a=1,b=1", 4e-17, []Interval{{0.5, 0.5}, {0.5, 0.5}}, false},
		"a failure is as any other": {"a=64,b=16,!error=20", 0.05, []Interval{{0.59, 0.69}, {0.11, 0.21}, {0.15, 0.25}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			split := mustParse(t, c.split)
			for i, band := range Bands(split, c.tolerance) {
				if !within(band.Low, c.want[i].Low, 1e-12, 0) || !within(band.High, c.want[i].High, 1e-12, 0) {
					t.Errorf("version %d: %v, want %v", i, band, c.want[i])
				}
			}
			if got := ToleranceFits(split, c.tolerance); got != c.fits {
				t.Errorf("fits: %v", got)
			}
		})
	}
}
