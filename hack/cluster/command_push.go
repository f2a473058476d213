package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/hack/cluster/internal/image"
)

func newPushCommand() *cobra.Command {
	var flags packing
	command := &cobra.Command{
		Use:   "push --binary PROGRAM --name REGISTRY/NAME:TAG",
		Short: "Push a static program as an image to a registry, for another cluster",
		Long: `push packs a static program as load does and pushes the image to a registry, for a cluster
that is not this machine's. It needs neither root nor Docker; it signs in with what docker
login has kept in ~/.docker/config.json (or $DOCKER_CONFIG), credential helpers included.
It prints the image's name with its digest.`,
		Example: `  cluster push --binary bin/manager --name registry.example/team/manager:v1`,
		Args:    noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if flags.binary == "" || flags.name == "" {
				return usageError{errors.New("push needs --binary, a program, and --name, the image's registry, name and tag")}
			}
			spec, err := flags.spec()
			if err != nil {
				return usageError{err}
			}
			digest, err := image.Push(command.Context(), spec)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(command.OutOrStdout(), digest)
			return err
		},
	}
	flags.register(command)
	return command
}
