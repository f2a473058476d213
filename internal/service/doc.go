// Package service is an agency's workflow service over HTTP: it serves every agency of a directory of manifests, keeps
// each one's records in a file of its own, and follows changes of the manifests without a restart.
//
// It is the shell around pure packages: what may be done and what follows from it is decided in package dossier, what
// a procedure says in package procedure, what is due when in package calendar.
package service
