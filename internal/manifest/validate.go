package manifest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"chuan.dev/chuan/internal/rule"
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
	// at is the way to the current value.
	at    trail
	depth int
	// aliases counts the aliases around the current value.
	aliases int
	// decomposed is true once a text was found whose letters are taken apart.
	decomposed bool
	// legacy is true once a text was found that is Vietnamese in no Unicode.
	legacy bool
}

// wrong reports something about the current value.
func (v *validator) wrong(node *yaml.Node, english, vietnamese string, args ...any) {
	v.broken(node, RuleSchema, v.at, english, vietnamese, args...)
}

func (v *validator) broken(node *yaml.Node, id rule.ID, at trail, english, vietnamese string, args ...any) {
	v.sound = false
	// Beyond the bound a file is given up anyway; only so much is worth saying of one object.
	if len(v.problems) <= maxProblemsPerFile {
		v.report(node, id, at.String(), english, vietnamese, args...)
	}
}

// below reads a value that lies below the current one.
func (v *validator) below(s step, node *yaml.Node, by *schema) any {
	v.at = append(v.at, s)
	value := v.value(node, by)
	v.at = v.at[:len(v.at)-1]
	return value
}

// value reads a node by its schema. An absent or null value is nil.
func (v *validator) value(node *yaml.Node, s *schema) any {
	if !v.enter(node) {
		return nil
	}
	defer func() { v.depth-- }()
	if node.Kind == yaml.AliasNode {
		v.aliases++
		defer func() { v.aliases-- }()
		return v.value(node.Alias, s)
	}
	if s.anythingGoes || isNull(node) {
		return nil
	}
	if node.Tag != "" && !strings.HasPrefix(node.Tag, "!!") && !strings.HasPrefix(node.ShortTag(), "!!") {
		v.wrong(node, "the tag %s means nothing here; take it out", "thẻ %s không có nghĩa ở đây; hãy bỏ", node.Tag)
		return nil
	}
	switch s.Type {
	case "object":
		return v.object(node, s)
	case "array":
		return v.list(node, s)
	case "integer":
		return v.integer(node, s)
	case "boolean":
		return v.boolean(node)
	default:
		return v.text(node, s)
	}
}

// enter holds a value against the bounds.
func (v *validator) enter(node *yaml.Node) bool {
	if v.aliases > 0 {
		v.aliased++
	}
	switch {
	case v.aliased > maxAliased && v.aliases > 0:
		v.sound = false
		if v.aliased == maxAliased+1 {
			v.wrong(node, "aliases of this file stand for more than %d values; write out what is meant",
				"các bí danh (alias) trong tệp thay cho hơn %d giá trị; hãy ghi rõ nội dung", maxAliased)
		}
		return false
	case v.depth == maxDepth:
		v.wrong(node, "values lie more than %d deep; is there an alias to something around it?",
			"dữ liệu lồng quá %d cấp; có bí danh (alias) trỏ về chính nó không?", maxDepth)
		return false
	}
	v.depth++
	return true
}

