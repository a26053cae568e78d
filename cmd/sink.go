package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/tcpshift/tcpshift/report"
)

// sinks are the opened outputs of a command.
type sinks struct {
	app   *app
	sinks []sink
}

// sink is an open place for one format. A regular file is written beside its place and renamed into it when it is
// complete, so that nobody ever reads half a report.
type sink struct {
	output
	file *os.File    // nil: standard output
	temp bool        // file is to be renamed
	mode fs.FileMode // that the renamed file gets
}

// openOutputs opens what the reports go to, so that a folder that is missing or full is known before probing.
func (a *app) openOutputs(outputs []output) (*sinks, error) {
	if len(outputs) == 0 {
		outputs = []output{{Format: "text"}}
	}
	s := &sinks{app: a}
	for _, o := range outputs {
		opened, err := open(o)
		if err != nil {
			s.discard()
			return nil, hinted{fmt.Errorf("--output %s=%s: %w", o.Format, o.File, plainly(err)), "the file's folder must exist and be writable"}
		}
		s.sinks = append(s.sinks, opened)
	}
	return s, nil
}

func open(o output) (sink, error) {
	if o.File == "" {
		return sink{output: o}, nil
	}
	info, err := os.Stat(o.File)
	switch {
	case err == nil && info.IsDir():
		return sink{}, errors.New("it is a folder")
	case err == nil && !info.Mode().IsRegular():
		// A device or a pipe is written to; renaming over it would replace it.
		file, err := os.OpenFile(o.File, os.O_WRONLY, 0)
		return sink{output: o, file: file}, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return sink{}, err
	}
	mode := fs.FileMode(0o644) // CreateTemp makes files that only their owner may read
	if err == nil {
		mode = info.Mode().Perm()
	}
	file, err := os.CreateTemp(filepath.Dir(o.File), ".tcpshift-*")
	return sink{o, file, true, mode}, err
}

// discard removes what was opened and not written.
func (s *sinks) discard() {
	for _, sink := range s.sinks {
		sink.discard()
	}
	s.sinks = nil
}

func (k sink) discard() {
	if k.file != nil {
		k.file.Close()
	}
	if k.temp {
		os.Remove(k.file.Name())
	}
}

// write renders the report to every sink, whatever becomes of the others, and returns the exit code: that of the
// verdict, but 2 instead of 0 when a report could not be written.
func (s *sinks) write(r report.Report) int {
	code := r.Verdict.ExitCode
	for _, sink := range s.sinks {
		if err := s.render(sink, r); err != nil {
			s.app.complain(err)
			if code == exitPass {
				code = exitUsage
			}
		}
	}
	s.sinks = nil
	return code
}

func (s *sinks) render(k sink, r report.Report) error {
	var b bytes.Buffer
	for _, f := range formats {
		if f.name == k.Format {
			if err := f.render(&b, r, s.app.style(k.file == nil)); err != nil {
				k.discard()
				return fmt.Errorf("%s report: %w", k.Format, err)
			}
		}
	}
	if k.file == nil {
		return s.app.print(b.Bytes())
	}
	if err := k.save(b.Bytes()); err != nil {
		return fmt.Errorf("cannot write %s: %w", k.File, plainly(err))
	}
	return nil
}

func (k sink) save(text []byte) error {
	_, err := k.file.Write(text)
	if !k.temp {
		return errors.Join(err, k.file.Close())
	}
	err = errors.Join(err, k.file.Chmod(k.mode), k.file.Sync(), k.file.Close())
	if err == nil {
		err = os.Rename(k.file.Name(), k.File)
	}
	if err != nil {
		os.Remove(k.file.Name())
	}
	return err
}

// print writes to standard output. A reader that has gone, as head does, wanted no more.
func (a *app) print(text []byte) error {
	if _, err := a.Stdout.Write(text); err != nil && !errors.Is(err, syscall.EPIPE) {
		return fmt.Errorf("cannot write to standard output: %w", plainly(err))
	}
	return nil
}

// style is how text looks at standard output, or in a file.
func (a *app) style(stdout bool) report.Style {
	s := report.Style{Width: 80, Brief: a.quiet, Color: a.color == "always"}
	if stdout && a.StdoutTerminal {
		if width := a.Width(); width > 0 {
			s.Width = min(width, 120)
		}
		if a.color == "auto" {
			s.Color = a.Getenv("NO_COLOR") == "" && a.Getenv("TERM") != "dumb"
		}
	}
	return s
}

// plainly is the reason of a file error without the path, which the message around it has already.
func plainly(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
