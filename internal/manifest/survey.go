package manifest

import (
	"io"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"

	"chuan.dev/chuan/api/v1alpha1"
)

// Source is a file of manifests, which can be read more than once.
type Source struct {
	// Name by which the file is cited. Its ending .gz says that it is compressed.
	Name string
	// Open opens the file for reading.
	Open func() (io.ReadCloser, error)
}

// Sources finds the manifests of a directory tree, as Load reads them, in the order of their names. The name stands before
// the names of its files wherever they are cited; it may be empty.
func Sources(name string, fsys fs.FS) ([]Source, []Problem) {
	var sources []Source
	var problems []Problem
	t := &tree{fsys: fsys}
	t.fail = func(file string, err error) { problems = append(problems, *unreadable(path.Join(name, file), err)) }
	t.file = func(file string) {
		sources = append(sources, Source{
			Name: path.Join(name, file),
			Open: func() (io.ReadCloser, error) { return fsys.Open(file) },
		})
	}
	t.directory(".")
	return sources, problems
}

// Text is what was read of a file: text in UTF-8, cut into its documents.
type Text struct {
	// Name by which the file is cited.
	Name string
	// Data is the text, unpacked.
	Data []byte

	documents []document
}

// Read reads a file whole. The problem says why it cannot be read, or is no text.
func (s Source) Read() (*Text, *Problem) {
	file, err := s.Open()
	if err != nil {
		return nil, unreadable(s.Name, err)
	}
	// The file was only read, so that closing it can lose nothing.
	defer func() { _ = file.Close() }()
	data, problem := readText(s.Name, file)
	if problem != nil {
		return nil, problem
	}
	documents := splitDocuments(data)
	if len(documents) > maxDocumentsPerFile {
		p := say(Position{File: s.Name}, RuleReadable, "",
			"the file holds %d documents; at most %d are read, so split it", "tệp có %d tài liệu; chỉ đọc tối đa %d, hãy chia nhỏ",
			len(documents), maxDocumentsPerFile)
		return nil, &p
	}
	return &Text{Name: s.Name, Data: data, documents: documents}, nil
}

// Head is what tells a procedure from others.
type Head struct{ Namespace, Name string }

// Survey is what a first look at a file has found.
type Survey struct {
	// Procedures are the heads of the procedures that are there, in the order of the file.
	Procedures []Head
	// Problems of everything but the procedures.
	Problems []Problem
	// Skipped counts the objects of kinds that are not Chuan's, by kind.
	Skipped map[string]int

	// documents holds the numbers of those with procedures; of each, whether the survey has parsed it.
	documents map[int]bool
}

// Survey reads everything of a file but its procedures, which may be many, and notes where those are.
func (t *Text) Survey(take func(*Read)) *Survey {
	s := &Survey{}
	current := 0
	f := &fileReader{name: t.Name, take: take, wants: func(kind string, node *yaml.Node) bool {
		if kind != v1alpha1.QualityProcedureKind {
			return true
		}
		s.note(headOf(node), current, true)
		return false
	}}
	f.read(t, func(i int) bool {
		current = i
		if head, ok := peek(t.documents[i].text); ok {
			s.note(head, i, false)
			return false
		}
		return true
	})
	s.Problems, s.Skipped = f.problems, f.skipped
	return s
}

func (s *Survey) note(head Head, document int, parsed bool) {
	if s.documents == nil {
		s.documents = map[int]bool{}
	}
	s.documents[document] = parsed
	s.Procedures = append(s.Procedures, head)
}

func headOf(node *yaml.Node) Head {
	text := func(name string) string {
		metadata := field(node, "metadata")
		if metadata == nil {
			return ""
		}
		if value := field(metadata, name); value != nil {
			return value.Value
		}
		return ""
	}
	return Head{Namespace: text("namespace"), Name: text("name")}
}

// Procedures reads the procedures that a survey of the same file has found.
func (t *Text) Procedures(s *Survey, take func(*Read)) []Problem {
	f := &fileReader{name: t.Name, take: take, wants: func(kind string, _ *yaml.Node) bool {
		return kind == v1alpha1.QualityProcedureKind
	}}
	f.read(t, func(i int) bool {
		parsed, there := s.documents[i]
		f.again = parsed
		return there
	})
	return f.problems
}
