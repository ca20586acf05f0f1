// A file server for scripts/bench: as fast as it can be, or with a delay and so many bytes a second for each connection.
//
// Usage: serve FOLDER BYTES-PER-SECOND DELAY: prints its address; no limit for 0 and 0s.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	rate, err := strconv.ParseFloat(os.Args[2], 64)
	check(err)
	delay, err := time.ParseDuration(os.Args[3])
	check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println("http://" + listener.Addr().String())
	if delay > 0 {
		listener = distant{listener, delay}
	}
	files := http.FileServer(http.Dir(os.Args[1]))
	check(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(delay)
		w.Header().Set("ETag", `"1"`)
		if rate > 0 {
			w = &slow{ResponseWriter: w, rate: rate, start: time.Now()}
		}
		files.ServeHTTP(w, r)
	})))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// distant makes a connection take as long as a round trip.
type distant struct {
	net.Listener
	delay time.Duration
}

func (d distant) Accept() (net.Conn, error) {
	connection, err := d.Listener.Accept()
	return &late{connection, d.delay}, err
}

type late struct {
	net.Conn
	delay time.Duration
}

func (l *late) Read(bytes []byte) (int, error) {
	time.Sleep(l.delay)
	l.delay = 0
	return l.Conn.Read(bytes)
}

// slow keeps to its rate over the whole of a body.
type slow struct {
	http.ResponseWriter
	rate  float64
	start time.Time
	sent  float64
}

func (s *slow) Write(bytes []byte) (int, error) {
	s.sent += float64(len(bytes))
	time.Sleep(time.Until(s.start.Add(time.Duration(s.sent / s.rate * float64(time.Second)))))
	return s.ResponseWriter.Write(bytes)
}
