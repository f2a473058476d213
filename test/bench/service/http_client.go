package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"

	"chuan.dev/chuan/internal/service"
)

// benchClient speaks HTTP on one connection with as little effort as it can, so that it leaves the processors to the
// service: it checks the status of every answer, keeps the three headers that it needs, and reads the body to its end
// without looking at it. It is no client for anything else.
type benchClient struct {
	conn    net.Conn
	reader  *bufio.Reader
	request bytes.Buffer
	// person is the one whose dossier was received last, code the dossier and version where it stands.
	person  int
	code    string
	version int64
}

// next does the next thing: it receives a dossier, or leads it on.
func (c *benchClient) next(n int) error {
	step := n % (1 + len(benchActions))
	if step > 0 {
		a := benchActions[step-1]
		_, err := c.post(benchPath+"/"+c.code+"/actions", a.officer,
			`{"action":"`+a.action+`","version":`+strconv.FormatInt(c.version, 10)+a.more+`}`)
		return err
	}
	c.person++
	location, err := c.post(benchPath, "an", fmt.Sprintf(benchReception, c.person))
	if err == nil {
		c.code = location[len(benchPath)+1:]
	}
	return err
}

// post sends a body, keeps the version of the answer and returns its location. A service that is busy is asked again.
func (c *benchClient) post(path, officer, body string) (location string, err error) {
	b := &c.request
	b.Reset()
	for _, text := range []string{
		"POST ", path, " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n", service.OfficerHeader, ": ", officer,
		"\r\nContent-Length: ", strconv.Itoa(len(body)), "\r\n\r\n", body,
	} {
		b.WriteString(text)
	}
	for {
		if _, err := c.conn.Write(b.Bytes()); err != nil {
			return "", err
		}
		a, err := c.answer()
		switch {
		case err != nil:
			return "", err
		case a.status == http.StatusOK, a.status == http.StatusCreated:
			c.version = a.version
			return a.location, nil
		case a.status != http.StatusServiceUnavailable:
			return "", fmt.Errorf("%s answered with status %d", path, a.status)
		}
	}
}

// benchAnswer is what the client looks at in an answer.
type benchAnswer struct {
	status   int
	version  int64
	location string
}

var (
	lengthHeader   = []byte("Content-Length")
	etagHeader     = []byte("Etag")
	locationHeader = []byte("Location")
)

// answer reads an answer, which has a length, as all answers of the API with a status that the client expects.
func (c *benchClient) answer() (a benchAnswer, err error) {
	line, err := c.line()
	if err != nil {
		return a, err
	}
	// HTTP/1.1 200 OK
	if len(line) < len("HTTP/1.1 200") {
		return a, fmt.Errorf("%q is no status", line)
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, err
	}
	length := -1
	for {
		if line, err = c.line(); err != nil {
			return a, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.Equal(name, lengthHeader):
			length, err = strconv.Atoi(string(value))
		case bytes.Equal(name, etagHeader):
			a.version, err = strconv.ParseInt(string(bytes.Trim(value, `"`)), 10, 64)
		case bytes.Equal(name, locationHeader):
			a.location = string(value)
		}
		if err != nil {
			return a, err
		}
	}
	if length < 0 {
		return a, errors.New("the answer has no length")
	}
	_, err = c.reader.Discard(length)
	return a, err
}

// line is the next line, without its end; it is valid until the next one.
func (c *benchClient) line() ([]byte, error) {
	line, err := c.reader.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}
