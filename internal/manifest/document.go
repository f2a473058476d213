package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// fileReader reads the documents of one file into a set.
type fileReader struct {
	name     string
	set      *Set
	problems []Problem
	// aliased counts the values that were read through aliases.
	aliased int
	// offset is what has to be added to a line of the current document to have the line of the file.
	offset int
}

func (f *fileReader) read(text []byte) {
	documents := splitDocuments(text)
	if len(documents) > maxDocumentsPerFile {
		f.problems = append(f.problems, say(Position{File: f.name}, RuleReadable, "",
			"the file holds %d documents; at most %d are read, so split it", "tệp có %d tài liệu; chỉ đọc tối đa %d, hãy chia nhỏ",
			len(documents), maxDocumentsPerFile))
		return
	}
	for _, d := range documents {
		f.offset = d.line - 1
		f.document(d)
		if len(f.problems) >= maxProblemsPerFile {
			f.problems = append(f.problems[:maxProblemsPerFile], say(Position{File: f.name, Line: d.line}, RuleReadable, "",
				"%d problems so far; the rest of the file was not looked at", "đã có %d lỗi; phần còn lại của tệp chưa được kiểm tra",
				maxProblemsPerFile))
			return
		}
	}
}

func (f *fileReader) document(d document) {
	root, err := parse(d.text)
	if err != nil {
		f.notYAML(d, err)
		return
	}
	if root != nil {
		f.object(root)
	}
}

// parse returns the root node of a document, or nil when it is empty.
func parse(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var root yaml.Node
	switch err := decoder.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, err
	}
	switch err := decoder.Decode(new(yaml.Node)); {
	case err == nil:
		return nil, errors.New("the text goes on after the end of the document")
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	content := root.Content[0]
	if content.Kind == yaml.ScalarNode && content.ShortTag() == "!!null" {
		return nil, nil
	}
	return content, nil
}

// lineOfError finds the line that the YAML parser writes into its message.
var lineOfError = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?`)

func (f *fileReader) notYAML(d document, err error) {
	message := err.Error()
	line := 1
	if found := lineOfError.FindStringSubmatch(message); found != nil {
		message = message[len(found[0]):]
		if n, err := strconv.Atoi(found[1]); err == nil {
			// The parser counts one too many where the text ends in the middle of something.
			line = min(n, bytes.Count(d.text, []byte("\n"))+1)
		}
	}
	f.problems = append(f.problems, say(Position{File: f.name, Line: line + f.offset}, RuleYAML, "",
		"this is not YAML: %s; correct the indentation, the quotes or the colons here or just above",
		"không đúng YAML: %s; kiểm tra thụt dòng, dấu nháy hoặc dấu hai chấm tại đây hoặc ngay phía trên", message))
}

// object reads an object, or every object of a list.
func (f *fileReader) object(node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		f.report(node, RuleKind, "", "this is no object: it has neither apiVersion nor kind; write an object, or take the file away",
			"đây không phải là một đối tượng (thiếu apiVersion và kind); hãy viết lại hoặc bỏ tệp")
		return
	}
	apiVersion, kind := field(node, "apiVersion"), field(node, "kind")
	if apiVersion == nil || kind == nil || apiVersion.Value == "" || kind.Value == "" {
		f.report(node, RuleKind, "", "the object lacks its apiVersion or its kind; write both, as apiVersion: %s and kind: %s",
			"đối tượng thiếu apiVersion hoặc kind; ghi cả hai, ví dụ apiVersion: %s và kind: %s",
			v1alpha1.GroupVersion, v1alpha1.AgencyKind)
		return
	}
	group, _, _ := strings.Cut(apiVersion.Value, "/")
	ours := group == v1alpha1.Group
	if items := field(node, "items"); items != nil && items.Kind == yaml.SequenceNode && isList(apiVersion.Value, kind.Value) {
		for _, item := range items.Content {
			if len(f.problems) <= maxProblemsPerFile {
				f.object(item)
			}
		}
		return
	}
	if !ours {
		f.set.skip(kind.Value)
		return
	}
	f.ours(node, apiVersion, kind)
}

func isList(apiVersion, kind string) bool {
	if apiVersion == "v1" {
		return kind == "List"
	}
	element, found := strings.CutSuffix(kind, "List")
	return found && adders[element] != nil
}

// ours reads an object of this project's group.
func (f *fileReader) ours(node, apiVersion, kind *yaml.Node) {
	if apiVersion.Value != v1alpha1.GroupVersion.String() {
		f.report(apiVersion, RuleKind, "apiVersion", "the version %s is not known; write %s",
			"không có phiên bản %s; hãy ghi %s", apiVersion.Value, v1alpha1.GroupVersion)
		return
	}
	byKind, err := schemas()
	if err != nil {
		// The CRDs are part of the program; a test reads them all.
		panic("manifest: read the embedded CRDs: " + err.Error())
	}
	add := adders[kind.Value]
	if add == nil {
		f.report(kind, RuleKind, "kind", "there is no kind %s in %s; the kinds are %s", "không có loại %s trong %s; các loại là %s",
			kind.Value, v1alpha1.Group, strings.Join(sortedKinds(), ", "))
		return
	}
	v := &validator{fileReader: f, sound: true}
	value := v.value(node, byKind[kind.Value], "")
	if !v.sound {
		return
	}
	applyDefaults(value, byKind[kind.Value])
	encoded, err := json.Marshal(value)
	if err == nil {
		err = add(f.set, encoded, Position{File: f.name, Line: node.Line + f.offset})
	}
	if err != nil {
		f.report(node, RuleSchema, "", "the object cannot be read: %s", "không đọc được đối tượng: %s", err)
	}
}

func sortedKinds() []string {
	kinds := make([]string, 0, len(adders))
	for kind := range adders {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// field returns the value of a field of an object, or nil.
func field(object *yaml.Node, name string) *yaml.Node {
	if object.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			return object.Content[i+1]
		}
	}
	return nil
}

func (f *fileReader) report(node *yaml.Node, id rule.ID, path, english, vietnamese string, args ...any) {
	at := Position{File: f.name, Line: node.Line + f.offset, Column: node.Column}
	f.problems = append(f.problems, say(at, id, path, english, vietnamese, args...))
}
