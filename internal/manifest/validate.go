package manifest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Aliases are followed, and these bounds keep a few of them from standing for billions of values: how deep the values of
// an object lie, and how many values of a file are read through aliases.
const (
	maxDepth   = 60
	maxAliased = 200_000
)

// validator turns the nodes of one object into plain values and reports whatever does not fit the schema.
type validator struct {
	*fileReader
	// sound is false once anything was reported.
	sound bool
	depth int
	// aliases counts the aliases around the current value.
	aliases int
}

func (v *validator) wrong(node *yaml.Node, path, english, vietnamese string, args ...any) {
	v.sound = false
	// Beyond the bound a file is given up anyway; only so much is worth saying of one object.
	if len(v.problems) <= maxProblemsPerFile {
		v.report(node, RuleSchema, path, english, vietnamese, args...)
	}
}

// value reads a node by its schema. An absent or null value is nil.
func (v *validator) value(node *yaml.Node, s *schema, path string) any {
	if !v.enter(node, path) {
		return nil
	}
	defer func() { v.depth-- }()
	if node.Kind == yaml.AliasNode {
		v.aliases++
		defer func() { v.aliases-- }()
		return v.value(node.Alias, s, path)
	}
	if s.anythingGoes || isNull(node) {
		return nil
	}
	if node.Tag != "" && !strings.HasPrefix(node.ShortTag(), "!!") {
		v.wrong(node, path, "the tag %s means nothing here; take it out", "thẻ %s không có nghĩa ở đây; hãy bỏ", node.Tag)
		return nil
	}
	switch s.Type {
	case "object":
		return v.object(node, s, path)
	case "array":
		return v.list(node, s, path)
	case "integer":
		return v.integer(node, s, path)
	case "boolean":
		return v.boolean(node, path)
	default:
		return v.text(node, s, path)
	}
}

// enter holds a value against the bounds.
func (v *validator) enter(node *yaml.Node, path string) bool {
	if v.aliases > 0 {
		v.aliased++
	}
	switch {
	case v.aliased > maxAliased && v.aliases > 0:
		v.sound = false
		if v.aliased == maxAliased+1 {
			v.wrong(node, path, "aliases of this file stand for more than %d values; write out what is meant",
				"các bí danh (alias) trong tệp thay cho hơn %d giá trị; hãy ghi rõ nội dung", maxAliased)
		}
		return false
	case v.depth == maxDepth:
		v.wrong(node, path, "values lie more than %d deep; is there an alias to something around it?",
			"dữ liệu lồng quá %d cấp; có bí danh (alias) trỏ về chính nó không?", maxDepth)
		return false
	}
	v.depth++
	return true
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" }

func (v *validator) object(node *yaml.Node, s *schema, path string) any {
	if node.Kind != yaml.MappingNode {
		v.wrong(node, path, "this must be an object, with fields below it; it is %s", "phải là một đối tượng có các trường con; đây là %s",
			describe(node))
		return nil
	}
	object := make(map[string]any, len(node.Content)/2)
	seen := make(map[string]bool, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, inner := node.Content[i], node.Content[i+1]
		name, ok := v.key(key, seen, path)
		if !ok {
			continue
		}
		property := s.Properties[name]
		if property == nil {
			property = s.Additional
		}
		if property == nil {
			v.wrong(key, join(path, name), "unknown field %q%s", "không có trường %q%s", name, suggestion(name, s.Properties))
			continue
		}
		if value := v.value(inner, property, join(path, name)); value != nil {
			object[name] = value
		}
	}
	for _, name := range s.Required {
		if object[name] == nil && (!seen[name] || nullField(node, name)) {
			v.wrong(node, join(path, name), "the field %q is missing", "thiếu trường %q", name)
		}
	}
	return object
}

// nullField says whether a field is there without a value.
func nullField(node *yaml.Node, name string) bool {
	value := field(node, name)
	return value != nil && isNull(value)
}

// key reads the name of a field, which is given once.
func (v *validator) key(key *yaml.Node, seen map[string]bool, path string) (string, bool) {
	switch {
	case key.Kind != yaml.ScalarNode:
		v.wrong(key, path, "the name of a field must be a word", "tên trường phải là một từ")
		return "", false
	case key.ShortTag() == "!!merge":
		v.wrong(key, path, "merging (<<) is not read; write the fields out", "không hỗ trợ gộp (<<); hãy ghi rõ các trường")
		return "", false
	case seen[key.Value]:
		v.wrong(key, join(path, key.Value), "the field %q is given twice; keep one of the two",
			"trường %q ghi hai lần; chỉ giữ lại một", key.Value)
		return "", false
	}
	seen[key.Value] = true
	return key.Value, true
}

func (v *validator) list(node *yaml.Node, s *schema, path string) any {
	if node.Kind != yaml.SequenceNode {
		v.wrong(node, path, "this must be a list; it is %s", "phải là một danh sách; đây là %s", describe(node))
		return nil
	}
	n := len(node.Content)
	if s.MaxItems != nil && n > *s.MaxItems {
		v.wrong(node, path, "%d entries; at most %d are allowed", "có %d mục; tối đa %d mục", n, *s.MaxItems)
		return nil
	}
	if s.MinItems != nil && n < *s.MinItems {
		v.wrong(node, path, "%d entries; at least %d are needed", "có %d mục; cần ít nhất %d mục", n, *s.MinItems)
	}
	list := make([]any, 0, n)
	first := make(map[string]int, n)
	for i, item := range node.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		value := v.value(item, s.Items, at)
		if value == nil {
			if isNull(item) {
				v.wrong(item, at, "the entry is empty; write it, or take it out", "mục trống; hãy ghi nội dung hoặc bỏ mục")
			}
			continue
		}
		list = append(list, value)
		identity, unique := itemIdentity(value, s)
		if before, twice := first[identity]; unique && twice {
			v.wrong(item, at, "%s is already entry %d of the list; each may be there once", "%s đã là mục %d của danh sách; mỗi mục chỉ ghi một lần",
				identity, before+1)
		}
		first[identity] = i
	}
	return list
}

