package main

import "runtime/debug"

// settle gives back what only starting, or heavy work in the background, needed: garbage such as that of compiling the
// manifests, and the pages of the program that ran for it. What an idle service goes on using comes back by itself, so that
// its resident memory is its working set.
func settle() {
	debug.FreeOSMemory()
	dropProgram()
}
