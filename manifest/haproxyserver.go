package manifest

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/haproxytech/client-native/v6/config-parser/params"
)

// haproxyOptions are the options of a server that decide what it gets.
type haproxyOptions struct {
	weight   string
	given    bool // the weight is written there
	backup   bool
	disabled bool
	agent    bool
	slow     bool
}

// read takes options from words. One that HAProxy's library does not know is passed over as if it had no value.
func (o *haproxyOptions) read(words []string) {
	for len(words) > 0 {
		size, value := 1, ""
		if hasValue(words) {
			size, value = 2, words[1]
		}
		switch words[0] {
		case "weight":
			o.weight, o.given = value, true
		case "backup", "no-backup":
			o.backup = words[0] == "backup"
		case "disabled", "enabled":
			o.disabled = words[0] == "disabled"
		case "agent-check", "no-agent-check":
			o.agent = words[0] == "agent-check"
		case "slowstart":
			o.slow = true
		}
		words = words[size:]
	}
}

// hasValue reports whether the option that words begin with takes the next of them.
func hasValue(words []string) bool {
	if len(words) < 2 {
		return false
	}
	_, alone := params.ParseServerOptions(words[:1])
	_, pair := params.ParseServerOptions(words[:2])
	return alone != nil && pair == nil
}

// addServer reads a server's line: its name, its address, its options.
func (s *haproxyProxy) addServer(words []string, line int) {
	if s.full() {
		return
	}
	if len(words) < 3 {
		s.refuse(spot(line, s.Path+", server "+argument(words, 1)), "it has no address")
		return
	}
	o := s.server
	o.read(words[3:])
	s.addWith(o, words[1], words[2], line)
}

// addTemplate reads a line that stands for several servers: the prefix of their names, how many or from which number
// to which, and what a server has.
func (s *haproxyProxy) addTemplate(words []string, line int) {
	if s.full() {
		return
	}
	path := s.Path + ", server-template " + argument(words, 1)
	if len(words) < 4 {
		s.refuse(spot(line, path), "it has no address")
		return
	}
	first, last, err := haproxyRange(words[2])
	if err != nil {
		s.refuse(spot(line, path), "%v", err)
		return
	}
	o := s.server
	o.read(words[4:])
	for n := first; n <= last && !s.full(); n++ {
		s.addWith(o, words[1]+strconv.Itoa(n), words[3], line)
	}
	if host, _ := haproxyAddress(words[3]); net.ParseIP(host) == nil {
		s.note("of the servers of %s, those that DNS has no address for get nothing", words[1])
	}
}

// haproxyRange are the numbers of a template's servers.
func haproxyRange(text string) (first, last int, err error) {
	from, to, two := strings.Cut(text, "-")
	if !two {
		from, to = "1", text
	}
	first, err = strconv.Atoi(from)
	if err == nil {
		last, err = strconv.Atoi(to)
	}
	switch {
	case err != nil || first < 0 || first > last:
		return 0, 0, fmt.Errorf("%q is no number of servers, as 3 or 3-7 is", text)
	case last-first >= maxServers:
		return 0, 0, fmt.Errorf("it has more than %d servers", maxServers)
	}
	return first, last, nil
}

// full reports whether there are more servers than a route may have, or as many mistakes.
func (s *haproxyProxy) full() bool {
	return len(s.servers) > maxServers || len(s.Refusals) >= maxRefusals
}

// addWith adds a server with its options.
func (s *haproxyProxy) addWith(o haproxyOptions, name, address string, line int) {
	weight, err := haproxyWeight(o)
	if err != nil {
		s.refuse(spot(line, s.Path+", server "+name+", weight"), "%v", err)
	}
	host, port := haproxyAddress(address)
	b := Backend{Name: name, Host: host, Port: port, Weight: weight, Given: o.given}
	s.servers = append(s.servers, server{Backend: b, backup: o.backup, down: o.disabled})
	if o.agent {
		s.note("agent-check may change the weight of %s at run time", name)
	}
	if o.slow {
		s.note("slowstart keeps the weight of %s lower for a while after it comes up", name)
	}
}

// haproxyWeight is stricter than HAProxy, which reads no further than there are digits, so 30% is 30 and a typing
// error is 0.
func haproxyWeight(o haproxyOptions) (float64, error) {
	switch {
	case !o.given:
		return 1, nil
	case o.weight == "":
		return 0, errors.New("it is missing")
	case strings.Contains(o.weight, "$"):
		return 0, fmt.Errorf("%q is taken from the environment of HAProxy, which no file tells", o.weight)
	}
	n, err := strconv.ParseUint(o.weight, 10, 64)
	if err != nil || n > 256 {
		return 0, fmt.Errorf("%q is not a whole number from 0 to 256", o.weight)
	}
	return float64(n), nil
}

// haproxyAddress divides an address, which may begin with its family, as in ipv4@10.0.0.1:80. The port of an IPv6
// address is behind the last colon, brackets or not.
func haproxyAddress(address string) (host, port string) {
	family, rest, ok := strings.Cut(address, "@")
	switch {
	case !ok:
		rest = address
	case family != "ipv4" && family != "ipv6" && family != "tcp" && family != "tcp4" && family != "tcp6":
		return address, "" // unix@, abns@, fd@
	}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") && !strings.Contains(rest, "/") {
		rest, port = rest[:i], rest[i+1:]
	}
	return strings.Trim(rest, "[]"), port
}
