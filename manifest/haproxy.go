package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/haproxytech/client-native/v6/config-parser/common"
)

// HAProxy's own library for Go takes lines apart here and knows the options of servers, and no more: its parser of
// whole files keeps no line numbers, forgets whether a default-server stands before a server or behind it, drops
// servers with an option that it does not know and all but the last of sections with one name, and ends without a
// word at a line of 64 KiB.

// Bounds of a file. A router of a large cluster has some ten thousand sections, and lines of a few hundred bytes.
const (
	maxHAProxyLine     = 8192
	maxHAProxySections = 50_000
	maxHAProxyServers  = 500_000
)

// haproxyFile is what has been read of a file.
type haproxyFile struct {
	at       Place
	sections []*haproxyProxy // the frontends, backends and listens
	current  *haproxyProxy   // nil within sections of other kinds
	defaults map[string]haproxySettings
	last     haproxySettings // of the defaults that come last
	servers  int             // of the sections that have ended
	opened   []int           // the lines of each .if that is open
}

// readHAProxy reads each backend and listen section of an HAProxy configuration.
func readHAProxy(at Place, text []byte) ([]Route, []Skipped, error) {
	at.only = true
	f := haproxyFile{at: at, defaults: make(map[string]haproxySettings)}
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		f.at.Line++
		words, err := haproxyWords(line)
		if err == nil && len(words) > 0 {
			err = f.take(words)
		}
		if err != nil {
			return nil, nil, &Problem{Place: f.at, What: err.Error()}
		}
	}
	f.leave()
	routes, skipped := f.routes()
	if routes == nil && skipped == nil {
		skipped = []Skipped{{at, "an HAProxy configuration", "it has no backend and no listen"}}
	}
	return routes, skipped, nil
}

// haproxyWords are the words of a line without their quotes; none for a line that says nothing about routes.
func haproxyWords(line []byte) ([]string, error) {
	line = bytes.Trim(line, " \t\r")
	keyword := line
	if end := bytes.IndexAny(line, " \t#"); end >= 0 {
		keyword = line[:end]
	}
	if _, known := haproxyLines[string(keyword)]; !known && !haproxyKinds[string(keyword)] {
		return nil, nil
	}
	if len(line) > maxHAProxyLine {
		return nil, fmt.Errorf("the line is longer than %d bytes", maxHAProxyLine)
	}
	words, _ := common.StringSplitWithCommentIgnoreEmpty(string(line))
	for i, word := range words {
		var closed bool
		if words[i], closed = unquoted(word); !closed {
			return nil, errors.New("a quote is not closed")
		}
	}
	return words, nil
}

// unquoted is a word without quotes and backslashes, and whether its quotes are closed.
func unquoted(word string) (plain string, closed bool) {
	var b strings.Builder
	var quote byte
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case c == '\\' && quote != '\'' && i+1 < len(word):
			i++
			b.WriteByte(word[i])
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), quote == 0
}

// take reads a line: it begins a section, or says something about the one that is open.
func (f *haproxyFile) take(words []string) error {
	switch word := words[0]; {
	case haproxyKinds[word]:
		return f.enter(words)
	case word == ".if":
		f.opened = append(f.opened, f.at.Line)
	case word == ".endif":
		f.opened = f.opened[:max(0, len(f.opened)-1)]
	case f.current != nil:
		if len(f.opened) > 0 && f.current.unsure == "" {
			f.current.unsure = "what stands between .if and .endif is known to HAProxy alone"
			f.current.unsureLine = f.opened[0]
		}
		haproxyLines[word](f.current, words, f.at.Line)
	}
	return nil
}

// enter begins a section with the settings of the defaults that it names, or else of those that come last.
func (f *haproxyFile) enter(words []string) error {
	f.leave()
	if len(f.sections) == maxHAProxySections || f.servers > maxHAProxyServers {
		return errors.New("it has too many sections or servers")
	}
	s := &haproxyProxy{haproxySettings: f.last}
	s.Place, s.Kind, s.section = f.at, "haproxy", words[0]
	if words[0] == "defaults" {
		s.haproxySettings = haproxySettings{}
	}
	if len(words) > 1 && words[1] != "from" {
		s.Name = words[1]
	}
	s.Path = words[0] + " " + s.Name
	for i := 1; i+1 < len(words); i++ {
		if words[i] != "from" {
			continue
		}
		from, known := f.defaults[words[i+1]]
		if s.haproxySettings = from; !known {
			s.unsure, s.unsureLine = "no defaults called "+words[i+1]+" come before it", f.at.Line
		}
		break
	}
	switch words[0] {
	case "frontend", "backend", "listen":
		f.sections = append(f.sections, s)
		f.current = s
	case "defaults":
		f.current = s
	}
	return nil
}

// leave ends a section. Defaults are now those of all that follows.
func (f *haproxyFile) leave() {
	if f.current != nil {
		f.servers += len(f.current.servers)
	}
	if s := f.current; s != nil && s.section == "defaults" {
		f.last = s.haproxySettings
		if s.Name != "" {
			f.defaults[s.Name] = s.haproxySettings
		}
	}
	f.current = nil
}
