package probe

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// HTTP says what an http or https probe asks, and where in the answer the version stands.
type HTTP struct {
	Method string      // GET by default, POST when there is a payload
	Header http.Header // added to the request; a Host in it replaces the target's
	From   VersionFrom
}

// VersionFrom is the part of an answer that holds the version. The zero value is the body.
type VersionFrom struct {
	status bool
	header string // the name of a header, or empty
}

// ParseVersionFrom reads body, status or header:NAME.
func ParseVersionFrom(s string) (VersionFrom, error) {
	name, isHeader := strings.CutPrefix(s, "header:")
	switch {
	case s == "body":
		return VersionFrom{}, nil
	case s == "status":
		return VersionFrom{status: true}, nil
	case !isHeader:
		return VersionFrom{}, fmt.Errorf("%q is none of body, status and header:NAME", s)
	case name == "":
		return VersionFrom{}, errors.New("the name of the header is missing, as in header:X-Version")
	case !isToken(name):
		return VersionFrom{}, fmt.Errorf("%q is no header name", name)
	}
	return VersionFrom{header: name}, nil
}

// String is the part as ParseVersionFrom takes it.
func (f VersionFrom) String() string {
	switch {
	case f.status:
		return "status"
	case f.header != "":
		return "header:" + f.header
	}
	return "body"
}

// ParseHeader reads "Name: value". The value comes back without the white space around it and may be empty. Refused
// is what would not be sent as it is written: control characters, a Host that is none, and the headers that frame
// the request and follow from it.
func ParseHeader(s string) (name, value string, err error) {
	name, value, ok := strings.Cut(s, ":")
	value = strings.Trim(value, " \t")
	switch {
	case !ok:
		return "", "", fmt.Errorf("%q is not Name: value", s)
	case name == "":
		return "", "", fmt.Errorf("%q has no name before the colon", s)
	case !isToken(name):
		return "", "", fmt.Errorf("%q is no header name", name)
	case strings.ContainsFunc(value, isControl):
		return "", "", fmt.Errorf("the value of %s has a control character: %q", name, value)
	}
	switch http.CanonicalHeaderKey(name) {
	case "Connection", "Content-Length", "Trailer", "Transfer-Encoding":
		return "", "", fmt.Errorf("%s cannot be chosen: it follows from the rest of the request", name)
	case "Host":
		if value == "" || strings.Trim(value, hostBytes) != "" {
			return "", "", fmt.Errorf("%q is no host", value)
		}
	}
	return name, value, nil
}

const (
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	tokenBytes   = alphanumeric + "!#$%&'*+-.^_`|~"     // RFC 9110, section 5.6.2
	hostBytes    = alphanumeric + "!$%&'()*+,-.:;=[]_~" // RFC 3986, section 3.2.2, and the colon of a port
)

func isToken(s string) bool { return s != "" && strings.Trim(s, tokenBytes) == "" }

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
