package cmd

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpshift/tcpshift/probe"
)

// httpOptions are the flags of what is asked over HTTP.
type httpOptions struct {
	Method  string
	Headers []string // "Name: value"
	From    string   // where the version stands
}

// speakingFlags adds the flags of what is said on a connection, and how the version is heard. steps is a file's name.
func speakingFlags(flags *pflag.FlagSet, o *probeOptions, steps *string) {
	flags.Var(text(&o.Send, func(s string) error {
		_, err := probe.ParsePayload(s)
		return err
	}), "send", "`TEXT` of each probe: {time}, {seq}, {id} and the escapes \\r \\n \\t \\\\ \\xNN; empty if the server speaks first")
	flags.StringArrayVar(&o.Match, "match", nil, "`REGEX` whose first group, or the one named version, is the version; or name=REGEX, repeated")
	flags.Var(atLeastOne(&o.MaxReply, 1<<20), "max-reply", "`BYTES` of a reply that are read at most")
	flags.Var(atLeastOne(&o.Requests, 10_000), "requests", "send `N` payloads on each connection; all must meet the same version")
	flags.StringVar(steps, "steps", "", "hold the conversation in `FILE`, a YAML list of send, expect and starttls")
	flags.StringVar(&o.HTTP.Method, "method", "", "`METHOD` of an HTTP request (default GET, or POST with --send)")
	flags.StringArrayVar(&o.HTTP.Headers, "header", nil, "`HEADER` of an HTTP request, as in 'Host: shop.example'; repeatable")
	flags.Var(text(&o.HTTP.From, func(s string) error {
		_, err := probe.ParseVersionFrom(s)
		return err
	}), "version-from", "`WHERE` an HTTP answer tells the version: body, status or header:NAME (default body)")
}

// pageBytes is how much of a page is read unless --max-reply says otherwise: what tells the version may stand far down.
const pageBytes = 256 << 10

// speak settles what depends on the target, and refuses flags that would have no say with it.
func (o *probeOptions) speak(flags *pflag.FlagSet, steps string) error {
	if steps != "" {
		file, err := os.ReadFile(steps)
		if err != nil {
			return hinted{fmt.Errorf("--steps: cannot read %s: %w", steps, plainly(err)), ""}
		}
		if o.Steps, err = probe.ParseSteps(file); err != nil {
			return hinted{fmt.Errorf("--steps: %s: %w", steps, err), flagHints["steps"]}
		}
	}
	web := o.Target.Protocol == "http" || o.Target.Protocol == "https"
	if web && !flags.Changed("send") {
		o.Send = ""
	}
	if web && !flags.Changed("max-reply") {
		o.MaxReply = pageBytes
	}
	if !web && o.Steps == nil && o.Send == "" && o.Requests > 1 {
		return hinted{errors.New("--requests needs something to send each time, and --send is empty"), ""}
	}
	secured := o.Target.Protocol == "tls" || o.Target.Protocol == "https" || o.Steps != nil && o.Steps.StartTLS()
	for _, rule := range []struct {
		flags []string
		fits  bool
		only  string
	}{
		{[]string{"tls-ca", "tls-cert", "tls-key", "sni", "insecure"}, secured, "where there is TLS: a tls:// or https:// target, or starttls in --steps"},
		{[]string{"method", "header", "version-from"}, web, "with an http:// or https:// target"},
		{[]string{"send", "match", "requests"}, o.Steps == nil, "without --steps, whose file says it all"},
		{[]string{"steps"}, !web, "with a target that is no page"},
		{[]string{"source", "all-addresses", "reset-close"}, o.Target.Protocol != "unix", "with a target that has a host"},
	} {
		for _, name := range rule.flags {
			if flags.Changed(name) && !rule.fits {
				return hinted{fmt.Errorf("--%s has a say only %s", name, rule.only), ""}
			}
		}
	}
	return nil
}

// config is what the flags ask of the engine.
func (o probeOptions) config() (probe.Config, error) {
	cfg := probe.Config{
		Target: o.Target, Rate: o.Rate, Timeout: o.Timeout, DialTimeout: o.ConnectTimeout,
		MaxReply: o.MaxReply, Requests: o.Requests, Steps: o.Steps, HTTP: probe.HTTP{Method: o.HTTP.Method},
		AllAddresses: o.AllAddresses, ResetClose: o.ResetClose,
		ProxyProtocol: map[string]int{"v1": 1, "v2": 2}[o.ProxyProtocol],
	}
	var err error
	problem := func(flag string) (probe.Config, error) {
		return probe.Config{}, hinted{fmt.Errorf("--%s: %w", flag, err), flagHints[flag]}
	}
	if cfg.Payload, err = probe.ParsePayload(o.Send); err != nil {
		return problem("send")
	}
	if len(o.Match) > 0 {
		if cfg.Match, err = probe.ParseMatch(o.Match); err != nil {
			return problem("match")
		}
	}
	if o.HTTP.From != "" {
		if cfg.HTTP.From, err = probe.ParseVersionFrom(o.HTTP.From); err != nil {
			return problem("version-from")
		}
	}
	if cfg.HTTP.Header, err = headers(o.HTTP.Headers); err != nil {
		return problem("header")
	}
	if o.HTTP.Method != "" && strings.Trim(o.HTTP.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
		err = fmt.Errorf("%q is no method: they are in capitals, as in POST", o.HTTP.Method)
		return problem("method")
	}
	if o.Source != "" {
		if cfg.Sources, err = probe.ParseSources(o.Source); err != nil {
			return problem("source")
		}
	}
	cfg.TLS, err = o.TLS.config()
	return cfg, err
}

func headers(lines []string) (http.Header, error) {
	h := make(http.Header)
	for _, line := range lines {
		name, value, err := probe.ParseHeader(line)
		if err != nil {
			return nil, err
		}
		h.Add(name, value)
	}
	return h, nil
}
