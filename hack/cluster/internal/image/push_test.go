package image

import (
	"debug/elf"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// serve starts a registry in memory that lets in whom allow does, and returns its address.
func serve(t *testing.T, allow func(*http.Request) bool) string {
	t.Helper()
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allow(r) {
			w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		images.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// signIn leaves the credentials of a registry where docker login does.
func signIn(t *testing.T, address, config string) {
	t.Helper()
	dir := t.TempDir()
	text := strings.ReplaceAll(config, "ADDRESS", address)
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DOCKER_CONFIG", dir)
}

func isOfficer(r *http.Request) bool {
	user, password, _ := r.BasicAuth()
	return user == "officer" && password == "secret"
}

func TestPushedImageCanBePulled(t *testing.T) {
	address := serve(t, isOfficer)
	signIn(t, address, `{"auths": {"ADDRESS": {"username": "officer", "password": "secret"}}}`)
	spec := Spec{Name: address + "/team/program:v1", Binary: writeProgram(t, elf.EM_AARCH64), User: "65532:65532"}
	digest, err := Push(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(digest, address+"/team/program@sha256:") {
		t.Errorf("it was pushed as %q", digest)
	}
	auth := remote.WithTransport(authorized{})
	for _, reference := range []string{spec.Name, digest} {
		parsed, err := name.ParseReference(reference)
		if err != nil {
			t.Fatal(err)
		}
		image, err := remote.Image(parsed, auth)
		if err != nil {
			t.Fatalf("%s: %v", reference, err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatalf("%s: %v", reference, err)
		}
		if config.Architecture != "arm64" || config.Config.User != spec.User || !slices.Equal(config.Config.Entrypoint, []string{"/program"}) {
			t.Errorf("%s: config %+v", reference, config)
		}
	}
	again, err := Push(t.Context(), spec)
	if err != nil || again != digest {
		t.Errorf("the same program was pushed again as %q, %v", again, err)
	}
}

// authorized signs every request as the registry of the tests wants it.
type authorized struct{}

func (authorized) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth("officer", "secret")
	return http.DefaultTransport.RoundTrip(r)
}

func TestPushSaysHowToSignIn(t *testing.T) {
	address := serve(t, isOfficer)
	signIn(t, address, `{}`)
	_, err := Push(t.Context(), Spec{Name: address + "/team/program:v1", Binary: writeProgram(t, elf.EM_X86_64)})
	if err == nil || !strings.Contains(err.Error(), "docker login "+address) {
		t.Errorf("got %v", err)
	}
}

func TestPushWantsARegistry(t *testing.T) {
	for _, unclear := range []string{"team/program:v1", "registry.example/team/program", "not a name"} {
		_, err := Push(t.Context(), Spec{Name: unclear, Binary: writeProgram(t, elf.EM_X86_64)})
		if err == nil || !strings.Contains(err.Error(), "REGISTRY/NAME:TAG") {
			t.Errorf("%s: got %v", unclear, err)
		}
	}
}
