// Package wording says in Vietnamese what a procedure says in the terms of the language: lengths of time, enumerated
// values and conditions. What it returns is plain text; whoever writes it into HTML or XML escapes it.
package wording
