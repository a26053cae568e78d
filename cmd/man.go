package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// noArgs refuses arguments where a command takes flags alone.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return hinted{fmt.Errorf("%s takes no argument, such as %q", c.CommandPath(), args[0]), fmt.Sprintf("see %s --help", c.CommandPath())}
}

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write the manual pages into a folder",
		Example: `  tcpshift man share/man/man1`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return hinted{errors.New("it takes the folder to write to"), "tcpshift man share/man/man1"}
		},
		RunE: func(c *cobra.Command, args []string) error {
			return doc.GenManTree(c.Root(), &doc.GenManHeader{Title: "TCPSHIFT", Section: "1"}, args[0])
		},
	}
}
