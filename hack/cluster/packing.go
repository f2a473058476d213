package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/hack/cluster/internal/image"
)

// packing are the flags that make an image of a program.
type packing struct {
	binary, name, user string
	files              []string
}

func (p *packing) register(command *cobra.Command) {
	command.Flags().StringVar(&p.binary, "binary", "", "a static Linux program to pack; it becomes the entrypoint")
	command.Flags().StringVar(&p.name, "name", "", "the image's name and tag")
	command.Flags().StringVar(&p.user, "user", "65532:65532", "the user, or user and group, that the program runs as")
	command.Flags().StringArrayVar(&p.files, "file", nil, "HERE:IN-IMAGE, a further file (may be repeated)")
}

func (p packing) spec() (image.Spec, error) {
	spec := image.Spec{Name: p.name, Binary: p.binary, User: p.user, Files: map[string]string{}}
	if spec.User != "" && !strings.Contains(spec.User, ":") {
		spec.User += ":" + spec.User
	}
	for _, file := range p.files {
		here, inImage, found := strings.Cut(file, ":")
		if !found || here == "" || inImage == "" {
			return spec, fmt.Errorf("--file=%s: it is HERE:IN-IMAGE", file)
		}
		if spec.Files[inImage] != "" {
			return spec, fmt.Errorf("--file=%s: %s is in the image twice", file, inImage)
		}
		spec.Files[inImage] = here
	}
	return spec, nil
}