func isNull(node *yaml.Node) bool {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

func (v *validator) object(node *yaml.Node, s *schema) any {
	if node.Kind != yaml.MappingNode {
		v.wrong(node, "this must be an object, with fields below it; it is %s", "phải là một đối tượng có các trường con; đây là %s",
			describe(node))
		return nil
	}
	object := make(map[string]any, len(node.Content)/2)
	seen := newNames(len(node.Content) / 2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, inner := node.Content[i], node.Content[i+1]
		if !v.key(key, seen) {
			continue
		}
		name := key.Value
		property := s.Properties[name]
		if property == nil {
			property = s.Additional
		}
		if property == nil {
			v.broken(key, RuleSchema, v.at.field(name), "unknown field %q%s", "không có trường %q%s", name, suggestion(name, s.Properties))
			continue
		}
		if value := v.below(step{name: name}, inner, property); value != nil {
			object[name] = value
		}
	}
	for _, name := range s.Required {
		if object[name] == nil && (!seen.has(name) || nullField(node, name)) {
			v.broken(node, RuleSchema, v.at.field(name), "the field %q is missing", "thiếu trường %q", name)
		}
	}
	return object
}

// nullField says whether a field is there without a value.
func nullField(node *yaml.Node, name string) bool {
	value := field(node, name)
	return value != nil && isNull(value)
}

// names are those of the fields of an object that were read. Most objects have few, and are searched faster than hashed.
type names struct {
	few  []string
	many map[string]bool
}

const fewNames = 24

func newNames(most int) *names {
	if most > fewNames {
		return &names{many: make(map[string]bool, most)}
	}
	return &names{few: make([]string, 0, most)}
}

func (n *names) has(name string) bool { return n.many[name] || slices.Contains(n.few, name) }

func (n *names) add(name string) {
	if n.many != nil {
		n.many[name] = true
		return
	}
	n.few = append(n.few, name)
}

// key reads the name of a field, which is given once.
func (v *validator) key(key *yaml.Node, seen *names) bool {
	switch {
	case key.Kind != yaml.ScalarNode:
		v.wrong(key, "the name of a field must be a word", "tên trường phải là một từ")
		return false
	case key.Tag != "!!str" && key.ShortTag() == "!!merge":
		v.wrong(key, "merging (<<) is not read; write the fields out", "không hỗ trợ gộp (<<); hãy ghi rõ các trường")
		return false
	case seen.has(key.Value):
		v.broken(key, RuleSchema, v.at.field(key.Value), "the field %q is given twice; keep one of the two",
			"trường %q ghi hai lần; chỉ giữ lại một", key.Value)
		return false
	}
	seen.add(key.Value)
	return true
}

func (v *validator) list(node *yaml.Node, s *schema) any {
	if node.Kind != yaml.SequenceNode {
		v.wrong(node, "this must be a list; it is %s", "phải là một danh sách; đây là %s", describe(node))
		return nil
	}
	n := len(node.Content)
	if s.MaxItems != nil && n > *s.MaxItems {
		v.wrong(node, "%d entries; at most %d are allowed", "có %d mục; tối đa %d mục", n, *s.MaxItems)
		return nil
	}
	if s.MinItems != nil && n < *s.MinItems {
		v.wrong(node, "%d entries; at least %d are needed", "có %d mục; cần ít nhất %d mục", n, *s.MinItems)
	}
	list := make([]any, 0, n)
	v.at = append(v.at, step{})
	for i, item := range node.Content {
		v.at[len(v.at)-1].index = i
		value := v.value(item, s.Items)
		if value != nil {
			list = append(list, value)
		} else if isNull(item) {
			v.wrong(item, "the entry is empty; write it, or take it out", "mục trống; hãy ghi nội dung hoặc bỏ mục")
		}
	}
	if s.ListType == "set" || s.ListType == "map" {
		v.unique(node, list, s)
	}
	v.at = v.at[:len(v.at)-1]
	return list
}

// unique reports entries of a set or of a map list that are there already. The way leads to an entry.
func (v *validator) unique(node *yaml.Node, list []any, s *schema) {
	if len(list) < 2 || len(list) != len(node.Content) {
		return
	}
	first := make(map[string]int, len(list))
	for i, value := range list {
		identity := itemIdentity(value, s)
		before, twice := first[identity]
		if !twice {
			first[identity] = i
			continue
		}
		v.at[len(v.at)-1].index = i
		v.wrong(node.Content[i], "%s is already entry %d of the list; each may be there once",
			"%s đã là mục %d của danh sách; mỗi mục chỉ ghi một lần", identity, before+1)
	}
}

// itemIdentity is what an entry of a set or of a map list must not share with another, in words.
func itemIdentity(value any, s *schema) string {
	if s.ListType == "set" {
		return quoted(value)
	}
	object, _ := value.(map[string]any)
	identities := make([]string, len(s.ListMapKeys))
	for i, key := range s.ListMapKeys {
		identities[i] = key + " " + quoted(object[key])
	}
	return strings.Join(identities, ", ")
}

func quoted(value any) string {
	if text, ok := value.(string); ok {
		return strconv.Quote(text)
	}
	return strconv.Quote(fmt.Sprint(value))
}

// isWholeNumber says whether a text is a whole number as every reader of YAML reads it: decimal, without leading zeros.
func isWholeNumber(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || digits[0] == '0' {
		return text == "0"
	}
	return strings.Trim(digits, "0123456789") == ""
}

func (v *validator) integer(node *yaml.Node, s *schema) any {
	n, err := strconv.ParseInt(node.Value, 10, 64)
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!int" || !isWholeNumber(node.Value) || err != nil {
		if plain, ok := plainNumber(node.Value); ok && node.Kind == yaml.ScalarNode {
			v.localNumber(node, plain)
			return nil
		}
		v.wrong(node, "this must be a whole number in decimal digits, without quotes; it is %s",
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
		v.wrong(node, "%d is out of bounds; it must lie from %d to %d", "%d ngoài giới hạn; phải từ %d đến %d", n, least, most)
	}
	return n
}

func (v *validator) boolean(node *yaml.Node) any {
	if node.Kind != yaml.ScalarNode || node.ShortTag() != "!!bool" {
		v.wrong(node, "this must be true or false, without quotes; it is %s", "phải là true hoặc false, không có dấu nháy; đây là %s",
			describe(node))
		return nil
	}
	return strings.EqualFold(node.Value, "true")
}

// text reads a string and, where the schema says so, a whole number in its place.
func (v *validator) text(node *yaml.Node, s *schema) any {
	if node.Kind != yaml.ScalarNode {
		v.wrong(node, "this must be a text; it is %s", "phải là một chuỗi ký tự; đây là %s", describe(node))
		return nil
	}
	if s.IntOrString && node.ShortTag() == "!!int" {
		return node.Value
	}
	if !isText(node) {
		v.wrong(node, "this must be a text, and without quotes it is read as %s; write it in quotes, as %q",
			"phải là chuỗi ký tự, nhưng không có dấu nháy nên bị đọc là %s; hãy đặt trong dấu nháy: %q", describe(node), node.Value)
		return nil
	}
	v.composed(node, node.Value)
	v.encoded(node, node.Value)
	length := utf8.RuneCountInString(node.Value)
	switch {
	case s.MinLength != nil && length < *s.MinLength:
		v.wrong(node, "%q is %d characters long; at least %d are needed", "%q dài %d ký tự; cần ít nhất %d ký tự",
			node.Value, length, *s.MinLength)
	case s.MaxLength != nil && length > *s.MaxLength:
		v.wrong(node, "%q is %d characters long; at most %d are allowed", "%q dài %d ký tự; tối đa %d ký tự",
			shortened(node.Value), length, *s.MaxLength)
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, node.Value):
		v.wrong(node, "%q is not one of %s", "%q không thuộc các giá trị %s", shortened(node.Value), strings.Join(s.Enum, ", "))
	case s.Pattern != nil && !s.Pattern.MatchString(node.Value):
		if plain, ok := plainNumbers(node.Value); ok && s.Pattern.MatchString(plain) {
			v.localNumber(node, plain)
			break
		}
		v.wrong(node, "%q does not have the right form: %s", "%q không đúng dạng: %s",
			shortened(node.Value), formOf(s.Pattern.String()))
	}
	return node.Value
}
