// Package dossiertest leads dossiers through procedures by chance, as a busy office would: mostly sensibly, sometimes not.
// Tests look at what comes of it.
package dossiertest
