package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHAProxyServers(t *testing.T) {
	tests := []struct {
		name  string
		lines string // of backend web, which is on line 1, so that they begin on line 2
		want  proxyRoute
	}{
		{
			"weights", "server one 10.0.0.1:80 weight 80\nserver two 10.0.0.2:80 check inter 2s weight 20",
			proxyRoute{Servers: "one=80 two=20"},
		},
		{
			"no weight is 1", "server one a:80 weight 3\nserver two b:80",
			proxyRoute{Servers: "one=3 two=1'", Notes: []string{"two has no weight, which counts as 1 in HAProxy: 25 %"}},
		},
		{
			"a default-server holds for what comes behind it",
			"server one a:80 weight 2\ndefault-server weight 7\nserver two b:80\nserver three c:80 weight 1",
			proxyRoute{Servers: "one=2 two=7 three=1"},
		},
		{
			"the value of another option is no option", "server one a:80 cookie backup weight 2\nserver two b:80 weight 3",
			proxyRoute{Servers: "one=2 two=3"},
		},
		{
			"options that are not known", "server one a:80 brand-new weight 2 newer\nserver two b:80 newest 5 weight 3",
			proxyRoute{Servers: "one=2 two=3"},
		},
		{
			"quotes, escapes and comments",
			`server "one" a:80 weight "2" # weight 9` + "\n" + `server t\ w'o' b:80 weight '3'`,
			proxyRoute{Servers: "one=2 t wo=3"},
		},
		{
			"the largest and the smallest weight", "server one a:80 weight 256\nserver two b:80 weight 0",
			proxyRoute{
				Servers: "one=256 two=0",
				Notes:   []string{"two has weight 0: it gets nothing", "everything goes to one"},
			},
		},
		{
			"a weight too large", "server one a:80 weight 1\nserver two b:80 weight 257",
			proxyRoute{Refusals: []string{
				`x.cfg:3: backend web, server two, weight: "257" is not a whole number from 0 to 256`,
			}},
		},
		{
			"a weight below 0", "server one a:80 weight -1",
			proxyRoute{Refusals: []string{
				`x.cfg:2: backend web, server one, weight: "-1" is not a whole number from 0 to 256`,
			}},
		},
		{
			"a weight in percent, of which HAProxy reads the digits", "server one a:80 weight 30%",
			proxyRoute{Refusals: []string{
				`x.cfg:2: backend web, server one, weight: "30%" is not a whole number from 0 to 256`,
			}},
		},
		{
			"a weight that is missing", "server one a:80 weight",
			proxyRoute{Refusals: []string{"x.cfg:2: backend web, server one, weight: it is missing"}},
		},
		{
			"a weight of the environment", `server one a:80 weight "${WEIGHT}"`,
			proxyRoute{Refusals: []string{
				`x.cfg:2: backend web, server one, weight: "${WEIGHT}" is taken from the environment of HAProxy, which no file tells`,
			}},
		},
		{
			"a backup", "server one a:80 weight 2\nserver two b:80 weight 3\nserver three c:80 weight 4 backup",
			proxyRoute{Servers: "one=2 two=3 three=0", Notes: []string{
				"three is a backup: it gets nothing while others live",
			}},
		},
		{
			"a default-server of backups, and one that is none",
			"default-server backup weight 5\nserver one a:80\nserver two b:80 no-backup\nserver three c:80 no-backup",
			proxyRoute{Servers: "one=0 two=5 three=5", Notes: []string{
				"one is a backup: it gets nothing while others live",
			}},
		},
		{
			"nothing but backups", "server one a:80 weight 2 backup\nserver two b:80 weight 3 backup",
			proxyRoute{Servers: "one=2 two=0", Notes: []string{
				"one is a backup, and in use because no other server can be",
				"two is a backup: it gets nothing while one lives",
				"there is one destination: it gets everything",
			}},
		},
		{
			"nothing but backups, of which the first cannot be used",
			"server one a:80 backup disabled\nserver two b:80 weight 0 backup\nserver three c:80 weight 3 backup",
			proxyRoute{Servers: "one=0' two=0 three=3", Notes: []string{
				"one is disabled: it gets nothing",
				"two is a backup: it gets nothing while three lives",
				"three is a backup, and in use because no other server can be",
				"there is one destination: it gets everything",
			}},
		},
		{
			"all backups", "option allbackups\nserver one a:80 weight 2 backup\nserver two b:80 weight 3 backup",
			proxyRoute{Servers: "one=2 two=3", Notes: []string{
				"one is a backup, and in use because no other server can be",
				"two is a backup, and in use because no other server can be",
			}},
		},
		{
			"not all backups after all",
			"option allbackups\nno option allbackups\nserver one a:80 weight 2 backup\nserver two b:80 weight 3 backup",
			proxyRoute{Servers: "one=2 two=0", Notes: []string{
				"one is a backup, and in use because no other server can be",
				"two is a backup: it gets nothing while one lives",
				"there is one destination: it gets everything",
			}},
		},
		{
			"a backup behind servers of weight 0", "server one a:80 weight 0\nserver two b:80 weight 3 backup",
			proxyRoute{Servers: "one=0 two=3", Notes: []string{
				"two is a backup, and in use because no other server can be",
				"one has weight 0: it gets nothing",
				"everything goes to two",
			}},
		},
		{
			"a server that is disabled",
			"default-server disabled weight 3\nserver one a:80 enabled\nserver two b:80\nserver three c:80 enabled",
			proxyRoute{Servers: "one=3 two=0 three=3", Notes: []string{"two is disabled: it gets nothing"}},
		},
		{
			"all weights 0", "server one a:80 weight 0\nserver two b:80 weight 0",
			proxyRoute{Refusals: []string{
				"x.cfg:1: backend web: all weights are 0, so HAProxy closes every connection",
			}},
		},
		{
			"all weights 0, in http", "mode http\nserver one a:80 weight 0\nserver two b:80 weight 0",
			proxyRoute{Protocol: "http", Refusals: []string{
				"x.cfg:1: backend web: all weights are 0, so HAProxy answers 503",
			}},
		},
		{
			"all disabled", "server one a:80 disabled",
			proxyRoute{
				Notes:    []string{"one is disabled: it gets nothing"},
				Refusals: []string{"x.cfg:1: backend web: no server is in use, so HAProxy closes every connection"},
			},
		},
		{
			"a template", "server-template web 2 a.example:80 weight 2\nserver-template old 6-7 10.0.0.1:80 weight 3",
			proxyRoute{Servers: "web1=2 web2=2 old6=3 old7=3", Notes: []string{
				"of the servers of web, those that DNS has no address for get nothing",
			}},
		},
		{
			"a template of none", "server-template web 5-3 10.0.0.1:80",
			proxyRoute{Refusals: []string{
				`x.cfg:2: backend web, server-template web: "5-3" is no number of servers, as 3 or 3-7 is`,
			}},
		},
		{
			"a template of too many", "server-template web 1-1000000000 10.0.0.1:80",
			proxyRoute{Refusals: []string{"x.cfg:2: backend web, server-template web: it has more than 256 servers"}},
		},
		{
			"lines that end too early", "server one\nserver-template two 3\nserver",
			proxyRoute{Refusals: []string{
				"x.cfg:2: backend web, server one: it has no address",
				"x.cfg:3: backend web, server-template two: it has no address",
				"x.cfg:4: backend web, server : it has no address",
			}},
		},
		{
			"weights that change", "server one a:80 weight 2 agent-check\nserver two b:80 weight 3 slowstart 5s",
			proxyRoute{Servers: "one=2 two=3", Notes: []string{
				"agent-check may change the weight of one at run time",
				"slowstart keeps the weight of two lower for a while after it comes up",
			}},
		},
		{
			"lines that only HAProxy knows", ".if defined(X)\nserver one a:80\n.endif\nserver two a:80",
			proxyRoute{Refusals: []string{
				"x.cfg:2: backend web: what stands between .if and .endif is known to HAProxy alone",
			}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			routes, skipped := readProxy(t, "x.cfg", "backend web\n"+tt.lines+"\nbackend other\ntimeout server 1s\n")
			tt.want.Line, tt.want.Name = 1, "backend web"
			if tt.want.Protocol == "" {
				tt.want.Protocol = "tcp"
			}
			if diff := cmp.Diff([]proxyRoute{tt.want}, routes); diff != "" {
				t.Error(diff)
			}
			other := fmt.Sprintf("x.cfg:%d: backend other: it has no servers", 3+strings.Count(tt.lines, "\n"))
			if diff := cmp.Diff([]string{other}, skipped); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHAProxySections(t *testing.T) {
	const two = "\nserver one a:80 weight 2\nserver two b:80 weight 3\n"
	const split = "one=2 two=3"
	tests := []struct {
		name, text string
		want       []proxyRoute
	}{
		{
			"a listen", "listen web\nbind *:31400\n" + two,
			[]proxyRoute{{Line: 1, Name: "listen web", Protocol: "tcp", Match: "bind=*:31400", Servers: split}},
		},
		{
			"a backend by default_backend", "frontend in\nbind *:1,*:2\nbind *:3\ndefault_backend web\nbackend web" + two,
			[]proxyRoute{{Line: 5, Name: "backend web", Protocol: "tcp", Match: "bind=*:1,*:2,*:3", Servers: split}},
		},
		{
			"a backend by a condition", "frontend in\nbind *:1\nuse_backend web if { src 10.0.0.0/8 }\nbackend web" + two,
			[]proxyRoute{{
				Line: 4, Name: "backend web", Protocol: "tcp", Match: "bind=*:1", Servers: split,
				Notes: []string{"a probe reaches it only if { src 10.0.0.0/8 }"},
			}},
		},
		{
			"a backend that others are taken from",
			"frontend in\nbind *:1\nuse_backend other if x\ndefault_backend web\nbackend web" + two,
			[]proxyRoute{{
				Line: 5, Name: "backend web", Protocol: "tcp", Match: "bind=*:1", Servers: split,
				Notes: []string{"a probe reaches it only if no use_backend of frontend in takes it before"},
			}},
		},
		{
			"a backend by a condition and without one",
			"frontend in\nbind *:1\nuse_backend web if x\ndefault_backend web\nbackend web" + two,
			[]proxyRoute{{Line: 5, Name: "backend web", Protocol: "tcp", Match: "bind=*:1", Servers: split}},
		},
		{
			"a backend without a condition and by one",
			"frontend in\nbind *:1\ndefault_backend web\nfrontend too\nbind *:2\nuse_backend web if x\nbackend web" + two,
			[]proxyRoute{{Line: 7, Name: "backend web", Protocol: "tcp", Match: "bind=*:1,*:2", Servers: split}},
		},
		{
			"a backend that nothing leads to", "frontend in\nbind *:1\nbackend web" + two,
			[]proxyRoute{{
				Line: 3, Name: "backend web", Protocol: "tcp", Servers: split,
				Notes: []string{"no frontend in the file leads to it"},
			}},
		},
		{
			"a backend that an expression may lead to", "frontend in\nbind *:1\nuse_backend %[src]\nbackend web" + two,
			[]proxyRoute{{Line: 4, Name: "backend web", Protocol: "tcp", Servers: split}},
		},
		{
			"many ports",
			"frontend in\nbind *:1\nbind *:2\nbind *:3\nbind *:4\nbind *:5\ndefault_backend web\nbackend web" + two,
			[]proxyRoute{{Line: 8, Name: "backend web", Protocol: "tcp", Match: "bind=*:1,*:2,*:3,*:4,…", Servers: split}},
		},
		{
			"a listen that sends everything elsewhere", "listen web\nbind *:1\ndefault_backend other" + two,
			[]proxyRoute{{
				Line: 1, Name: "listen web", Protocol: "tcp", Match: "bind=*:1", Servers: split,
				Notes: []string{"default_backend sends what comes in here to other"},
			}},
		},
		{
			"a listen that sends some elsewhere", "listen web\nbind *:1\nuse_backend other if x" + two,
			[]proxyRoute{{
				Line: 1, Name: "listen web", Protocol: "tcp", Match: "bind=*:1", Servers: split,
				Notes: []string{"use_backend sends what it matches elsewhere"},
			}},
		},
		{
			"defaults",
			"defaults\nmode http\nbalance first\ndefault-server weight 9\nbackend web\nserver one a:80\nserver two b:80 weight 1",
			[]proxyRoute{{Line: 5, Name: "backend web", Protocol: "http", Servers: "one=9 two=1", Notes: []string{
				"balance first fills the first server up to its maxconn before it uses the next: weights mean nothing",
			}}},
		},
		{
			"defaults that a section overrides", "defaults\nmode http\nbackend web\nmode tcp" + two,
			[]proxyRoute{{Line: 3, Name: "backend web", Protocol: "tcp", Servers: split}},
		},
		{
			"the last defaults, named or not", "defaults\nmode http\ndefaults second\nbackend web" + two,
			[]proxyRoute{{Line: 4, Name: "backend web", Protocol: "tcp", Servers: split}},
		},
		{
			"named defaults", "defaults a\nmode http\ndefaults b from a\ndefaults\nmode tcp\nbackend web from b" + two,
			[]proxyRoute{{Line: 6, Name: "backend web", Protocol: "http", Servers: split}},
		},
		{
			"defaults that are not there", "backend web from nowhere" + two,
			[]proxyRoute{{Line: 1, Name: "backend web", Protocol: "tcp", Refusals: []string{
				"x.cfg:1: backend web: no defaults called nowhere come before it",
			}}},
		},
		{
			"servers of sections that divide nothing",
			"backend web" + two + "peers mates\nserver three c:80\nring log\nserver four d:80",
			[]proxyRoute{{Line: 1, Name: "backend web", Protocol: "tcp", Servers: split}},
		},
		{
			"a mode that is none of ours", "backend web\nmode log" + two,
			[]proxyRoute{{Line: 1, Name: "backend web", Protocol: "any", Servers: split}},
		},
		{
			"two of one name, indented, with the ends of lines that Windows has",
			strings.ReplaceAll("backend web"+two+"\tbackend web\n  server one a:80 weight 5\n\tserver two b:80 weight 4", "\n", "\r\n"),
			[]proxyRoute{
				{Line: 1, Name: "backend web", Protocol: "tcp", Servers: split},
				{Line: 4, Name: "backend web", Protocol: "tcp", Servers: "one=5 two=4"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			routes, _ := readProxy(t, "x.cfg", tt.text)
			if diff := cmp.Diff(tt.want, routes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHAProxyBalance(t *testing.T) {
	tests := []struct{ line, want string }{
		{"balance roundrobin", ""},
		{"balance static-rr", ""},
		{"balance random(3)", ""},
		{
			"balance leastconn",
			"balance leastconn goes by the connections that are open: one after the other, they are shared equally",
		},
		{"balance source", "balance source pins a client address to one server: probe with --source"},
		{
			"balance hdr(host)",
			"balance hdr(host) sends all that has one hash to one server, so weights are no shares of connections",
		},
		{"stick-table type ip size 1m", ""},
		{"stick store-request src", ""},
		{"stick on src", "stick on keeps a client on the server that it had before, whatever the weights"},
		{"stick match src", "stick match keeps a client on the server that it had before, whatever the weights"},
		{"mode http\ncookie SRV insert", "cookie keeps a client on the server that it had before, whatever the weights"},
		{"cookie SRV insert", ""},
		{"persist rdp-cookie", "persist keeps a client on the server that it had before, whatever the weights"},
		{"use-server one if { src 10.0.0.1 }", "use-server sends what it matches to one, whatever the weights"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			routes, _ := readProxy(t, "x.cfg",
				"backend web\n"+tt.line+"\nserver one a:80 weight 2\nserver two b:80 weight 3\n")
			if len(routes) != 1 {
				t.Fatalf("%d routes", len(routes))
			}
			if got := strings.Join(routes[0].Notes, "\n"); got != tt.want {
				t.Errorf("noted %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHAProxySkips(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"no servers", "backend web\nmode tcp\nlisten in\nbind *:80", []string{
			"x.cfg:1: backend web: it has no servers", "x.cfg:3: listen in: it has no servers",
		}},
		{"disabled", "defaults\ndisabled\nbackend web\nserver one a:80\nbackend on\nenabled\nserver one a:80", []string{
			"x.cfg:3: backend web: it is disabled",
		}},
		{"neither backend nor listen", "frontend in\nbind *:80", []string{
			"x.cfg: an HAProxy configuration: it has no backend and no listen",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, skipped := readProxy(t, "x.cfg", tt.text)
			if diff := cmp.Diff(tt.want, skipped); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHAProxyCannotBeRead(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"an open quote", "backend web\nserver \"one a:80", "x.cfg:2: a quote is not closed"},
		{
			"a long line", "backend web\nserver one a:80 " + strings.Repeat("x", 8192),
			"x.cfg:2: the line is longer than 8192 bytes",
		},
		{
			"too many sections", "backend web\nserver one a:80\n" + strings.Repeat("backend web\n", 50_000),
			"x.cfg:50002: it has too many sections or servers",
		},
		{
			"too many servers", strings.Repeat("backend web\nserver-template a 250 b\n", 2002),
			"x.cfg:4003: it has too many sections or servers",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Read([]Input{{"x.cfg", []byte(tt.text)}}, Options{}); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	// Long lines that say nothing about routes are none of our business.
	routes, _ := readProxy(t, "x.cfg", "backend web\nacl x src "+strings.Repeat("10.0.0.1 ", 9000)+"\nserver one a:80\n")
	if len(routes) != 1 {
		t.Errorf("%d routes behind a long acl", len(routes))
	}
}

func TestHAProxyTooManyServers(t *testing.T) {
	for n, want := range map[int]string{
		256: "",
		257: "x.cfg:1: backend web: it has more than 256 servers",
		900: "x.cfg:1: backend web: it has more than 256 servers",
	} {
		routes, _ := readProxy(t, "x.cfg", "backend web\n"+strings.Repeat("server one a:80 weight 1\n", n))
		if got := strings.Join(routes[0].Refusals, "\n"); got != want {
			t.Errorf("%d servers: %q, want %q", n, got, want)
		}
	}
}

func TestHAProxyAddress(t *testing.T) {
	tests := []struct{ address, host, port string }{
		{"10.0.0.1:80", "10.0.0.1", "80"},
		{"10.0.0.1", "10.0.0.1", ""},
		{"web.example:+10", "web.example", "+10"},
		{"ipv4@10.0.0.1:80", "10.0.0.1", "80"},
		{"[::1]:80", "::1", "80"},
		{"[::1]", "::1", ""},
		{"fe80::1:80", "fe80::1", "80"},
		{"unix@/run/a:b", "unix@/run/a:b", ""},
		{"/run/a:b", "/run/a:b", ""},
	}
	for _, tt := range tests {
		if host, port := haproxyAddress(tt.address); host != tt.host || port != tt.port {
			t.Errorf("%s is %q and %q, want %q and %q", tt.address, host, port, tt.host, tt.port)
		}
	}
}

func FuzzHAProxy(f *testing.F) {
	f.Add("defaults\nmode http\ndefault-server weight 9 backup\nlisten web\nbind *:80\nserver one a:80 weight 2 # x\n" +
		"server-template t 2-5 b:80 disabled\nbalance source\nstick on src\n")
	f.Add("frontend in\nbind *:1\nuse_backend %[src] if x\ndefault_backend web\nbackend web\nserver 'one' a:80 weight \"0\"\n" +
		"option allbackups\nserver two [::1]:80 backup weight 256\n.if x\nno option allbackups\n.endif")
	f.Add("defaults a from b\nbackend web from a\nserver\nserver-template\nuse_backend\nbind\nno\noption\nstick\n.endif\n\\")
	f.Fuzz(func(t *testing.T, text string) {
		routes, _, err := readHAProxy(Place{File: "x.cfg"}, []byte(text))
		for _, r := range routes {
			checkShares(t, r)
			if r.Line < 1 || len(r.Backends) == 0 && len(r.Refusals) == 0 || err != nil {
				t.Errorf("%+v, %v", r, err)
			}
		}
	})
}
