package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/calendar"
)

// ChangeKind says how a text changes for those who work by it and those who apply under it.
type ChangeKind string

// The kinds of change, from the lightest to the weightiest.
const (
	// Unchanged: the two texts say the same.
	Unchanged ChangeKind = ""
	// Editorial: titles, wording, references. Nobody works otherwise than before.
	Editorial ChangeKind = "editorial"
	// Tightening: the agency has less time or more to do, or less is asked of the applicant.
	Tightening ChangeKind = "tightening"
	// Loosening: the agency has more time or less to do, or more is asked of the applicant.
	Loosening ChangeKind = "loosening"
	// Structural: dossiers take another way. So is what cannot be put in an order, as one condition instead of another.
	Structural ChangeKind = "structural"
)

var changeWeights = []ChangeKind{Unchanged, Editorial, Tightening, Loosening, Structural}

// Reversed returns the kind of the same change made backwards.
func (k ChangeKind) Reversed() ChangeKind {
	switch k {
	case Tightening:
		return Loosening
	case Loosening:
		return Tightening
	default:
		return k
	}
}

// Change is what makes one text of a procedure differ from another.
type Change struct {
	// Kind is the weightiest of the differences: a text that tightens one thing and loosens another loosens.
	Kind ChangeKind
	// Differences in the order of the text.
	Differences []Difference
}

// Difference is one thing that is not the same in two texts.
type Difference struct {
	Kind ChangeKind
	// Path leads to the place in the later text or, when Removed, in the earlier.
	Path    string
	Removed bool
	// Message says in English what changes, and MessageVi in Vietnamese.
	Message, MessageVi string
}

// Compare says what becomes of a procedure when one text takes the place of another. It takes no notice of suspend, which
// is no part of the text, and of issue when the revisions differ, for that is how they are told apart. Texts of one
// [Digest] have no differences, and others have at least one. Compared the other way round, each tightening is a loosening.
func Compare(before, after *v1alpha1.QualityProcedureSpec) Change {
	c := &comparer{}
	c.identity(before, after)
	c.deadline(&before.Deadline, &after.Deadline)
	c.set("spec.channels", words{"channels for filing", "hình thức nộp hồ sơ"}, asWords(before.Channels), asWords(after.Channels), Tightening)
	c.documents(before.Documents, after.Documents)
	c.fees(before.Fees, after.Fees)
	c.forms(before, after)
	c.roles(before.Roles, after.Roles)
	c.steps(before, after)
	c.ends(before, after)
	if len(c.differences) == 0 && digestBesideIssue(before, after) != digestBesideIssue(after, after) {
		c.note(Editorial, "spec", words{"says the same in another order or form", "nội dung như cũ, khác thứ tự hoặc cách viết"})
	}
	change := Change{Differences: c.differences}
	for _, d := range change.Differences {
		if slices.Index(changeWeights, d.Kind) > slices.Index(changeWeights, change.Kind) {
			change.Kind = d.Kind
		}
	}
	return change
}

// digestBesideIssue is the digest of a text as if it were issued like another, unless the two are one revision.
func digestBesideIssue(spec, like *v1alpha1.QualityProcedureSpec) string {
	text := *spec
	if spec.Issue.Revision != like.Issue.Revision {
		text.Issue = like.Issue
	}
	return Digest(&text)
}

// words are a part of a message in both languages.
type words struct{ english, vietnamese string }

// comparer gathers differences.
type comparer struct{ differences []Difference }

func (c *comparer) note(kind ChangeKind, path string, w words) {
	c.differences = append(c.differences, Difference{Kind: kind, Path: path, Message: w.english, MessageVi: w.vietnamese})
}

// value compares a value that is empty where there is none.
func (c *comparer) value(kind ChangeKind, path string, what words, before, after string) {
	switch {
	case before == after:
	case before == "":
		c.note(kind, path, words{fmt.Sprintf("%s: %s is added", what.english, after), fmt.Sprintf("%s: thêm %s", what.vietnamese, after)})
	case after == "":
		c.note(kind, path, words{fmt.Sprintf("%s: %s is taken out", what.english, before), fmt.Sprintf("%s: bỏ %s", what.vietnamese, before)})
	default:
		c.note(kind, path, words{
			fmt.Sprintf("%s: %s becomes %s", what.english, before, after), fmt.Sprintf("%s: %s đổi thành %s", what.vietnamese, before, after),
		})
	}
}

// wording compares texts that people read, without repeating them.
func (c *comparer) wording(path string, what words, before, after string) {
	if before != after {
		c.note(Editorial, path, words{what.english + ": other words", what.vietnamese + ": sửa câu chữ"})
	}
}

// ordered compares a value of which more or less can be said. The order is that of before against after.
func (c *comparer) ordered(more ChangeKind, order int, path string, what words, before, after string) {
	kind := more
	switch {
	case order == 0:
		kind = Structural
	case order > 0:
		kind = more.Reversed()
	}
	c.value(kind, path, what, before, after)
}

