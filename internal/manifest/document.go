package manifest

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/rule"
)

// Read is an object as it stands in a file.
type Read struct {
	// Kind of the object.
	Kind string
	// Object itself, with the defaults of its CRD filled in.
	Object Known
	// Plain is the same as plain values, as the API server holds it.
	Plain map[string]any
	// Position is the place at which it begins.
	Position Position

	node *yaml.Node
}

// Locate returns the place of a field, as spec.steps[2].actions[0].to. Of a path that the text does not spell out, the part
// that it does counts.
func (r *Read) Locate(path string) Position {
	at := descend(r.node, path)
	return Position{File: r.Position.File, Line: at.Line + r.Position.Line - r.node.Line, Column: at.Column}
}

// fileReader reads the documents of one file.
type fileReader struct {
	name string
	// wants says whether an object of a kind is read; nil reads all.
	wants func(kind string, node *yaml.Node) bool
	// take receives the objects that are in order, in the order of the file.
	take func(*Read)
	// skipped counts the objects of kinds that are not Chuan's, by kind.
	skipped  map[string]int
	problems []Problem
	// again is true when the file was read before, and what is said of documents was said then.
	again bool
	// aliased counts the values that were read through aliases.
	aliased int
	// offset is what has to be added to a line of the current document to have the line of the file.
	offset int
}

// read reads those documents of a text that are wanted.
func (f *fileReader) read(t *Text, wanted func(document int) bool) {
	for i, d := range t.documents {
		if wanted != nil && !wanted(i) {
			continue
		}
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
	if values := valuesIn(d.text); len(d.text) > maxDocumentBytes || values > maxValues {
		f.problems = append(f.problems, say(Position{File: f.name, Line: d.line}, RuleReadable, "",
			"the document holds some %d values in %d bytes; at most %d values in %d MiB are read at once, so split it into documents by lines of ---",
			"tài liệu có khoảng %d giá trị, %d byte; mỗi tài liệu chỉ đọc tối đa %d giá trị, %d MiB, hãy chia nhỏ bằng các dòng ---",
			values, len(d.text), maxValues, maxDocumentBytes>>20))
		return
	}
	root, err := parse(d.text)
	if err != nil {
		f.notYAML(d, err)
		return
	}
	if root != nil {
		f.object(root)
	}
}

// valuesIn counts about how many values a document holds, before it is parsed: they take much more memory than their text.
func valuesIn(text []byte) int {
	return bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte(",")) + bytes.Count(text, []byte(": ")) +
		bytes.Count(text, []byte("[")) + bytes.Count(text, []byte("{")) + bytes.Count(text, []byte("- "))
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
	if strings.HasPrefix(message, "exceeded max depth") {
		f.problems = append(f.problems, say(Position{File: f.name, Line: line + f.offset}, RuleYAML, "",
			"values lie more than 10000 deep here; no object is like that, so take the text away",
			"dữ liệu lồng quá 10000 cấp tại đây; không đối tượng nào như vậy, hãy bỏ đoạn này"))
		return
	}
	f.problems = append(f.problems, say(Position{File: f.name, Line: line + f.offset}, RuleYAML, "",
		"this is not YAML: %s; correct the indentation, the quotes or the colons here or just above",
		"không đúng YAML: %s; kiểm tra thụt dòng, dấu nháy hoặc dấu hai chấm tại đây hoặc ngay phía trên", message))
}

// noKind stands for the kind of what is no object at all.
const noKind = "(no kind)"

// object reads an object, or every object of a list.
func (f *fileReader) object(node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		f.report(node, RuleKind, "", "this is no object: it has neither apiVersion nor kind; write an object, or take the file away",
			"đây không phải là một đối tượng (thiếu apiVersion và kind); hãy viết lại hoặc bỏ tệp")
		return
	}
	apiVersion, kind := field(node, "apiVersion"), field(node, "kind")
	if apiVersion == nil && kind == nil && field(node, "metadata") == nil && field(node, "spec") == nil {
		// The values of a chart, a package.json: a directory in Git holds more than objects.
		f.skip(noKind)
		return
	}
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
		f.skip(kind.Value)
		return
	}
	f.ours(node, apiVersion, kind)
}

func isList(apiVersion, kind string) bool {
	if apiVersion == "v1" {
		return kind == "List"
	}
	element, found := strings.CutSuffix(kind, "List")
	return found && makers[element] != nil
}

// ours reads an object of this project's group.
func (f *fileReader) ours(node, apiVersion, kind *yaml.Node) {
	if apiVersion.Value != v1alpha1.GroupVersion.String() {
		f.report(apiVersion, RuleKind, "apiVersion", "the version %s is not known; write %s",
			"không có phiên bản %s; hãy ghi %s", apiVersion.Value, v1alpha1.GroupVersion)
		return
	}
	if makers[kind.Value] == nil {
		f.report(kind, RuleKind, "kind", "there is no kind %s in %s; the kinds are %s", "không có loại %s trong %s; các loại là %s",
			kind.Value, v1alpha1.Group, strings.Join(sortedKinds(), ", "))
		return
	}
	if f.wants == nil || f.wants(kind.Value, node) {
		f.known(node, kind.Value)
	}
}

// known reads an object of a kind of this project.
func (f *fileReader) known(node *yaml.Node, kind string) {
	v := &validator{fileReader: f, sound: true}
	by := schemas[kind]()
	plain, _ := v.value(node, by).(map[string]any)
	if !v.sound {
		return
	}
	applyDefaults(plain, by)
	object := makers[kind]()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(plain, object); err != nil {
		f.problems = append(f.problems, say(Position{File: f.name, Line: node.Line + f.offset, Column: node.Column}, RuleSchema, "",
			"the object cannot be read: %s", "không đọc được đối tượng: %s", err))
		return
	}
	f.take(&Read{Kind: kind, Object: object, Plain: plain, Position: f.beginning(node), node: node})
}

// beginning is the place at which an object begins.
func (f *fileReader) beginning(node *yaml.Node) Position {
	at := Position{File: f.name, Line: node.Line + f.offset}
	if node.Column > 1 {
		at.Column = node.Column
	}
	return at
}

// skip counts an object of a foreign kind.
func (f *fileReader) skip(kind string) {
	if f.skipped == nil {
		f.skipped = map[string]int{}
	}
	f.skipped[kind]++
}

func sortedKinds() []string {
	kinds := make([]string, 0, len(makers))
	for kind := range makers {
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
	if f.again && id == RuleKind {
		return
	}
	at := Position{File: f.name, Line: node.Line + f.offset, Column: node.Column}
	f.problems = append(f.problems, say(at, id, path, english, vietnamese, args...))
}
