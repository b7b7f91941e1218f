package proxy

import (
	"context"
	"net"
)

// connectionKey is where the context of a request holds its connection.
type connectionKey struct{}

func keepConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, c)
}

// ResetConnection ends the TCP connection of a request that a Server answers, with RST instead of FIN.
func ResetConnection(ctx context.Context) {
	c, _ := ctx.Value(connectionKey{}).(net.Conn)
	for {
		switch inner := c.(type) {
		case interface{ NetConn() net.Conn }: // TLS
			c = inner.NetConn()
			continue
		case *earlyConn:
			c = inner.Conn
			continue
		case *net.TCPConn:
			_ = inner.SetLinger(0)
			_ = inner.Close()
		}
		return
	}
}
