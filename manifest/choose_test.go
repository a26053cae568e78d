package manifest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// service is a VirtualService with routes, each of which is a list of weights.
func service(namespace, name string, routes ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: %s, namespace: %s}\nspec:\n  tcp:\n", name, namespace)
	for _, weights := range routes {
		b.WriteString("  - match: [{port: 9}]\n    route:\n")
		for i, weight := range strings.Fields(weights) {
			fmt.Fprintf(&b, "    - {destination: {host: %c}, weight: %s}\n", 'a'+i, weight)
		}
	}
	return b.String()
}

const split = "apiVersion: split.smi-spec.io/v1alpha4\nkind: TrafficSplit\nmetadata: {name: echo, namespace: shop}\nspec: {backends: [{service: a, weight: 1}, {service: b, weight: 1}]}\n"

func TestSelect(t *testing.T) {
	tests := []struct {
		name     string
		text     string
		selector string
		want     string // the route's object and path, or what the error begins with
	}{
		{"the only one", service("shop", "echo", "80 20"), "", "VirtualService shop/echo spec.tcp[0]"},
		{"the only one, and it has one destination", service("shop", "echo", "1"), "", "VirtualService shop/echo spec.tcp[0]"},
		{"the only one that divides", service("shop", "echo", "1", "80 20", "1"), "", "VirtualService shop/echo spec.tcp[1]"},
		{"none that divides, of two", service("shop", "echo", "1", "1"), "", "there are 2 routes; choose one"},
		{"two", service("shop", "echo", "80 20", "1 1"), "", "there are 2 routes; choose one"},
		{"two, of which one cannot be", service("shop", "echo", "80 20", "0 0"), "", "there are 2 routes; choose one"},
		{"one, and it cannot be", service("shop", "echo", "0 0"), "", "VirtualService shop/echo says nothing that could be expected"},
		{"none", "a: b", "", "there is no weighted route in it, but"},
		{"by its path", service("shop", "echo", "80 20", "1 1"), "echo#spec.tcp[1]", "VirtualService shop/echo spec.tcp[1]"},
		{"by its namespace", service("shop", "echo", "1 1") + service("test", "echo", "1 1"), "test/echo", "VirtualService test/echo spec.tcp[0]"},
		{"by its kind", service("shop", "echo", "1 1") + "---\n" + split, "TrafficSplit/echo", "TrafficSplit shop/echo spec.backends"},
		{"by its number", service("shop", "echo", "1 1") + service("shop", "echo", "2 2"), "@2", "VirtualService shop/echo spec.tcp[0]"},
		{"by a name of two", service("shop", "echo", "80 20", "1 1"), "shop/echo", `2 routes are called "shop/echo"; choose one`},
		{"by a name of two, of which one divides", service("shop", "echo", "80 20", "1"), "echo", "VirtualService shop/echo spec.tcp[0]"},
		{"one destination, by its path", service("shop", "echo", "80 20", "1"), "echo#spec.tcp[1]", "VirtualService shop/echo spec.tcp[1]"},
		{"by a name that none has", service("shop", "echo", "80 20"), "ech", `no route is called "ech"; these are there`},
		{"by a path that none has", service("shop", "echo", "80 20"), "echo#spec.tcp", `no route is called "echo#spec.tcp"; these are there`},
		{"one that cannot be, by its path", service("shop", "echo", "80 20", "0 0"), "echo#spec.tcp[1]", "VirtualService shop/echo says nothing that could be expected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Read([]Input{{"r.yaml", []byte(tt.text)}}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			i, err := r.Select(tt.selector)
			var got string
			if list, ok := errors.AsType[*Listed](err); ok {
				got = list.What
			} else if err != nil {
				t.Fatal(err)
			} else {
				got = r.Routes[i].Object() + " " + r.Routes[i].Path
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if err != nil && i != -1 {
				t.Errorf("an error, and yet route %d", i)
			}
		})
	}
}

