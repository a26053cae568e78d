//go:build unix

package probe_test

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that this process has used so far, in its own code and in the kernel.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
