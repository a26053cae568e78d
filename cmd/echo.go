package cmd

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpshift/tcpshift/lab"
)

func newEcho(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "echo PORT|ADDR[,...] PREFIX",
		Short: "Serve the echo server of the tutorials",
		Long: `Echo answers each line that it reads with PREFIX, a space and the line, as the
tcp-echo server of the tutorials does. A bare port listens on all interfaces, and
port 0 on a free port; the addresses are printed first, one a line. It runs until
Ctrl-C.`,
		Example: `  tcpshift echo 9000 one
  tcpshift echo 127.0.0.1:0 two
  tcpshift echo 9000,9001,9002 hello`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return hinted{errors.New("it takes a port or an address, and a prefix"), "tcpshift echo 9000 one"}
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.echo(strings.Split(args[0], ","), args[1]) },
	}
}

func (a *app) echo(addrs []string, prefix string) error {
	if prefix == "" || strings.ContainsAny(prefix, "\r\n") {
		return hinted{errors.New("the prefix must be one line of text"), "tcpshift echo 9000 one"}
	}
	var bound []string
	for _, addr := range addrs {
		if !strings.Contains(addr, ":") {
			addr = ":" + addr
		}
		server, err := lab.ListenEcho(addr, prefix)
		if err != nil {
			return cannotListen(addr, err)
		}
		defer server.Close()
		bound = append(bound, server.Addr().String())
	}
	if err := a.print([]byte(strings.Join(bound, "\n") + "\n")); err != nil {
		return err
	}
	<-a.Interrupts
	return nil
}

func cannotListen(addr string, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return hinted{fmt.Errorf("cannot listen on %s: %w", addr, err), "port 0 takes any port that is free"}
}
