package stats

import "testing"

func goldenCap(in struct {
	Weights                     []float64
	Tolerance, Confidence, Beta float64
}) map[string]values {
	s := shares(in.Weights)
	want := map[string]values{}
	if in.Beta == undecidedRate {
		want["n"] = values{float64(Cap(s, in.Tolerance, 1-in.Confidence))}
	}
	for _, share := range s {
		band := Band(share, in.Tolerance)
		want["lo"] = append(want["lo"], band.Low)
		want["hi"] = append(want["hi"], band.High)
	}
	return want
}

// The caps that have no reference value of their own come from the same table as those that do.
func TestCap(t *testing.T) {
	for name, c := range map[string]struct {
		weights   []float64
		tolerance float64
		alpha     float64
		want      int
	}{
		"80/20, 2 points":                  {[]float64{80, 20}, 0.02, 0.01, 25860},
		"80/20, 5 points":                  {[]float64{80, 20}, 0.05, 0.01, 4305},
		"80/20, 10 points":                 {[]float64{80, 20}, 0.10, 0.01, 1135},
		"95/5, 5 points":                   {[]float64{95, 5}, 0.05, 0.01, 3655},
		"70/20/10, 2 points":               {[]float64{70, 20, 10}, 0.02, 0.01, 37898},
		"70/20/10, 5 points":               {[]float64{70, 20, 10}, 0.05, 0.01, 6182},
		"70/20/10, 10 points":              {[]float64{70, 20, 10}, 0.10, 0.01, 1997},
		"50/50, 5 points":                  {[]float64{50, 50}, 0.05, 0.01, 6248},
		"one version, log(200) / log(1/b)": {[]float64{1}, 0.05, 0.01, 104},
		"beyond all means":                 {[]float64{80, 20}, 1e-9, 0.01, 1e15},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Cap(shares(c.weights), c.tolerance, c.alpha); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}
