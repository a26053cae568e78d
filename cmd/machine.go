package cmd

import (
	"errors"
	"fmt"
	"time"

	"github.com/tcpshift/tcpshift/probe"
)

// spareFiles are the descriptors that are left to all but the probes: reports, name servers, the terminal.
const spareFiles = 16

// affordable is the concurrency that this process's descriptors suffice for. Go has raised their limit to what the
// system allows by the time that main begins.
func (a *app) affordable(concurrency, perProbe int) int {
	free, ok := probe.FreeFiles()
	most := max((free-spareFiles)/max(perProbe, 1), 1)
	if !ok || concurrency <= most {
		return concurrency
	}
	a.note("only %d probes at a time, not %d: the limit on open files (ulimit -n) allows no more", most, concurrency)
	return most
}

// warn tells what the engine has to say about this machine.
func (a *app) warn(err error) {
	var few *probe.FewPorts
	var waiting *probe.Waiting
	switch {
	case errors.As(err, &few):
		a.note("%d probes are more than the %d local ports that there are for them; %s", few.Probes, few.Ports, consequence(few))
		if !a.quiet {
			a.hint("--source ADDR,ADDR multiplies the ports, --reset-close frees each at once, -n makes fewer probes")
		}
	case errors.As(err, &waiting):
		a.note("this machine is short of ports or files for the moment (%v): probes wait for it, and are not counted as failed", rootCause(err))
	}
}

// consequence is what too few ports mean for a run.
func consequence(few *probe.FewPorts) string {
	if few.Rate == 0 {
		return "on loopback each is free again a second after its use, and where none is, probes wait for it"
	}
	takes := time.Duration(float64(few.Probes) / few.Rate * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf("each is free again a minute after its use, so at most %.0f a second are made, which takes %s", few.Rate, takes)
}

// rootCause is the innermost error.
func rootCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
