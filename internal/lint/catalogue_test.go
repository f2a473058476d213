package lint

import (
	"bytes"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/internal/admission"
	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/rule"
)

// exampleProvince is the tree that the examples of the catalogue change.
const exampleProvince = "../../examples/dien-bien"

// TestCatalogue runs the bad and the good example of every rule: the bad one raises the rule, the good one does not.
func TestCatalogue(t *testing.T) {
	province := readTree(t, exampleProvince)
	for _, r := range rule.All() {
		t.Run(string(r.ID), func(t *testing.T) {
			for what, text := range map[string]string{
				"Title": r.Title, "TitleVi": r.TitleVi, "What": r.What, "Why": r.Why, "Source": r.Source, "Severity": string(r.Severity),
			} {
				if text == "" {
					t.Errorf("the rule has no %s", what)
				}
			}
			if bad := raised(t, province, r.Bad); !slices.Contains(bad, r.ID) {
				t.Errorf("the bad example raises %v, want %s among them", bad, r.ID)
			}
			if good := raised(t, province, r.Good); slices.Contains(good, r.ID) {
				t.Errorf("the good example raises %v, want %s not among them", good, r.ID)
			}
		})
	}
}

// raised returns the rules of the findings in a province that an example has changed.
func raised(t *testing.T, province fstest.MapFS, example rule.Example) []rule.ID {
	t.Helper()
	report := checkFS(t, changed(t, province, example))
	var rules []rule.ID
	for _, f := range report.Findings {
		rules = append(rules, f.Rule)
	}
	return rules
}

func checkFS(t *testing.T, fsys fs.FS) *Report {
	t.Helper()
	sources, problems := manifest.Sources("", fsys)
	report, err := Run(t.Context(), sources, problems, Options{Today: today, Admit: admission.Check})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// readTree reads the manifests of a directory tree.
func readTree(t *testing.T, directory string) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{}
	fsys := os.DirFS(directory)
	err := fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		data, err := fs.ReadFile(fsys, path)
		tree[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// changed returns a tree with an example laid over it. Documents that a patch speaks of are merged, others are added.
func changed(t *testing.T, tree fstest.MapFS, example rule.Example) fstest.MapFS {
	t.Helper()
	if example.Alone {
		return fstest.MapFS{"file.yaml": {Data: []byte(example.File)}}
	}
	result := fstest.MapFS{}
	patches := documentsOf(t, []byte(example.Patch))
	for path, file := range tree {
		documents := documentsOf(t, file.Data)
		touched := false
		for i, document := range documents {
			for p, patch := range patches {
				if patch != nil && sameObject(document, patch) {
					if patch["$patch"] == "copy" {
						delete(patch, "$patch")
						patches[p], _ = merged(documentsOf(t, file.Data)[i], patch).(map[string]any)
						continue
					}
					documents[i], _ = merged(document, patch).(map[string]any)
					patches[p] = nil
					touched = true
				}
			}
		}
		result[path] = file
		if touched {
			result[path] = &fstest.MapFile{Data: written(t, documents)}
		}
	}
	if added := slices.DeleteFunc(patches, func(p map[string]any) bool { return p == nil }); len(added) > 0 {
		for _, document := range added {
			document["apiVersion"] = "qms.chuan.dev/v1alpha1"
		}
		result["zz-added.yaml"] = &fstest.MapFile{Data: written(t, added)}
	}
	if example.File != "" {
		result["zz-file.yaml"] = &fstest.MapFile{Data: []byte(example.File)}
	}
	return result
}

func documentsOf(t *testing.T, text []byte) []map[string]any {
	t.Helper()
	var documents []map[string]any
	for part := range bytes.SplitSeq(append([]byte("\n"), text...), []byte("\n---")) {
		var document map[string]any
		if err := yaml.Unmarshal(part, &document); err != nil {
			t.Fatalf("%v in\n%s", err, part)
		}
		if document != nil {
			documents = append(documents, document)
		}
	}
	return documents
}

func written(t *testing.T, documents []map[string]any) []byte {
	t.Helper()
	var text bytes.Buffer
	for _, document := range documents {
		part, err := yaml.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n")
		text.Write(part)
	}
	return text.Bytes()
}

func sameObject(a, b map[string]any) bool {
	nameOf := func(object map[string]any) any {
		metadata, _ := object["metadata"].(map[string]any)
		return metadata["name"]
	}
	return a["kind"] == b["kind"] && nameOf(a) == nameOf(b)
}

// merged lays a patch over a value: objects field by field, lists of objects by the key of their entries; a null takes a
// field out, and $patch: delete an entry. Everything else is replaced.
func merged(value, patch any) any {
	switch p := patch.(type) {
	case map[string]any:
		object, ok := value.(map[string]any)
		if !ok {
			return p
		}
		for name, inner := range p {
			if inner == nil {
				delete(object, name)
				continue
			}
			object[name] = merged(object[name], inner)
		}
		return object
	case []any:
		list, ok := value.([]any)
		if !ok || len(p) == 0 || keyOf(p[0]) == "" {
			return p
		}
		for _, entry := range p {
			list = mergedInto(list, entry)
		}
		return list
	default:
		return patch
	}
}

func mergedInto(list []any, entry any) []any {
	key := keyOf(entry)
	patch, _ := entry.(map[string]any)
	for i, existing := range list {
		object, _ := existing.(map[string]any)
		if object == nil || object[key] != patch[key] {
			continue
		}
		if patch["$patch"] == "delete" {
			return slices.Delete(list, i, i+1)
		}
		list[i] = merged(existing, entry)
		return list
	}
	return append(list, entry)
}

// keyOf is the field by which an entry of a list is known, or empty where entries have none.
func keyOf(entry any) string {
	object, ok := entry.(map[string]any)
	if !ok {
		return ""
	}
	for _, key := range []string{"id", "name", "ref", "date", "code", "from"} {
		if _, there := object[key]; there {
			return key
		}
	}
	return ""
}
