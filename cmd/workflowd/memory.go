package main

import "runtime/debug"

// settle gives back what only starting needed: the garbage of reading and compiling the manifests, and the pages of the
// program that ran once. What an idle service goes on using comes back by itself, so that its resident memory is its working
// set.
func settle() {
	debug.FreeOSMemory()
	dropProgram()
}
