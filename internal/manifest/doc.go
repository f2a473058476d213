// Package manifest reads and writes files of Chuan's objects: a directory in Git, the bundle mounted into a workflow
// service, or a single file. It knows where in which file everything stands, so that a person can go there.
//
// Reading is strict. The schema is that of the CRDs themselves, so that a file which loads here is one that the API
// server takes, but for the CEL rules, which it alone evaluates.
package manifest
