package main

import "runtime/debug"

// The linter makes much garbage and keeps little, so that the collector may rest until there is some of it: that saves a third
// of the time. The limit, above which it works as hard as it must, keeps the memory of long runs where it is.
const (
	collectAt   = 400
	memoryLimit = 128 << 20
)

func tuneMemory() {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(memoryLimit)
}
