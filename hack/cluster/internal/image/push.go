package image

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Push packs the image and pushes it to the registry of its name, with the credentials that `docker login` keeps. It
// returns the name with the digest, by which the image cannot become another one.
func Push(ctx context.Context, spec Spec) (digest string, err error) {
	tag, err := name.NewTag(spec.Name, name.StrictValidation)
	if err != nil {
		return "", fmt.Errorf("read the image's name: %w: it is REGISTRY/NAME:TAG, as in registry.example/team/manager:v1", err)
	}
	image, err := pack(spec, compressed)
	if err != nil {
		return "", fmt.Errorf("pack %s: %w", spec.Name, err)
	}
	hash, err := image.Digest()
	if err != nil {
		return "", fmt.Errorf("pack %s: %w", spec.Name, err)
	}
	if err := remote.Write(tag, image, remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)); err != nil {
		return "", explainPush(tag, err)
	}
	return tag.Context().Digest(hash.String()).String(), nil
}

// explainPush adds to a refusal what can be done about it.
func explainPush(tag name.Tag, err error) error {
	err = fmt.Errorf("push %s: %w", tag, err)
	var refused *transport.Error
	if errors.As(err, &refused) && (refused.StatusCode == http.StatusUnauthorized || refused.StatusCode == http.StatusForbidden) {
		return fmt.Errorf("%w: sign in with `docker login %s`, as someone who may push there", err, tag.RegistryStr())
	}
	return err
}