// presence compares something of which it only matters whether it is there; another one in its place is structural.
func (c *comparer) presence(more ChangeKind, path string, what words, before, after string) {
	c.ordered(more, cmp.Compare(min(len(before), 1), min(len(after), 1)), path, what, before, after)
}

func (c *comparer) truth(more ChangeKind, path string, what words, before, after *bool) {
	shown := func(b *bool) string {
		if b != nil && *b {
			return "true"
		}
		return ""
	}
	if shown(before) != shown(after) {
		c.ordered(more, cmp.Compare(shown(before), shown(after)), path, what, strconv.FormatBool(shown(before) != ""), strconv.FormatBool(shown(after) != ""))
	}
}

// count compares counts; absent is what one means that is not given.
func (c *comparer) count(more ChangeKind, path string, what words, before, after, absent int) {
	if before == after {
		return
	}
	order := cmp.Compare(countOr(before, absent), countOr(after, absent))
	c.ordered(more, order, path, what, shownCount(before), shownCount(after))
}

func countOr(n, absent int) int {
	if n == 0 {
		return absent
	}
	return n
}

func shownCount(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// duration compares lengths of time; absent says which of the two is longer when one is not given.
func (c *comparer) duration(more ChangeKind, path string, what words, before, after v1alpha1.WorkDuration, absent absence) {
	c.ordered(more, compareDurations(before, after, absent), path, what, string(before), string(after))
}

// absence says what it means that a length of time is not given.
type absence int

const (
	absentIsNone    absence = -1
	absentIsForever absence = 1
)

// compareDurations orders lengths of time. Those of different units are held against each other by the usual day of eight
// hours and week of five days, and by the unit where that makes no difference.
func compareDurations(a, b v1alpha1.WorkDuration, absent absence) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return int(absent)
	case b == "":
		return -int(absent)
	}
	x, errX := calendar.ParseDuration(string(a))
	y, errY := calendar.ParseDuration(string(b))
	if errX != nil || errY != nil {
		return 0
	}
	return cmp.Or(cmp.Compare(nominal(x), nominal(y)), cmp.Compare(x.Unit, y.Unit))
}

// nominal is a length of time in quarters of a working hour, times seven.
func nominal(d calendar.Duration) int {
	const hoursADay, workingDaysAWeek, daysAWeek = 8, 5, 7
	switch d.Unit {
	case calendar.WorkingDays:
		return d.Quarters * hoursADay * daysAWeek
	case calendar.CalendarDays:
		return d.Quarters * hoursADay * workingDaysAWeek
	default:
		return d.Quarters * daysAWeek
	}
}

// set compares lists in which order says nothing.
func (c *comparer) set(path string, what words, before, after []string, more ChangeKind) {
	for i, entry := range after {
		if !slices.Contains(before, entry) {
			c.value(more, path+"["+strconv.Itoa(i)+"]", what, "", entry)
		}
	}
	for i, entry := range before {
		if !slices.Contains(after, entry) {
			c.value(more.Reversed(), path+"["+strconv.Itoa(i)+"]", what, entry, "")
			c.differences[len(c.differences)-1].Removed = true
		}
	}
}

func asWords[T ~string](list []T) []string {
	texts := make([]string, len(list))
	for i, entry := range list {
		texts[i] = string(entry)
	}
	return texts
}

// list is a list of named entries of a text, and what it means that one is added.
type list[T any] struct {
	path string
	what words
	more ChangeKind
	name func(*T) string
	// moreOf says it of each entry, where more is not the same for all.
	moreOf func(*T) ChangeKind
}

func (l list[T]) adding(entry *T) ChangeKind {
	if l.moreOf != nil {
		return l.moreOf(entry)
	}
	return l.more
}

// each compares two lists by the names of their entries, and with both those entries that are in either.
func each[T any](c *comparer, l list[T], before, after []T, both func(path string, what words, before, after *T)) {
	find := func(in []T, name string) int {
		return slices.IndexFunc(in, func(e T) bool { return l.name(&e) == name })
	}
	for i := range after {
		path, name := l.path+"["+strconv.Itoa(i)+"]", l.name(&after[i])
		if k := find(before, name); k >= 0 {
			both(path, words{l.what.english + " " + name, l.what.vietnamese + " " + name}, &before[k], &after[i])
			continue
		}
		c.note(l.adding(&after[i]), path, words{l.what.english + " " + name + " is added", "thêm " + l.what.vietnamese + " " + name})
	}
	for i := range before {
		if name := l.name(&before[i]); find(after, name) < 0 {
			c.note(l.adding(&before[i]).Reversed(), l.path+"["+strconv.Itoa(i)+"]",
				words{l.what.english + " " + name + " is taken out", "bỏ " + l.what.vietnamese + " " + name})
			c.differences[len(c.differences)-1].Removed = true
		}
	}
}

// of names a part of something.
func (w words) of(english, vietnamese string) words {
	return words{w.english + ", " + english, w.vietnamese + ", " + vietnamese}
}
