package manifest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// splitClients reads a split_clients block: a key whose hash chooses among values, with their parts in percent.
func (f *nginxFile) splitClients(d *directive, protocol string) {
	f.blocks++
	if len(d.words) != 2 || len(d.block) == 0 {
		f.skip(d, "it has no key, no variable or no values")
		return
	}
	name := d.words[1]
	r := Route{Place: f.place(d), Kind: "nginx", Name: name, Path: "split_clients " + name, Protocol: protocol}
	sum, starred := 0, false
	for _, line := range d.block {
		path := r.Path + ", " + line.name
		if len(r.Backends) == maxServers {
			r.refuse(r.spot(), "it has more than %d values", maxServers)
		}
		if len(r.Backends) == maxServers || len(r.Refusals) >= maxRefusals {
			break
		}
		if line.name == "include" {
			r.refuse(spot(line.line, r.Path), "it may have more values: include %s is not followed", argument(line.words, 0))
			continue
		}
		if len(line.words) == 0 {
			r.refuse(spot(line.line, path), "it has no value")
			continue
		}
		part := max(0, 100*100-sum) // for *
		if line.name != "*" {
			var err error
			if part, err = percent(line.name); err != nil {
				r.refuse(spot(line.line, path), "%v", err)
			}
			if starred {
				r.refuse(spot(line.line, path), "* has taken the rest, and nginx refuses more behind it")
			}
		}
		starred = starred || line.name == "*"
		sum += part
		b := Backend{Name: line.words[0], Weight: float64(part) / 100, Given: true}
		b.Host, b.Port = hostPort(b.Name)
		r.Backends = append(r.Backends, b)
	}
	switch {
	case len(r.Refusals) > 0:
	case sum > 100*100:
		r.refuse(r.spot(), "the parts add up to %g %%, and nginx takes no more than 100 %%", float64(sum)/100)
	case sum < 100*100:
		r.note("%g %% have no value, so nginx has nowhere to connect to: the shares are those of the other connections",
			float64(100*100-sum)/100)
	}
	r.noteKey(d.words[0], "version")
	r.finish(weights{system: "nginx"})
	f.routes = append(f.routes, r)
}

// percent is a part as nginx takes it, in hundredths of a percent.
func percent(text string) (hundredths int, err error) {
	digits, ok := strings.CutSuffix(text, "%")
	if !ok {
		return 0, fmt.Errorf("%q is not a part in percent, as 20%% is", text)
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(fraction) > 2 {
		return 0, fmt.Errorf("%s is finer than the steps of 0.01%% that nginx has", text)
	}
	n, err := strconv.ParseUint(whole+(fraction + "00")[:2], 10, 31)
	switch {
	case errors.Is(err, strconv.ErrRange) || n > 100*100:
		return 0, fmt.Errorf("%s is more than 100%%", text)
	case err != nil:
		return 0, fmt.Errorf("%q is not a part in percent, as 20%% is", text)
	case n == 0:
		return 0, fmt.Errorf("%s is nothing, which nginx refuses", text)
	}
	return int(n), nil
}

var nginxVariable = regexp.MustCompile(`\$\{?([A-Za-z0-9_]+)`)

// Variables of keys: those that differ from one connection of a client to the next, and those of its address.
var (
	perConnection = []string{"remote_port", "proxy_protocol_port", "realip_remote_port", "connection", "request_id",
		"msec", "time_local", "time_iso8601"}
	perAddress = []string{"remote_addr", "binary_remote_addr", "realip_remote_addr", "proxy_protocol_addr"}
)

// noteKey says what has in common that always gets the same server or version.
func (r *Route) noteKey(key, what string) {
	var fixed []string
	address := false
	for _, m := range nginxVariable.FindAllStringSubmatch(key, -1) {
		if slices.Contains(perConnection, m[1]) {
			return
		}
		address = address || slices.Contains(perAddress, m[1])
		fixed = append(fixed, "$"+m[1])
	}
	switch {
	case len(fixed) == 0:
		r.note("the key %s is always the same, so one %s gets everything", key, what)
	case address && len(fixed) == 1:
		r.note("one client address always gets the same %s: probe with --source", what)
	default:
		r.note("connections with the same %s always get the same %s", few(fixed, " and "), what)
	}
}
