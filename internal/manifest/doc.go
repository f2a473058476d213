// Package manifest reads and writes files of Chuan's objects: a directory in Git, the bundle mounted into a workflow
// service, or a single file. It knows where in which file everything stands, so that a person can go there.
//
// Reading is strict, by the schema of the CRDs themselves: unknown and repeated fields, values of the wrong type, form or
// length are refused, and defaults are filled in, as by the API server. The CEL rules of the CRDs are run by
// internal/admission, and the syntax of labels is left to the API server.
//
// A file may be anything: work and memory are bounded. Anchors and aliases are read, up to a number of values that aliases
// stand for; merge keys and tags are refused, for a procedure has to be readable by people.
package manifest
