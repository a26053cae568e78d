//go:build !unix

package lab

// urging lists nothing: package syscall cannot send urgent data here.
func urging() []Behaviour { return nil }
