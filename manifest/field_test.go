package manifest

import "testing"

func TestPathsOfFields(t *testing.T) {
	for _, tt := range []struct{ path, name, want string }{
		{"", "spec", "spec"},
		{"spec", "tcp", "spec.tcp"},
		{"static_resources", "@type", "static_resources.@type"},
		{"tcp.services", "app.shop", `tcp.services["app.shop"]`},
		{"", "two words", `["two words"]`},
		{"a", "", `a[""]`},
		{"a", "\x1b", `a["\x1b"]`},
	} {
		if got := joined(tt.path, tt.name); got != tt.want {
			t.Errorf("%q in %q: got %s, want %s", tt.name, tt.path, got, tt.want)
		}
	}
}
