package artifacts

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// CacheDir is where built programs are kept: outside the repository, so that a fresh clone finds them.
func CacheDir() (string, error) {
	if dir := os.Getenv("CHUAN_CACHE"); dir != "" {
		return filepath.Join(dir, "cluster"), nil
	}
	base := os.Getenv("XDG_CACHE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find a directory for the cache: %w: set CHUAN_CACHE to one", err)
		}
		base = filepath.Join(home, ".cache")
	}
	return filepath.Join(base, "chuan", "cluster"), nil
}

// entryName names the cache entry of a part. Whatever may change the binary is in it: the sources, the required
// versions with their checksums, the toolchain and platform, and the flags.
func entryName(part Part, sources, version, toolchain string, flags []string) (string, error) {
	files, err := inputs(part, sources)
	if err != nil {
		return "", fmt.Errorf("list the sources of %s: %w", part.Name, err)
	}
	hash := sha256.New()
	hash.Write(fmt.Appendf(nil, "%s\n%q\n%q\n", toolchain, flags, part.Names))
	for _, file := range files {
		if err := addFile(hash, sources, file); err != nil {
			return "", fmt.Errorf("read the sources of %s: %w", part.Name, err)
		}
	}
	const digits = 12
	words := []string{part.Name, version, hex.EncodeToString(hash.Sum(nil))[:digits]}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "-"), nil
}

// inputs lists the files a part is compiled from, sorted. A part without a module of its own takes nothing but the
// standard library, so the go.mod around it does not matter to it.
func inputs(part Part, sources string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(sources, part.Dir))
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		name := entry.Name()
		isSource := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
		if isSource || name == "go.mod" || name == "go.sum" {
			files = append(files, filepath.Join(part.Dir, name))
		}
	}
	return files, nil
}

func addFile(hash io.Writer, sources, file string) error {
	data, err := os.ReadFile(filepath.Join(sources, file))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(hash, "%s %d\n%s", filepath.ToSlash(file), len(data), data)
	return err
}