// itemIdentity is what an entry of a set or of a map list must not share with another.
func itemIdentity(value any, s *schema) (identity string, unique bool) {
	switch s.ListType {
	case "set":
		return fmt.Sprintf("%q", fmt.Sprint(value)), true
	case "map":
		object, _ := value.(map[string]any)
		keys := make([]string, len(s.ListMapKeys))
		for i, key := range s.ListMapKeys {
			keys[i] = fmt.Sprintf("%s %q", key, fmt.Sprint(object[key]))
		}
		return strings.Join(keys, ", "), true
	default:
		return "", false
	}
}

var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

func (v *validator) integer(node *yaml.Node, s *schema, path string) any {
	n, err := strconv.ParseInt(node.Value, 10, 64)
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!int" || !wholeNumber.MatchString(node.Value) || err != nil {
		v.wrong(node, path, "this must be a whole number in decimal digits, without quotes; it is %s",
			"phải là số nguyên viết bằng chữ số, không có dấu nháy; đây là %s", describe(node))
		return nil
	}
	least, most := int64(math.MinInt64), int64(math.MaxInt64)
	if s.Format == "int32" {
		least, most = math.MinInt32, math.MaxInt32
	}
	if s.Minimum != nil {
		least = max(least, *s.Minimum)
	}
	if s.Maximum != nil {
		most = min(most, *s.Maximum)
	}
	if n < least || n > most {
		v.wrong(node, path, "%d is out of bounds; it must lie from %d to %d", "%d ngoài giới hạn; phải từ %d đến %d", n, least, most)
	}
	return n
}

func (v *validator) boolean(node *yaml.Node, path string) any {
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!bool" {
		v.wrong(node, path, "this must be true or false, without quotes; it is %s", "phải là true hoặc false, không có dấu nháy; đây là %s",
			describe(node))
		return nil
	}
	return strings.EqualFold(node.Value, "true")
}

// text reads a string and, where the schema says so, a whole number in its place.
func (v *validator) text(node *yaml.Node, s *schema, path string) any {
	if node.Kind != yaml.ScalarNode {
		v.wrong(node, path, "this must be a text; it is %s", "phải là một chuỗi ký tự; đây là %s", describe(node))
		return nil
	}
	if s.IntOrString && node.ShortTag() == "!!int" {
		return node.Value
	}
	if !isText(node) {
		v.wrong(node, path, "this must be a text, and without quotes it is read as %s; write it in quotes, as %q",
			"phải là chuỗi ký tự, nhưng không có dấu nháy nên bị đọc là %s; hãy đặt trong dấu nháy: %q", describe(node), node.Value)
		return nil
	}
	length := utf8.RuneCountInString(node.Value)
	switch {
	case s.MinLength != nil && length < *s.MinLength:
		v.wrong(node, path, "%q is %d characters long; at least %d are needed", "%q dài %d ký tự; cần ít nhất %d ký tự",
			node.Value, length, *s.MinLength)
	case s.MaxLength != nil && length > *s.MaxLength:
		v.wrong(node, path, "%q is %d characters long; at most %d are allowed", "%q dài %d ký tự; tối đa %d ký tự",
			shortened(node.Value), length, *s.MaxLength)
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, node.Value):
		v.wrong(node, path, "%q is not one of %s", "%q không thuộc các giá trị %s", shortened(node.Value), strings.Join(s.Enum, ", "))
	case s.Pattern != nil && !s.Pattern.MatchString(node.Value):
		v.wrong(node, path, "%q does not have the right form: %s", "%q không đúng dạng: %s",
			shortened(node.Value), formOf(s.Pattern.String()))
	}
	return node.Value
}
