package probe

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Target is the address that probes connect to.
type Target struct {
	Protocol string // "tcp"
	Host     string // a name or an IP address, without brackets
	Port     uint16 // never 0 in a parsed target
}

// Protocols lists the schemes that ParseTarget takes.
func Protocols() []string { return []string{"tcp"} }

// ParseTarget reads host:port or tcp://host:port. An IPv6 address stands in brackets.
func ParseTarget(s string) (Target, error) {
	hostport := s
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		if strings.ToLower(scheme) != "tcp" {
			return Target{}, fmt.Errorf("unknown scheme %q; known: %s", scheme, strings.Join(Protocols(), ", "))
		}
		if u, err := url.Parse(s); err == nil && (u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "") {
			return Target{}, errors.New("a tcp:// target is only tcp://host:port")
		}
		hostport = strings.TrimRight(rest, "/")
	}
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
	return Target{Protocol: "tcp", Host: host, Port: uint16(n)}, nil
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

// String is the target as ParseTarget takes it, without the scheme.
func (t Target) String() string {
	return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))
}
