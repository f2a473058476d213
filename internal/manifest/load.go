package manifest

import (
	"io"
	"io/fs"
	"path"
	"slices"
)

// Load reads every manifest of a directory tree: *.yaml, *.yml and *.json, and each of them compressed as .gz. Hidden
// files and directories are left out, and so are those whose names begin with "..", which is where a kubelet keeps the
// versions of a mounted volume.
//
// What is in order is in the set even when there are problems elsewhere. Problems come in the order of files and lines.
// The caller decides whether a set with problems may be used.
func Load(fsys fs.FS) (*Set, []Problem) {
	l := NewLoader()
	l.Directory("", fsys)
	return l.Finish()
}

// Loader loads one set from several places.
type Loader struct {
	// KeepText keeps the text of what was read, for Text.
	KeepText bool

	set      Set
	problems []Problem
	texts    map[string][]byte
	// manifests counts the files that were read.
	manifests int
}

// NewLoader returns a loader of an empty set.
func NewLoader() *Loader { return &Loader{texts: map[string][]byte{}} }

// Directory loads a directory tree as Load does. The name stands before the names of its files wherever they are cited;
// it may be empty.
func (l *Loader) Directory(name string, fsys fs.FS) {
	t := &tree{fsys: fsys}
	t.fail = func(file string, err error) {
		l.problems = append(l.problems, *unreadable(path.Join(name, file), err))
	}
	t.file = func(file string) {
		f, err := fsys.Open(file)
		if err != nil {
			t.fail(file, err)
			return
		}
		// The file was only read, so that closing it can lose nothing.
		defer func() { _ = f.Close() }()
		l.File(path.Join(name, file), f)
	}
	t.directory(".")
}

// File loads one file. It is cited by its name, whose ending .gz says that it is compressed.
func (l *Loader) File(name string, r io.Reader) {
	l.manifests++
	text, problem := readText(name, r)
	if problem != nil {
		l.problems = append(l.problems, *problem)
		return
	}
	if l.KeepText {
		l.texts[name] = text
	}
	f := &fileReader{name: name, set: &l.set}
	f.read(text)
	l.problems = append(l.problems, f.problems...)
}

// Text returns what was read of a file, unpacked, when KeepText asked for it.
func (l *Loader) Text(file string) ([]byte, bool) {
	text, ok := l.texts[file]
	return text, ok
}

// Finish returns what was loaded, after a look at all of it together.
func (l *Loader) Finish() (*Set, []Problem) {
	problems := slices.Concat(l.problems, repeated(&l.set))
	if len(problems) == 0 && l.set.size() == 0 {
		problems = append(problems, say(Position{File: "."}, RuleSomething, "",
			"nothing to serve: %d manifests were read, and none is of Chuan's kinds; name the directory that holds an Agency and what it works by",
			"không có gì để phục vụ: đã đọc %d tệp nhưng không có đối tượng nào của Chuan; hãy chỉ thư mục chứa Agency và các quy trình",
			l.manifests))
	}
	sortProblems(problems)
	return &l.set, problems
}
