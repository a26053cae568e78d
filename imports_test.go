package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tcpshift/tcpshift"

// doors says which of our own packages each one may import; whatever is not named may import nothing of ours.
var doors = map[string][]string{
	"":         {"cmd"},
	"cmd":      {"lab", "manifest", "probe", "report", "stats"},
	"manifest": {"stats"},
	"report":   {"stats"},
}

// sealed are the packages that the arithmetic must do without.
var sealed = map[string][]string{
	"stats":    {"io", "net", "os", "time", "log"},
	"manifest": {"os", "log"},
	"report":   {"net", "os", "log"},
	"probe":    {"flag", "log", "os/signal"},
	"lab":      {"flag", "log", "os", "os/signal"},
}

func TestRoomsHaveDoors(t *testing.T) {
	checked := make(map[string]bool)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(path))
		if room == "." {
			room = ""
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		checked[room] = true
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if ours, ok := strings.CutPrefix(name, module+"/"); ok && !slices.Contains(doors[room], ours) {
				t.Errorf("%s imports %s: there is no door from %q to %q", path, name, room, ours)
			}
			for _, s := range sealed[room] {
				if name == s || strings.HasPrefix(name, s+"/") {
					t.Errorf("%s imports %s, which %s must do without", path, name, room)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range []string{"", "cmd", "lab", "manifest", "probe", "report", "stats"} {
		if !checked[room] {
			t.Errorf("no file of %q was checked", room)
		}
	}
}
