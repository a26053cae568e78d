//go:build unix

package lab

import (
	"net"
	"syscall"
)

// urging are the behaviours that put a byte of urgent data (RFC 6093) beside a correct answer. A client that does not
// ask for it finds the answer without it.
func urging() []Behaviour {
	return []Behaviour{
		{Name: "urgent-before", Does: "answers correctly, after a byte of urgent data", treat: func(v *visit) {
			if line, ok := v.ask(); ok && sendUrgent(v.Conn, '!') && v.say("one "+line) {
				v.stay()
			}
		}},
		{Name: "urgent-inside", Does: "answers correctly, with a byte of urgent data inside", treat: func(v *visit) {
			if line, ok := v.ask(); ok && v.say("on") && sendUrgent(v.Conn, '!') && v.say("e "+line) {
				v.stay()
			}
		}},
	}
}

func sendUrgent(conn net.Conn, b byte) bool {
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return false
	}
	var sent error
	err = raw.Write(func(fd uintptr) bool {
		_, sent = syscall.SendmsgN(int(fd), []byte{b}, nil, nil, syscall.MSG_OOB)
		return sent != syscall.EAGAIN
	})
	return err == nil && sent == nil
}
