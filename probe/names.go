package probe

import "sync"

// names are the versions that have been seen, so that a repeated one is not allocated again. Their number is bounded.
type names struct {
	mu    sync.RWMutex
	known map[string]string
}

// maxNames is how many names are remembered; a server that makes up more of them pays for each.
const maxNames = 256

func (n *names) intern(version []byte) string {
	n.mu.RLock()
	s, ok := n.known[string(version)]
	n.mu.RUnlock()
	if ok {
		return s
	}
	s = string(version)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known == nil {
		n.known = make(map[string]string)
	}
	if len(n.known) < maxNames {
		n.known[s] = s
	}
	return s
}
