package manifest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// The bounds of what is read. They are far above any real directory and keep a hostile one from taking all memory.
const (
	maxDirectoryDepth   = 16
	maxFiles            = 20_000
	maxDocumentsPerFile = 20_000
	maxDocumentBytes    = 8 << 20
	maxValues           = 400_000
	maxProblemsPerFile  = 100
)

// MaxFileBytes is how long a file may be, unpacked.
const MaxFileBytes = 32 << 20

// isManifest says whether a file is one by its name.
func isManifest(name string) bool {
	switch path.Ext(strings.TrimSuffix(name, ".gz")) {
	case ".yaml", ".yml", ".json":
		return true
	default:
		return false
	}
}

// tree walks a directory tree. Unlike fs.WalkDir it follows symbolic links, by which a kubelet mounts whole directories,
// and goes on after an error.
type tree struct {
	fsys fs.FS
	// above are the directories around the current one, for links that lead back to one of them.
	above []fs.FileInfo
	files int
	file  func(name string)
	fail  func(name string, err error)
}

// directory visits the manifests of a directory in the order of their names.
func (t *tree) directory(name string) {
	info, err := fs.Stat(t.fsys, name)
	if err != nil {
		t.fail(name, err)
		return
	}
	for _, above := range t.above {
		if os.SameFile(above, info) {
			return
		}
	}
	if len(t.above) == maxDirectoryDepth {
		t.fail(name, fmt.Errorf("directories lie more than %d deep", maxDirectoryDepth))
		return
	}
	t.above = append(t.above, info)
	defer func() { t.above = t.above[:len(t.above)-1] }()
	entries, err := fs.ReadDir(t.fsys, name)
	for _, entry := range entries {
		// A name that begins with ".." is a version of a mounted volume, to which the other names link.
		if !strings.HasPrefix(entry.Name(), ".") {
			t.entry(path.Join(name, entry.Name()), entry)
		}
	}
	if err != nil {
		t.fail(name, err)
	}
}

func (t *tree) entry(name string, entry fs.DirEntry) {
	mode := entry.Type()
	if mode&fs.ModeSymlink != 0 {
		info, err := fs.Stat(t.fsys, name)
		if err != nil {
			if isManifest(name) {
				t.fail(name, err)
			}
			return
		}
		mode = info.Mode()
	}
	switch {
	case mode.IsDir():
		t.directory(name)
	case mode.IsRegular() && isManifest(name):
		t.files++
		if t.files == maxFiles+1 {
			t.fail(name, fmt.Errorf("there are more than %d manifests; this one and those after it are not read", maxFiles))
		}
		if t.files <= maxFiles {
			t.file(name)
		}
	case !mode.IsDir() && isManifest(name):
		t.fail(name, errors.New("it is a device, a pipe or a socket and no file; take it away"))
	}
}

// readText reads a file whole, unpacks it when its name ends in .gz, and sees that it is text.
func readText(name string, r io.Reader) ([]byte, *Problem) {
	if strings.HasSuffix(name, ".gz") {
		unpacked, err := gzip.NewReader(r)
		if err != nil {
			return nil, unreadable(name, fmt.Errorf("it is not gzip: %w", err))
		}
		r = unpacked
	}
	var text bytes.Buffer
	if file, ok := r.(fs.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			text.Grow(int(min(info.Size(), MaxFileBytes)) + bytes.MinRead)
		}
	}
	n, err := io.Copy(&text, io.LimitReader(r, MaxFileBytes+1))
	if err != nil {
		return nil, unreadable(name, err)
	}
	if n > MaxFileBytes {
		p := say(Position{File: name}, RuleReadable, "",
			"the file is larger than %d MiB; split it", "tệp lớn hơn %d MiB; hãy chia nhỏ", MaxFileBytes>>20)
		return nil, &p
	}
	if p := checkText(name, text.Bytes()); p != nil {
		return nil, p
	}
	return text.Bytes(), nil
}

// unreadable says that a file or directory cannot be read, without the path that the operating system repeats.
func unreadable(name string, err error) *Problem {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	}
	english, vietnamese := "cannot be read: %s", "không đọc được: %s"
	if errors.Is(err, fs.ErrNotExist) {
		english = "vanished before it was read, or is a link to nothing: %s; put it back"
		vietnamese = "đã biến mất trước khi đọc, hoặc là liên kết hỏng: %s; hãy khôi phục"
	}
	p := say(Position{File: name}, RuleReadable, "", english, vietnamese, err)
	return &p
}
