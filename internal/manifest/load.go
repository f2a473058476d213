package manifest

import "io/fs"

// Load reads every manifest of a directory tree: *.yaml, *.yml and *.json, and each of them compressed as .gz. Hidden
// files and directories are left out, and so are those whose names begin with "..", which is where a kubelet keeps the
// versions of a mounted volume.
//
// What is in order is in the set even when there are problems elsewhere. Problems come in the order of files and lines.
// The caller decides whether a set with problems may be used.
func Load(fsys fs.FS) (*Set, []Problem) {
	return LoadSources(Sources("", fsys))
}

// LoadSources reads files as Load does. The problems are those of finding the files.
func LoadSources(sources []Source, problems []Problem) (*Set, []Problem) {
	set := &Set{}
	for _, source := range sources {
		text, problem := source.Read()
		if problem != nil {
			problems = append(problems, *problem)
			continue
		}
		f := &fileReader{name: text.Name, take: func(o *Read) { set.Add(o.Object, o.Position) }}
		f.read(text, nil)
		problems = append(problems, f.problems...)
		set.Skip(f.skipped)
	}
	problems = append(problems, Repeated(set)...)
	if len(problems) == 0 && set.Size() == 0 {
		problems = append(problems, Nothing(len(sources)))
	}
	SortProblems(problems)
	return set, problems
}

// Nothing says that of so many files none holds an object of Chuan's kinds.
func Nothing(files int) Problem {
	return say(Position{File: "."}, RuleSomething, "",
		"nothing to serve: %d manifests were read, and none is of Chuan's kinds; name the directory that holds an Agency and what it works by",
		"không có gì để phục vụ: đã đọc %d tệp nhưng không có đối tượng nào của Chuan; hãy chỉ thư mục chứa Agency và các quy trình",
		files)
}

// Skip counts objects of kinds that are not Chuan's.
func (s *Set) Skip(skipped map[string]int) {
	for kind, n := range skipped {
		if s.Skipped == nil {
			s.Skipped = map[string]int{}
		}
		s.Skipped[kind] += n
	}
}
