package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tcpshift/tcpshift/probe"
	"github.com/tcpshift/tcpshift/report"
	"github.com/tcpshift/tcpshift/stats"
)

// hintFor is what to try when names or failures stand in the way of a verdict.
func hintFor(run report.Run) string {
	if run.Source != nil && run.Verdict.Reason == stats.UnexpectedVersion && !slices.ContainsFunc(run.Tally.Counts, func(n int) bool { return n > 0 }) {
		var names, maps []string
		for _, v := range run.Split {
			names, maps = append(names, v.Name), append(maps, v.Name+"=NAME")
		}
		return fmt.Sprintf("no reply carries a name of the manifest, %s; if they are the same versions, say so with --map %s",
			strings.Join(names, " or "), strings.Join(maps, ","))
	}
	if r := run.Verdict.Reason; r != stats.NothingAnswered && r != stats.Unhealthy || len(run.Failures) == 0 || run.Target.Address == "" {
		return ""
	}
	if run.Failures[0].Phase == string(probe.Resolve) {
		return "the name does not resolve: check its spelling, and the resolver of this machine"
	}
	if strings.Contains(run.Failures[0].Example, `"\x15\x03`) { // the beginning of an alert
		return "the server speaks TLS: probe it with tls://"
	}
	switch probe.Kind(run.Failures[0].Kind) {
	case probe.Refused:
		return fmt.Sprintf("nothing listens on %s, or its backend is down: check the address, the port and the service", run.Target.Address)
	case probe.Timeout:
		return "no answer in time: a firewall, a server that waits for other words (--send), one that ends no line (--max-reply), or one that is slower than --timeout"
	case probe.Unreachable:
		return "there is no route to the address: check the network of this machine"
	case probe.EOF, probe.Reset:
		return "connections end without an answer: behind a proxy that means a route without a healthy backend"
	case probe.NoPrefix, probe.WrongPayload, probe.LineTooLong, probe.NameTooLong:
		return "the server does not answer as tcp-echo does: find the version in its replies with --match, and send what it understands with --send"
	case probe.Certificate:
		return "the certificate does not verify: name its authority with --tls-ca or the name in it with --sni, or do without with --insecure"
	case probe.NotTLS:
		return "the server does not speak TLS: probe it with tcp://, or start TLS where it does with --steps"
	case probe.TLSAlert:
		return "the server refuses the handshake: it may want a certificate (--tls-cert), another name (--sni) or an older TLS"
	case probe.NotHTTP:
		return "the server does not speak HTTP: probe it with tcp:// or tls://"
	case probe.HTTPStatus:
		return "the server answers with error pages or redirects: check the path and the Host, or take the status for the version with --version-from status"
	case probe.VersionChanged:
		return "requests on one connection go to different versions: what stands between balances requests, not connections"
	case probe.NoSource:
		return "this machine has lost the address to connect from"
	case probe.NoMatch:
		return "no expression of --match fits the replies: see the example in the report"
	}
	return ""
}
