//go:build !unix

package probe_test

import "time"

// cpuTime is not known here; the benchmark reports 0 for it.
func cpuTime() time.Duration { return 0 }
