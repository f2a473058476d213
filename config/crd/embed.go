// Package crd carries the CustomResourceDefinitions of Chuan's kinds, as they are generated from the API types, for the
// programs that check manifests by the same schema as the API server.
package crd

import "embed"

// Bases holds the CustomResourceDefinitions, one file a kind, under bases/.
//
//go:embed bases/*.yaml
var Bases embed.FS
