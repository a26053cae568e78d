package probe

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Target is the address that probes connect to.
type Target struct {
	Protocol string // one of Protocols
	Host     string // a name or an IP address, without brackets; empty for unix
	Port     uint16 // 0 for unix alone
	Path     string // of the socket for unix; of the page, with its query, for http and https
}

// Protocols lists the schemes that ParseTarget takes.
func Protocols() []string { return []string{"tcp", "tls", "http", "https", "unix"} }

// ParseTarget reads host:port, tcp://host:port, tls://host:port, http://host[:port][/path], https likewise, or
// unix:///path. An IPv6 address stands in brackets.
func ParseTarget(s string) (Target, error) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return parseHostPort(Target{Protocol: "tcp"}, s)
	}
	t := Target{Protocol: strings.ToLower(scheme)}
	switch {
	case !slices.Contains(Protocols(), t.Protocol):
		return Target{}, fmt.Errorf("unknown scheme %q; known: %s", scheme, strings.Join(Protocols(), ", "))
	case t.Protocol == "unix":
		if !strings.HasPrefix(rest, "/") || len(rest) < 2 || strings.Contains(rest, "\x00") {
			return Target{}, errors.New("a unix:// target is unix:///path")
		}
		t.Path = rest
		return t, nil
	case t.web():
		return parsePage(t, s)
	}
	u, err := url.Parse(s)
	if err == nil && (u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "") {
		return Target{}, fmt.Errorf("a %[1]s:// target is only %[1]s://host:port", t.Protocol)
	}
	return parseHostPort(t, strings.TrimRight(rest, "/"))
}

// parsePage reads the URL of a page. Its port may be missing.
func parsePage(t Target, s string) (Target, error) {
	u, err := url.Parse(s)
	if err != nil {
		return Target{}, errors.Unwrap(err) // without the URL, which the message around it has
	}
	if u.User != nil {
		return Target{}, errors.New("a password does not belong in a target: reports show it")
	}
	if u.Hostname() == "" {
		return Target{}, errors.New("the host is missing")
	}
	t.Path = u.RequestURI()
	hostport := u.Host
	if u.Port() == "" {
		hostport = strings.TrimSuffix(hostport, ":") + map[string]string{"http": ":80", "https": ":443"}[t.Protocol]
	}
	return parseHostPort(t, hostport)
}

func parseHostPort(t Target, hostport string) (Target, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return Target{}, splitProblem(hostport)
	}
	if host == "" {
		return Target{}, errors.New("the host is missing")
	}
	if strings.ContainsAny(host, " \t\r\n\x00/@") {
		return Target{}, fmt.Errorf("%q is no host name", host)
	}
	n, err := strconv.ParseUint(port, 10, 64)
	if err != nil || n < 1 || n > 65535 {
		return Target{}, fmt.Errorf("port %q is not a number from 1 to 65535", port)
	}
	t.Host, t.Port = host, uint16(n)
	return t, nil
}

// splitProblem says in words what net.SplitHostPort could not split.
func splitProblem(hostport string) error {
	switch {
	case strings.Count(hostport, ":") > 1 && !strings.Contains(hostport, "["):
		return errors.New("an IPv6 address needs brackets, as in [::1]:9000")
	case !strings.Contains(hostport, ":"), strings.HasSuffix(hostport, "]"):
		return errors.New("the port is missing")
	}
	return errors.New("it is not host:port")
}

// String is the target as a report names it: an address where there is one, and a page's URL.
func (t Target) String() string {
	switch {
	case t.Protocol == "unix":
		return t.Path
	case t.web():
		return t.URL().String()
	}
	return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))
}

// URL is that of a page.
func (t Target) URL() *url.URL {
	u, err := url.ParseRequestURI(t.Path)
	if err != nil {
		u = &url.URL{Path: t.Path} // not one that ParseTarget has read
	}
	u.Scheme, u.Host = t.Protocol, net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))
	return u
}

// web reports whether the target speaks HTTP.
func (t Target) web() bool { return t.Protocol == "http" || t.Protocol == "https" }

// secured reports whether a connection begins with a TLS handshake.
func (t Target) secured() bool { return t.Protocol == "tls" || t.Protocol == "https" }
