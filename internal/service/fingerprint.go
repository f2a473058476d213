package service

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// maxDepth bounds how deep directories are followed, so that links that lead in a circle come to an end.
const maxDepth = 16

// fingerprint identifies the content of the manifests: it changes with any file that may be one. Hidden files, and the
// directories beginning with ".." in which a kubelet keeps what its links lead to, are left out.
func fingerprint(dir string) (string, error) {
	p := &fingerprinter{fsys: os.DirFS(dir), all: sha256.New(), file: sha256.New(), buffer: make([]byte, 32<<10)}
	if err := p.directory(".", 0); err != nil {
		return "", fmt.Errorf("manifests in %s: %w", dir, err)
	}
	if p.files == 0 {
		return "", fmt.Errorf("manifests in %s: the directory is empty", dir)
	}
	return hex.EncodeToString(p.all.Sum(nil)), nil
}

// fingerprinter goes through files with one buffer, because it does so for ever.
type fingerprinter struct {
	fsys      fs.FS
	all, file hash.Hash
	buffer    []byte
	files     int
}

func (p *fingerprinter) directory(name string, depth int) error {
	if depth > maxDepth {
		return nil
	}
	entries, err := fs.ReadDir(p.fsys, name)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		at := path.Join(name, entry.Name())
		// Links count as what they lead to.
		info, err := fs.Stat(p.fsys, at)
		switch {
		case err != nil:
		case info.IsDir():
			err = p.directory(at, depth+1)
		case info.Mode().IsRegular():
			err = p.take(at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *fingerprinter) take(name string) error {
	f, err := p.fsys.Open(name)
	if err != nil {
		return err
	}
	p.file.Reset()
	for err == nil {
		var n int
		n, err = f.Read(p.buffer)
		p.file.Write(p.buffer[:n])
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	p.files++
	_, err = fmt.Fprintf(p.all, "%s\n%x\n", name, p.file.Sum(nil))
	return err
}
