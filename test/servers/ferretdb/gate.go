package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
)

// FerretDB 1 finds what an update or delete is about, and then changes it, in two steps, so two writers can both win. MongoDB does it
// as one. This gate lets one write through at a time; reads pass.

const (
	headerSize = 16
	opMessage  = 2013
	// As MongoDB has it: https://www.mongodb.com/docs/manual/reference/limits/
	largest = 48_000_000
)

var writing sync.Mutex

// oneWriteAtATime listens at address, says where on standard output, and passes everything on to the socket.
func oneWriteAtATime(address, socket string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", listener.Addr())
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go serve(client, socket)
	}
}

func serve(client net.Conn, socket string) {
	defer client.Close()
	server, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := read(client)
		if err != nil {
			return
		}
		reply, err := ask(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

func ask(server net.Conn, request []byte) ([]byte, error) {
	if isWrite(request) {
		writing.Lock()
		defer writing.Unlock()
	}
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	return read(server)
}

func read(from io.Reader) ([]byte, error) {
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(header)
	if length < headerSize || length > largest {
		return nil, errors.New("not a message of MongoDB's protocol")
	}
	message := make([]byte, length)
	copy(message, header)
	_, err := io.ReadFull(from, message[headerSize:])
	return message, err
}

// isWrite looks at the name of the command: the first name in the document behind the flags.
// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg
func isWrite(message []byte) bool {
	const name = headerSize + 4 + 1 + 4 + 1
	if len(message) <= name || binary.LittleEndian.Uint32(message[12:]) != opMessage {
		return false
	}
	end := bytes.IndexByte(message[name:], 0)
	if end < 0 {
		return false
	}
	switch string(message[name : name+end]) {
	case "insert", "update", "delete", "findAndModify", "findandmodify", "createIndexes", "create", "drop":
		return true
	}
	return false
}
