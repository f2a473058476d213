// Command openapi writes the document that describes the API of workflowd, which is made from its code.
package main

import (
	"fmt"
	"os"

	"chuan.dev/chuan/internal/service"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: openapi FILE")
		os.Exit(2)
	}
	text, err := service.Document()
	if err == nil {
		err = os.WriteFile(os.Args[1], text, 0o644) //nolint:gosec // It is documentation, which everybody may read.
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}