// TestEachRouteCanBeChosen holds that the selectors of the list pick the route that they stand with.
func TestEachRouteCanBeChosen(t *testing.T) {
	texts := []string{
		service("shop", "echo", "80 20", "1", "0 0"), service("test", "echo", "1 1"), service("shop", "web", "1 2"),
		service("shop", "it's", "1 1"), "---\n" + split, service("shop", "web", "1 2"),
	}
	r, err := Read([]Input{{"r.yaml", []byte(strings.Join(texts, ""))}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for i := range r.Routes {
		s := r.selector(i)
		if seen[s] {
			t.Errorf("%s is there twice", s)
		}
		seen[s] = true
		got, err := r.Select(s)
		if refused := r.Routes[i].Verdict() == "refuse"; !refused && (err != nil || got != i) {
			t.Errorf("%s picks %d, %v, want %d", s, got, err, i)
		} else if refused && (err == nil || !strings.Contains(err.Error(), "all weights are 0")) {
			t.Errorf("%s: got %v, want the refusal", s, err)
		}
	}
	for selector, want := range map[string]string{
		"echo": "echo", "echo#spec.tcp[0]": "'echo#spec.tcp[0]'", "it's": `'it'\''s'`, "@3": "@3", "": "''",
	} {
		if got := quoted(selector); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestTheRoutesToChooseFrom(t *testing.T) {
	text := service("shop", "echo", "80 20", "0 0") + service("test", "web", "1 2")
	r, err := Read([]Input{{"r.yaml", []byte(text)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Select("")
	list, ok := errors.AsType[*Listed](err)
	if !ok {
		t.Fatal(err)
	}
	want := []string{
		"--route 'echo#spec.tcp[0]'  a=80,b=20  VirtualService shop/echo, spec.tcp[0] with port=9, in r.yaml:7 (document 1)",
		"--route 'echo#spec.tcp[1]'  refused  VirtualService shop/echo, spec.tcp[1] with port=9, in r.yaml:11 (document 1)",
		"--route web  a=1,b=2  VirtualService test/web, spec.tcp[0] with port=9, in r.yaml:21 (document 2)",
	}
	if diff := cmp.Diff(want, list.Items); diff != "" {
		t.Error(diff)
	}
}

// TestManyRules has so many that looking through all of them for each destination would not end.
func TestManyRules(t *testing.T) {
	const n = 20_000
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: r}\nspec: {host: h%d, subsets: [{name: v1, labels: {n: x%d}}]}\n", i, i)
	}
	b.WriteString("---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: s}\nspec:\n  tcp:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - route: [{destination: {host: h%d, subset: v1}}]\n", i)
	}
	r, err := Read([]Input{{"r.yaml", []byte(b.String())}}, Options{})
	if err != nil || len(r.Routes) != n {
		t.Fatalf("%d routes, %v", len(r.Routes), err)
	}
	for i, route := range r.Routes {
		if want := fmt.Sprintf("n=x%d", i); route.Backends[0].Labels != want || len(route.Notes) != 1 {
			t.Fatalf("%s: got %+v, want %s", route.Path, route, want)
		}
	}
}

// TestManyRoutes has so many that comparing each with each would not end.
func TestManyRoutes(t *testing.T) {
	routes := make([]string, 20_000)
	for i := range routes {
		routes[i] = "1 1"
	}
	r, err := Read([]Input{{"r.yaml", []byte(service("shop", "echo", routes...))}}, Options{})
	if err != nil || len(r.Routes) != len(routes) {
		t.Fatalf("%d routes, %v", len(r.Routes), err)
	}
	_, err = r.Select("")
	list, ok := errors.AsType[*Listed](err)
	if !ok || len(list.Items) != 21 || list.Items[20] != "and 19980 more" {
		t.Errorf("got %v", err)
	}
}

func TestAnInputOfNoRoutes(t *testing.T) {
	for _, n := range []int{1, 20, 21, 45} {
		r, err := Read([]Input{{"r.yaml", []byte(strings.Repeat("---\nkind: Service\napiVersion: v1\n", n))}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Select("")
		list, ok := errors.AsType[*Listed](err)
		if want := min(n, 21); !ok || len(list.Items) != want {
			t.Fatalf("%d: got %v", n, err)
		}
		if last := list.Items[len(list.Items)-1]; n > 20 && last != fmt.Sprintf("and %d more", n-20) || n <= 20 && !strings.HasSuffix(last, ": Service") {
			t.Errorf("%d: the last is %s", n, last)
		}
	}
	if _, err := new(Reading).Select(""); err == nil || err.Error() != "there is no object in it" {
		t.Errorf("nothing at all: got %v", err)
	}
}

func TestLongTextIsCut(t *testing.T) {
	if got := brief(strings.Repeat("a", 400)); got != strings.Repeat("a", 400) {
		t.Errorf("what fits is cut to %d bytes", len(got))
	}
	if got := brief(strings.Repeat("ä", 400)); got != strings.Repeat("ä", 200)+"…" {
		t.Errorf("got %d bytes: %s", len(got), got)
	}
	if got := brief("x" + strings.Repeat("ä", 400)); got != "x"+strings.Repeat("ä", 199)+"…" {
		t.Errorf("cut within a letter: %q", got[len(got)-6:])
	}
	name := strings.Repeat("n", 300)
	r, err := Read([]Input{{"r.yaml", []byte(strings.ReplaceAll(plainRoute, "host: two", "host: "+name))}}, Options{})
	if err != nil || len(r.Routes) != 1 || len(r.Routes[0].Refusals) != 1 || !strings.HasSuffix(r.Routes[0].Refusals[0], "a name of 300 bytes is too long: "+name[:60]+"…") {
		t.Errorf("a name that no reply can have: %+v, %v", r, err)
	}
}

func TestSplitOfARoute(t *testing.T) {
	r := Route{Backends: []Backend{{Name: "v1", Weight: 70}, {Name: "v2", Weight: 20}, {Name: "v3", Weight: 10}}}
	split, notes := r.Split(map[string]string{"v1": "one", "v2": "two", "v3": "two"})
	if got := split.String(); got != "one=70,two=30" || len(notes) != 1 || notes[0] != "2 backends are called two; their weights are added up" {
		t.Errorf("got %s and %q", got, notes)
	}
	if split, notes := r.Split(map[string]string{"v1": "v2", "v2": "v1"}); split.String() != "v2=70,v1=20,v3=10" || notes != nil {
		t.Errorf("swapped: got %s and %q", split, notes)
	}
	only := Route{Backends: []Backend{{Name: "v1", Given: true, Share: 1}}}
	if split, _ := only.Split(nil); split.String() != "v1=100" {
		t.Errorf("the only one, of weight 0: got %s", split)
	}
}
