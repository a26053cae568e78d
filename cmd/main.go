// Package cmd is the command line: flags, streams, signals and exit codes. It wires the rooms that do the work.
package cmd

import (
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

// World is what a command sees of the machine. Tests make their own.
type World struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	StdoutTerminal bool
	StderrTerminal bool
	Width          func() int // columns of the terminal at Stdout; 0 when it is none
	Getenv         func(string) string
	Interrupts     <-chan os.Signal
}

// Main runs the command line of the process and returns its exit code.
func Main() int {
	// A closed pipe is an error of the write that meets it. It must not kill the process, whose exit code is the
	// verdict.
	signal.Ignore(syscall.SIGPIPE)
	// net/http logs what servers say out of turn; a report has what matters of it.
	log.SetOutput(io.Discard)
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	return Run(os.Args[1:], World{
		Stdin:          os.Stdin,
		Stdout:         os.Stdout,
		Stderr:         os.Stderr,
		StdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		StderrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width: func() int {
			width, _, _ := term.GetSize(int(os.Stdout.Fd()))
			return width
		},
		Getenv:     os.Getenv,
		Interrupts: interrupts,
	})
}
