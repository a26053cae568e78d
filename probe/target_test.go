package probe

import "testing"

func TestTargetsThatAreTaken(t *testing.T) {
	tests := []struct {
		name, in string
		want     Target
	}{
		{"a name", "localhost:1", Target{"tcp", "localhost", 1, ""}},
		{"a name in a tree", "gw.istio-system.svc:31400", Target{"tcp", "gw.istio-system.svc", 31400, ""}},
		{"a name with an underscore", "my_service:80", Target{"tcp", "my_service", 80, ""}},
		{"a name beyond ASCII", "bücher.example:80", Target{"tcp", "bücher.example", 80, ""}},
		{"an IPv6 address", "[::1]:9000", Target{"tcp", "::1", 9000, ""}},
		{"an IPv6 address with a zone", "[fe80::1%eth0]:9000", Target{"tcp", "fe80::1%eth0", 9000, ""}},
		{"an IPv6 address as a URL", "tcp://[::1]:9000", Target{"tcp", "::1", 9000, ""}},
		{"a URL", "tcp://h:1", Target{"tcp", "h", 1, ""}},
		{"a URL in capitals that ends in a slash", "TCP://h:1/", Target{"tcp", "h", 1, ""}},
		{"the last port", "h:65535", Target{"tcp", "h", 65535, ""}},
		{"a page", "http://h:8080/a/b?c=d&e", Target{"http", "h", 8080, "/a/b?c=d&e"}},
		{"a page without a path", "http://h:8080", Target{"http", "h", 8080, "/"}},
		{"a page without a port", "http://h/x", Target{"http", "h", 80, "/x"}},
		{"a secured page without a port", "HTTPS://[::1]/", Target{"https", "::1", 443, "/"}},
		{"a socket", "unix:///run/app.sock", Target{"unix", "", 0, "/run/app.sock"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseTarget(tt.in)
			if err != nil || got != tt.want {
				t.Fatalf("got %+v, %v", got, err)
			}
			text := got.String()
			if got.Protocol == "unix" {
				text = "unix://" + text
			}
			if again, err := ParseTarget(text); err != nil || again != got {
				t.Errorf("its text %q is read as %+v, %v", text, again, err)
			}
		})
	}
}

func TestTargetsThatAreRefused(t *testing.T) {
	const (
		noPort   = "the port is missing"
		noHost   = "the host is missing"
		onlyHost = "a tcp:// target is only tcp://host:port"
	)
	tests := []struct{ name, in, want string }{
		{"a name alone, as a URL", "tcp://h", noPort},
		{"a URL of nothing", "tcp://", noPort},
		{"a colon alone", ":", noHost},
		{"empty brackets", "[]:1", noHost},
		{"the port after the last", "h:65536", `port "65536" is not a number from 1 to 65535`},
		{"a port beyond all integers", "h:99999999999999999999", `port "99999999999999999999" is not a number from 1 to 65535`},
		{"a port with a sign", "h:+1", `port "+1" is not a number from 1 to 65535`},
		{"a port in hexadecimal", "h:0x50", `port "0x50" is not a number from 1 to 65535`},
		{"a port in words, as a URL", "tcp://h:http", `port "http" is not a number from 1 to 65535`},
		{"a space behind", "h:9000 ", `port "9000 " is not a number from 1 to 65535`},
		{"a space in front", " h:9000", `" h" is no host name`},
		{"a space for a host", " :9000", `" " is no host name`},
		{"a line end in the host", "a\nb:1", `"a\nb" is no host name`},
		{"a path without a scheme", "h/path:1", `"h/path" is no host name`},
		{"a user without a scheme", "me@h:1", `"me@h" is no host name`},
		{"a query", "tcp://h:1/?q=1", onlyHost},
		{"a fragment", "tcp://h:1/#top", onlyHost},
		{"another scheme", "ftp://h:80/", `unknown scheme "ftp"; known: tcp, tls, http, https, unix`},
		{"an IPv6 address without brackets, as a URL", "tcp://fe80::1:9000", "an IPv6 address needs brackets, as in [::1]:9000"},
		{"an IPv6 address without brackets or port", "::1", "an IPv6 address needs brackets, as in [::1]:9000"},
		{"text between bracket and port", "[::1]x:1", "it is not host:port"},
		{"three parts", "a:b:[c", "it is not host:port"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseTarget(tt.in)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if got != (Target{}) {
				t.Errorf("a refused target is %+v", got)
			}
		})
	}
}

func TestParseTarget(t *testing.T) {
	good := []struct{ in, host, text string }{
		{"127.0.0.1:9000", "127.0.0.1", "127.0.0.1:9000"},
		{"[::1]:9000", "::1", "[::1]:9000"},
		{"gateway.example:31400", "gateway.example", "gateway.example:31400"},
		{"tcp://h:1", "h", "h:1"},
		{"TCP://h:1/", "h", "h:1"},
	}
	for _, tt := range good {
		got, err := ParseTarget(tt.in)
		if err != nil || got.Host != tt.host || got.String() != tt.text || got.Protocol != "tcp" {
			t.Errorf("%q: %+v, %v", tt.in, got, err)
		}
	}
	bad := []struct{ in, want string }{
		{"", "the port is missing"},
		{"localhost", "the port is missing"},
		{"[::1]", "the port is missing"},
		{":9000", "the host is missing"},
		{"h:0", `port "0" is not a number from 1 to 65535`},
		{"h:70000", `port "70000" is not a number from 1 to 65535`},
		{"h:-1", `port "-1" is not a number from 1 to 65535`},
		{"h:http", `port "http" is not a number from 1 to 65535`},
		{"h:", `port "" is not a number from 1 to 65535`},
		{"::1:9000", "an IPv6 address needs brackets, as in [::1]:9000"},
		{"://h:21", `unknown scheme ""; known: tcp, tls, http, https, unix`},
		{"tls://h", "the port is missing"},
		{"tls://h:1/path", "a tls:// target is only tls://host:port"},
		{"unix://path", "a unix:// target is unix:///path"},
		{"unix:///", "a unix:// target is unix:///path"},
		{"http://", "the host is missing"},
		{"http:///page", "the host is missing"},
		{"https://me:secret@h/", "a password does not belong in a target: reports show it"},
		{"http://h:0/", `port "0" is not a number from 1 to 65535`},
		{"http://h/%zz", `invalid URL escape "%zz"`},
		{"http://::1/", `invalid port "::1" after host`},
		{"tcp://h:1/path", "a tcp:// target is only tcp://host:port"},
		{"tcp://me@h:1", "a tcp:// target is only tcp://host:port"},
		{"a b:1", `"a b" is no host name`},
		{"[::1:9000", "it is not host:port"},
	}
	for _, tt := range bad {
		if got, err := ParseTarget(tt.in); err == nil || err.Error() != tt.want {
			t.Errorf("%q: %+v, %v; want %s", tt.in, got, err, tt.want)
		}
	}
}
