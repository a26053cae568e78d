package manifest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what is read into testdata/families")

// TestFamilies reads the manifests of testdata/families, a file a family. Each manifest is followed by what it must
// be read as, under the same name with the ending want.
func TestFamilies(t *testing.T) {
	paths, _ := filepath.Glob("testdata/families/*.txtar")
	if len(paths) == 0 {
		t.Fatal("no families")
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var written []txtar.File
		for i, file := range archive.Files {
			name, ending, _ := strings.Cut(file.Name, ".")
			if ending == "want" {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+name, func(t *testing.T) {
				got := told(Read([]Input{{Name: file.Name, Data: file.Data}}, Options{}))
				written = append(written, file, txtar.File{Name: name + ".want", Data: []byte(got)})
				if *update {
					return
				}
				if i+1 == len(archive.Files) || archive.Files[i+1].Name != name+".want" {
					t.Fatal("nothing says how it must be read")
				}
				if diff := cmp.Diff(string(archive.Files[i+1].Data), got); diff != "" {
					t.Error(diff)
				}
			})
		}
		if *update {
			archive.Files = written
			if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// told is a reading as text, with all there is to it.
func told(r *Reading, err error) string {
	var b strings.Builder
	if err != nil {
		fmt.Fprintf(&b, "error: %v\n", err)
		if p, ok := errors.AsType[*Problem](err); ok && p.Hint != "" {
			fmt.Fprintf(&b, "hint: %s\n", p.Hint)
		}
		return b.String()
	}
	for _, route := range r.Routes {
		fmt.Fprintf(&b, "%s: %s, %s, %s, %s", route.Place, route.Object(), route.Path, route.Protocol, route.Verdict())
		if route.Match != "" {
			fmt.Fprintf(&b, ", with %s", route.Match)
		}
		b.WriteString("\n")
		for _, backend := range route.Backends {
			fmt.Fprintf(&b, "  %s", backend.Name)
			for _, part := range []string{backend.Host, backend.Subset, backend.Port, backend.Labels} {
				fmt.Fprintf(&b, " | %s", part)
			}
			fmt.Fprintf(&b, " | %g", backend.Weight)
			if !backend.Given {
				b.WriteString(" not given")
			}
			fmt.Fprintf(&b, " | %.6g\n", backend.Share)
		}
		for _, note := range route.Notes {
			fmt.Fprintf(&b, "  note: %s\n", note)
		}
		for _, refusal := range route.Refusals {
			fmt.Fprintf(&b, "  refused: %s\n", refusal)
		}
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(&b, "skipped: %s: %s: %s\n", s.Place, s.What, s.Why)
	}
	return b.String()
}
