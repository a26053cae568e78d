// Tcpshift proves where TCP connections go: it opens many, reads which version answered each, and says whether a
// weighted route keeps to its weights. See README.md.
package main

import (
	"os"

	"github.com/tcpshift/tcpshift/cmd"
)

func main() { os.Exit(cmd.Main()) }
