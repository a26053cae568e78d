package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNginxUpstreams(t *testing.T) {
	tests := []struct {
		name  string
		lines string // of upstream web, which is on line 2, so that they begin on line 3
		want  proxyRoute
	}{
		{
			"weights", "server 10.0.0.1:80 weight=80 max_fails=2;\nserver 10.0.0.2:80 weight=20;",
			proxyRoute{Servers: "10.0.0.1:80=80 10.0.0.2:80=20"},
		},
		{
			"no weight is 1", "server 10.0.0.1:80 weight=3;\nserver 10.0.0.2:80;",
			proxyRoute{Servers: "10.0.0.1:80=3 10.0.0.2:80=1'", Notes: []string{
				"10.0.0.2:80 has no weight, which counts as 1 in nginx: 25 %",
			}},
		},
		{
			"the last of two weights", "server 10.0.0.1:80 weight=3 weight=4; server [::1]:80 weight=02;",
			proxyRoute{Servers: "10.0.0.1:80=4 [::1]:80=2"},
		},
		{
			"quotes and comments", "server \"10.0.0.1:80\" # weight=9;\n'weight=3'; server unix:/run/a.sock weight=2;",
			proxyRoute{Servers: "10.0.0.1:80=3 unix:/run/a.sock=2"},
		},
		{
			"a name", "server a.example:80 weight=2; server 10.0.0.1:80 weight=3;",
			proxyRoute{Servers: "a.example:80=2 10.0.0.1:80=3", Notes: []string{
				"a.example:80 has its weight once for each address that DNS gives",
			}},
		},
		{
			"a weight of 0", "server 10.0.0.1:80;\nserver 10.0.0.2:80 weight=0;",
			proxyRoute{Refusals: []string{
				`x.conf:4: upstream web, server 10.0.0.2:80, weight: "0" is not a whole number from 1 to 2147483647`,
			}},
		},
		{
			"a weight that is no whole number", "server 10.0.0.1:80 weight=1.5;",
			proxyRoute{Refusals: []string{
				`x.conf:3: upstream web, server 10.0.0.1:80, weight: "1.5" is not a whole number from 1 to 2147483647`,
			}},
		},
		{
			"a weight too large", "server 10.0.0.1:80 weight=2147483648;",
			proxyRoute{Refusals: []string{
				`x.conf:3: upstream web, server 10.0.0.1:80, weight: "2147483648" is not a whole number from 1 to 2147483647`,
			}},
		},
		{
			"the largest weight", "server 10.0.0.1:80 weight=2147483647; server 10.0.0.2:80 weight=1;",
			proxyRoute{Servers: "10.0.0.1:80=2.147483647e+09 10.0.0.2:80=1"},
		},
		{
			"a backup", "server 10.0.0.1:80 weight=2; server 10.0.0.2:80 weight=3; server 10.0.0.3:80 weight=4 backup;",
			proxyRoute{Servers: "10.0.0.1:80=2 10.0.0.2:80=3 10.0.0.3:80=0", Notes: []string{
				"10.0.0.3:80 is a backup: it gets nothing while others live",
			}},
		},
		{
			"backups behind servers that are down",
			"server 10.0.0.1:80 down; server 10.0.0.2:80 weight=3 backup; server 10.0.0.3:80 weight=4 backup;",
			proxyRoute{Servers: "10.0.0.1:80=0' 10.0.0.2:80=3 10.0.0.3:80=4", Notes: []string{
				"10.0.0.1:80 is disabled: it gets nothing",
				"10.0.0.2:80 is a backup, and in use because no other server can be",
				"10.0.0.3:80 is a backup, and in use because no other server can be",
			}},
		},
		{
			"all down", "server 10.0.0.1:80 down;",
			proxyRoute{
				Notes:    []string{"10.0.0.1:80 is disabled: it gets nothing"},
				Refusals: []string{"x.conf:2: upstream web: no server is in use, so nginx has none to connect to"},
			},
		},
		{
			"nothing but backups", "server 10.0.0.1:80 backup;",
			proxyRoute{
				Notes:    []string{"10.0.0.1:80 is a backup, and in use because no other server can be"},
				Refusals: []string{"x.conf:2: upstream web: all servers are backups, which nginx refuses"},
			},
		},
		{
			"one server", "server 10.0.0.1:80;",
			proxyRoute{Servers: "10.0.0.1:80=1'", Notes: []string{"there is one destination: it gets everything"}},
		},
		{
			"no address", "server;",
			proxyRoute{
				Notes:    []string{" has its weight once for each address that DNS gives"},
				Refusals: []string{"x.conf:3: upstream web, server : it has no address"},
			},
		},
		{
			"an include", "server 10.0.0.1:80;\ninclude more/*.conf;\ninclude rest;",
			proxyRoute{Refusals: []string{"x.conf:4: upstream web: it may have more servers: include more/*.conf is not followed"}},
		},
		{
			"too many servers", strings.Repeat("server 10.0.0.1:80 weight=1;", 257),
			proxyRoute{Refusals: []string{"x.conf:2: upstream web: it has more than 256 servers"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			routes, _ := readProxy(t, "x.conf", "stream {\nupstream web {\n"+tt.lines+"\n}\n}\n")
			tt.want.Line, tt.want.Name, tt.want.Protocol = 2, "upstream web", "tcp"
			if diff := cmp.Diff([]proxyRoute{tt.want}, routes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNginxMethods(t *testing.T) {
	tests := []struct{ line, want string }{
		{"zone web 64k;", ""},
		{"ip_hash;", "ip_hash pins a client address to one server: probe with --source"},
		{"hash $remote_addr consistent;", "one client address always gets the same server: probe with --source"},
		{"hash $remote_addr$remote_port;", ""},
		{"hash $request_uri;", "connections with the same $request_uri always get the same server"},
		{"least_conn;", "least_conn weighs the connections that are open at a time, so long ones shift the shares"},
		{"random two;", "random weighs the connections that are open at a time, so long ones shift the shares"},
		{"least_time connect;", "least_time weighs the connections that are open at a time, so long ones shift the shares"},
		{"balancer_by_lua_block { x }", "balancer_by_lua_block chooses the server, whatever the weights"},
		{"sticky cookie c;", "sticky keeps a client on the server that it had before, whatever the weights"},
		{
			"server 10.0.0.3:80 weight=1 slow_start=5s;",
			"slow_start keeps the weight of 10.0.0.3:80 lower for a while after it comes up",
		},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			routes, _ := readProxy(t, "x.conf",
				"upstream web {\n"+tt.line+"\nserver 10.0.0.1:80 weight=2; server 10.0.0.2:80 weight=3;\n}\n")
			if len(routes) != 1 || routes[0].Protocol != "any" {
				t.Fatalf("%+v", routes)
			}
			if got := strings.Join(routes[0].Notes, "\n"); got != tt.want {
				t.Errorf("noted %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNginxSplitClients(t *testing.T) {
	const clients = "one client address always gets the same version: probe with --source"
	refused := func(line int, why string) proxyRoute {
		return proxyRoute{Refusals: []string{fmt.Sprintf("x.conf:%d: split_clients $to%s", line, why)}}
	}
	tests := []struct {
		name  string
		key   string
		lines string // from line 2
		want  proxyRoute
	}{
		{"a part and the rest", "$remote_port", "20% a;\n* b;", proxyRoute{Servers: "a=20 b=80"}},
		{"parts of hundredths", "$remote_port", "0.01% a; 33.3% b; .5% c; 1.% d; * e;", proxyRoute{
			Servers: "a=0.01 b=33.3 c=0.5 d=1 e=65.19",
		}},
		{"all of it without a rest", "$remote_port", "40% a; 60% b;", proxyRoute{Servers: "a=40 b=60"}},
		{"a rest of nothing", "$remote_port", "40% a; 60% b; * c;", proxyRoute{
			Servers: "a=40 b=60 c=0", Notes: []string{"c has weight 0: it gets nothing"},
		}},
		{"a second rest", "$remote_port", "40% a; * b; * c;", proxyRoute{
			Servers: "a=40 b=60 c=0", Notes: []string{"c has weight 0: it gets nothing"},
		}},
		{"no rest", "$remote_port", "30% a; 20% b;", proxyRoute{Servers: "a=30 b=20", Notes: []string{
			"50 % have no value, so nginx has nowhere to connect to: the shares are those of the other connections",
		}}},
		{
			"beyond 100", "$remote_port", "60% a; 40.5% b;",
			refused(1, ": the parts add up to 100.5 %, and nginx takes no more than 100 %"),
		},
		{
			"beyond 100 with a rest", "$remote_port", "60% a; 50% b; * c;",
			refused(1, ": the parts add up to 110 %, and nginx takes no more than 100 %"),
		},
		{
			"the rest first", "$remote_port", "* a;\n20% b;",
			refused(3, ", 20%: * has taken the rest, and nginx refuses more behind it"),
		},
		{"nothing", "$remote_port", "0% a; * b;", refused(2, ", 0%: 0% is nothing, which nginx refuses")},
		{
			"too fine", "$remote_port", "0.125% a; * b;",
			refused(2, ", 0.125%: 0.125% is finer than the steps of 0.01% that nginx has"),
		},
		{"too much", "$remote_port", "100.01% a; * b;", refused(2, ", 100.01%: 100.01% is more than 100%")},
		{
			"far too much", "$remote_port", "99999999999999999999% a;",
			refused(2, ", 99999999999999999999%: 99999999999999999999% is more than 100%"),
		},
		{"no percent", "$remote_port", "20 a; * b;", refused(2, `, 20: "20" is not a part in percent, as 20% is`)},
		{"no number", "$remote_port", "1.5.% a; * b;", refused(2, `, 1.5.%: "1.5.%" is not a part in percent, as 20% is`)},
		{"a sign", "$remote_port", "+5% a; * b;", refused(2, `, +5%: "+5%" is not a part in percent, as 20% is`)},
		{"no value", "$remote_port", "20%; * b;", refused(2, ", 20%: it has no value")},
		{
			"an include", "$remote_port", "20% a; include x;",
			refused(2, ": it may have more values: include x is not followed"),
		},
		{"too many", "$remote_port", strings.Repeat("0.01% a; ", 257), refused(1, ": it has more than 256 values")},

		{"by the client", "$remote_addr", "20% a; * b;", proxyRoute{Servers: "a=20 b=80", Notes: []string{clients}}},
		{
			"by the client with salt", `"${binary_remote_addr}salt"`, "20% a; * b;",
			proxyRoute{Servers: "a=20 b=80", Notes: []string{clients}},
		},
		{"by the connection", `"$remote_addr-$remote_port"`, "20% a; * b;", proxyRoute{Servers: "a=20 b=80"}},
		{"by the request", "$request_id", "20% a; * b;", proxyRoute{Servers: "a=20 b=80"}},
		{"by a cookie", "$cookie_a", "20% a; * b;", proxyRoute{Servers: "a=20 b=80", Notes: []string{
			"connections with the same $cookie_a always get the same version",
		}}},
		{"by the client and more", "$remote_addr$http_host", "20% a; * b;", proxyRoute{Servers: "a=20 b=80", Notes: []string{
			"connections with the same $remote_addr and $http_host always get the same version",
		}}},
		{
			"quoted marks", "$remote_port", "20% \";\";\n" + `30% "#a"; 40% '}'; * "{";`,
			proxyRoute{Servers: ";=20 #a=30 }=40 {=10"},
		},
		{"by nothing", "salt", "20% a; * b;", proxyRoute{Servers: "a=20 b=80", Notes: []string{
			"the key salt is always the same, so one version gets everything",
		}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			routes, _ := readProxy(t, "x.conf", "split_clients "+tt.key+" $to {\n"+tt.lines+"\n}\n")
			tt.want.Line, tt.want.Name, tt.want.Protocol = 1, "split_clients $to", "any"
			if diff := cmp.Diff([]proxyRoute{tt.want}, routes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// nginxWhole is a configuration with all that leads to a route.
const nginxWhole = `user www;
events {}
http {
  include mime.types;
  map $host $pool { default spare; "a b" web; }
  upstream web { server 10.0.0.1:80 weight=2; server 10.0.0.2:80 weight=3; }
  upstream spare { server 10.0.0.1:80 weight=3; server 10.0.0.2:80 weight=2; }
  server {
    listen 80 default_server;
    listen [::]:80;
    location / {
      if ( ) { return 400; }
      proxy_pass http://web/path;
    }
    location /lua { content_by_lua_block {
      -- it's } no brace
      local t = { "}", 'it\'s' };
      --[[ { ]] return #t, [[{]], "open
    } }
    # content_by_lua_block {
    set_by_lua_block $x { return 1 } listen 81;
    include local.conf;
  }
}
stream {
  split_clients $remote_port $to { 20% 10.0.0.1:9; * 10.0.0.2:9; }
  server { listen 31400; proxy_pass $to; }
  server { listen 31401; proxy_pass $to; }
  upstream { }
}
`

func TestNginxWhole(t *testing.T) {
	routes, skipped := readProxy(t, "x.conf", nginxWhole)
	wantRoutes := []proxyRoute{
		{
			Line: 6, Name: "upstream web", Protocol: "http", Match: "listen=80,[::]:80,81",
			Servers: "10.0.0.1:80=2 10.0.0.2:80=3",
		},
		{Line: 7, Name: "upstream spare", Protocol: "http", Servers: "10.0.0.1:80=3 10.0.0.2:80=2", Notes: []string{
			"a probe reaches it only where map $pool says so",
		}},
		{
			Line: 26, Name: "split_clients $to", Protocol: "tcp", Match: "listen=31400,31401",
			Servers: "10.0.0.1:9=20 10.0.0.2:9=80",
		},
	}
	if diff := cmp.Diff(wantRoutes, routes); diff != "" {
		t.Error(diff)
	}
	wantSkipped := []string{
		"x.conf:4: include mime.types: includes are not followed",
		"x.conf:22: include local.conf: includes are not followed",
		"x.conf:29: upstream: it has no servers",
	}
	if diff := cmp.Diff(wantSkipped, skipped); diff != "" {
		t.Error(diff)
	}
}

func TestNginxSkips(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"neither", "events {\n}\nuser www;\n", "x.conf: an nginx configuration: it has no upstream and no split_clients"},
		{"no servers", "upstream web {\nip_hash;\n}\n", "x.conf:1: upstream web: it has no servers"},
		{
			"no values", "events {\n}\nsplit_clients $a $b;\n",
			"x.conf:3: split_clients $a: it has no key, no variable or no values",
		},
		{
			"no variable", "split_clients $a {\n* b;\n}\n",
			"x.conf:1: split_clients $a: it has no key, no variable or no values",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			routes, skipped := readProxy(t, "x.conf", tt.text)
			if diff := cmp.Diff([]string{tt.want}, skipped); diff != "" || len(routes) > 0 {
				t.Errorf("%s, %+v", diff, routes)
			}
		})
	}
}

func TestNginxCannotBeRead(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{
			"no semicolon", "user www;\nupstream a {\nserver b:80\n}\n",
			`x.conf:4: unexpected "}": a semicolon is missing before it`,
		},
		{"an open block", "upstream a {\nserver b:80;\n", `x.conf:3: unexpected end of file, expecting "}"`},
		{"too many braces", "upstream a {\nserver b:80;\n}\n}\n", `x.conf:4: unexpected "}"`},
		{"two semicolons", "upstream a {\nserver b:80;;\n}\n", `x.conf:2: unexpected ";"`},
		{"a semicolon first", "upstream a {\nserver b:80;\n}\n;\n", `x.conf:4: unexpected ";"`},
		{
			"an open directive", "upstream a {\nserver b:80;\n}\nuser\nwww",
			`x.conf:4: "user" ends with neither a semicolon nor a block`,
		},
		{
			"an open quote", "upstream a {\nserver b:80;\n}\nuser \"www;\n}\n",
			`x.conf:4: "user" ends with neither a semicolon nor a block`,
		},
		{
			"a long word", "upstream a {\nserver b:80;\nserver " + strings.Repeat("x", 4097) + ";\n}",
			"x.conf:3: a word is longer than the 4096 bytes that nginx reads",
		},
		{
			"deep blocks", "upstream a {\nserver b:80;\n}\n" + strings.Repeat("a {", 102) + strings.Repeat("}", 102),
			"x.conf:4: its blocks are nested too deep",
		},
		{
			"many blocks", "upstream a {\nserver b:80;\n}\n" + strings.Repeat("upstream a { server b:80; }\n", 50_001),
			"x.conf:50004: it has too many blocks",
		},
		{
			"a large text", "upstream a {\nserver b:80;\n}\n" + strings.Repeat("#234567\n", 1<<20),
			"x.conf: it is larger than 8 MiB",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Read([]Input{{"x.conf", []byte(tt.text)}}, Options{}); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func FuzzNginx(f *testing.F) {
	f.Add(nginxWhole)
	f.Add("upstream a { server b:80 weight=2 backup; server c:80 down; hash $remote_addr; include x; }")
	f.Add("split_clients \"$remote_addr${x}\" $to { 0.5% a; 99.5% b; * c; }\nsplit_clients a $b { 60% a; 50% b; * c; 1% d; }")
	f.Add("if ( ) { } a \"b # c\n{ ; } 'd' \\{ ${e} f_by_lua_block { { } ; } server; upstream; map; split_clients;")
	f.Fuzz(func(t *testing.T, text string) {
		routes, _, err := readNginx(Place{File: "x.conf"}, []byte(text))
		for _, r := range routes {
			checkShares(t, r)
			if r.Line < 1 || len(r.Backends) == 0 && len(r.Refusals) == 0 || err != nil {
				t.Errorf("%+v, %v", r, err)
			}
		}
	})
}
