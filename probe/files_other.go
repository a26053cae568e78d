//go:build !unix

package probe

// FreeFiles is how many more files and sockets this process may open, where the system tells.
func FreeFiles() (int, bool) { return 0, false }
