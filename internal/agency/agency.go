// Package agency says whether an agency can work by the procedures it adopts, and whether what it says of itself is sound:
// its officers, its code, its place among the other agencies.
//
// The package is pure: it reads no clock, file or network. The linter and the controller call the same functions.
package agency
