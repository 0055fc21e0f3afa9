// FerretDB in a process of its own, for the tests: it speaks MongoDB's protocol and keeps its data in SQLite files.
package main

import (
	"context"
	"flag"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	address := flag.String("listen", "127.0.0.1:0", "where to listen")
	folder := flag.String("folder", ".", "where the data is kept")
	user := flag.String("user", "", "who alone may sign in, at the database admin; nobody has to without")
	password := flag.String("password", "", "of the user")
	leashed := flag.Bool("leashed", false, "end when standard input ends, as it does with who started this")
	flag.Parse()
	if *leashed {
		go func() {
			io.Copy(io.Discard, os.Stdin)
			os.Exit(0)
		}()
	}
	// What is worse than an error is a panic of a connection, which clients see for themselves.
	silent := slog.Level(100)
	slog.SetLogLoggerLevel(silent)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	socket := filepath.Join(*folder, "socket")
	os.Remove(socket)
	server, err := ferretdb.New(&ferretdb.Config{
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: silent})),
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Handler:   "sqlite",
		SQLiteURL: "file:" + *folder + "/",
		// Of the copy that ensure-ferretdb.ts makes.
		User:     *user,
		Password: *password,
	})
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		// Connections that are open would hold it up for ever.
		<-ctx.Done()
		os.Exit(0)
	}()
	go oneWriteAtATime(*address, socket)
	if err := server.Run(ctx); err != nil && ctx.Err() == nil {
		log.Fatal(err)
	}
}
