//go:build unix

package probe

import (
	"math"
	"os"
	"syscall"
)

// FreeFiles is how many more files and sockets this process may open, where the system tells.
func FreeFiles() (int, bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, false
	}
	open, err := os.ReadDir("/dev/fd")
	if err != nil {
		return 0, false
	}
	return int(min(uint64(limit.Cur), math.MaxInt32)) - len(open), true
}
