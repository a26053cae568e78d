package manifest

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// fuzzRead reads whatever the fuzzer makes of the manifests of the families as a file of that name.
func fuzzRead(f *testing.F, name string, families ...string) {
	for _, family := range families {
		data, err := os.ReadFile(filepath.Join("testdata", "families", family+".txtar"))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range txtar.Parse(data).Files {
			if ext := filepath.Ext(file.Name); ext != ".want" && (ext == filepath.Ext(name) || ext == "") {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		two := 2
		for _, o := range []Options{{}, {Step: &two}} {
			r, err := Read([]Input{{name, data}}, o)
			if err != nil {
				return
			}
			checkReading(t, r)
		}
	})
}

// checkReading holds what is true of every reading.
func checkReading(t *testing.T, r *Reading) {
	t.Helper()
	for i, route := range r.Routes {
		var sum float64
		for _, b := range route.Backends {
			if !(b.Share >= 0 && b.Share <= 1) || !(b.Weight >= 0) && route.Verdict() != "refuse" {
				t.Errorf("%s has weight %g and share %g", b.Name, b.Weight, b.Share)
			}
			sum += b.Share
		}
		switch verdict := route.Verdict(); {
		case verdict == "refuse" && sum != 0:
			t.Errorf("it is refused, and has shares: %+v", route)
		case verdict != "refuse" && math.Abs(sum-1) > 1e-9:
			t.Errorf("the shares add up to %g: %+v", sum, route)
		case route.Path == "" || route.Kind == "":
			t.Errorf("nothing says which it is: %+v", route)
		}
		if got, err := r.Select("@" + string(rune('1'+i))); i < 9 && err == nil && got != i {
			t.Errorf("@%d picks %d", i+1, got)
		}
	}
	if _, err := r.Select(""); err == nil && len(r.Routes) == 0 {
		t.Error("nothing was chosen")
	}
}

func FuzzKubernetes(f *testing.F) {
	fuzzRead(f, "r.yaml", "istio", "gatewayapi", "smi", "consul", "syntax")
}
func FuzzEnvoy(f *testing.F)     { fuzzRead(f, "r.yaml", "envoy") }
func FuzzJSON(f *testing.F)      { fuzzRead(f, "r.json", "syntax", "consul") }
func FuzzHCL(f *testing.F)       { fuzzRead(f, "r.hcl", "consul") }
func FuzzTOML(f *testing.F)      { fuzzRead(f, "r.toml", "syntax", "traefik") }
func FuzzAnySyntax(f *testing.F) { fuzzRead(f, "r", "syntax") }
