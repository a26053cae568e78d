package manifest

import "testing"

func TestPathsOfFields(t *testing.T) {
	var object *way
	for _, tt := range []struct {
		way  *way
		want string
	}{
		{object, ""},
		{object.to("spec"), "spec"},
		{object.to("spec").to("tcp").item(0).to("route").item(12), "spec.tcp[0].route[12]"},
		{object.item(3).to("name"), "[3].name"},
		{object.to("static_resources").to("@type"), "static_resources.@type"},
		{object.to("services").to("app.shop"), `services["app.shop"]`},
		{object.to("two words"), `["two words"]`},
		{object.to("a").to(""), `a[""]`},
		{object.to("a").to("\x1b"), `a["\x1b"]`},
		{&way{name: "backend web, server one", plain: true}, "backend web, server one"},
	} {
		if got := tt.way.String(); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
