//go:build !docs

package main

import "github.com/spf13/cobra"

// extraCommands are those of builds with the tag docs.
func extraCommands() []*cobra.Command { return nil }
