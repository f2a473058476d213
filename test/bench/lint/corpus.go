package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The sizes of generated procedures.
const (
	smallest = 10 << 10
	largest  = 40 << 10
)

// corpus is a directory of generated manifests.
type corpus struct {
	// context are the agencies, calendars and legal documents.
	context string
	// parts are directories of procedures, a thousand in each.
	parts []string
	// files are the procedures, and bytes their size in all.
	files []string
	bytes int64
}

const partSize = 1000

// generate writes n procedures, made from those of the examples, and what surrounds them. The same n gives the same files.
func generate(directory, examples string, n int) (*corpus, error) {
	models, err := readModels(filepath.Join(examples, "procedures"))
	if err != nil {
		return nil, err
	}
	c := &corpus{context: filepath.Join(directory, "context")}
	if err := copyContext(c.context, examples); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(2026, 11))
	for i := range n {
		if i%partSize == 0 {
			c.parts = append(c.parts, filepath.Join(directory, fmt.Sprintf("procedures-%02d", i/partSize)))
			if err := os.MkdirAll(c.parts[len(c.parts)-1], 0o750); err != nil {
				return nil, err
			}
		}
		text := models[i%len(models)].procedure(i, random)
		file := filepath.Join(c.parts[len(c.parts)-1], fmt.Sprintf("procedure-%05d.yaml", i))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, err
		}
		c.files = append(c.files, file)
		c.bytes += int64(len(text))
	}
	return c, nil
}

// copyContext copies a handful of agencies, and all calendars and legal documents.
func copyContext(to, examples string) error {
	const agencies = 5
	for _, kind := range []string{"agencies", "calendars", "legal"} {
		files, err := filepath.Glob(filepath.Join(examples, kind, "*.yaml"))
		if err != nil {
			return err
		}
		if kind == "agencies" {
			files = files[:min(agencies, len(files))]
		}
		if err := os.MkdirAll(filepath.Join(to, kind), 0o750); err != nil {
			return err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(to, kind, filepath.Base(file)), text, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// model is the text of an example procedure, which is made longer at the places below.
type model struct{ text []byte }

var (
	nameLine   = regexp.MustCompile(`(?m)^  name: (.*)$`)
	codeLine   = regexp.MustCompile(`(?m)^  code: (.*)$`)
	fieldsLine = regexp.MustCompile(`(?m)^      fields:\n`)
	documents  = regexp.MustCompile(`(?m)^  documents:\n`)
	// release is the action after which steps are added.
	release = regexp.MustCompile(`\{id: phat-hanh, title: Phát hành, to: (B[0-9]+)\}`)
	// limits are made longer, so that a return used once is no finding, and waivers of that are taken out.
	limit  = regexp.MustCompile(`(?m)^    limit: [0-9]+wd.*$`)
	waiver = regexp.MustCompile(`(?m)^  annotations:\n(    .*waive-.*\n)+`)
	// catalogued is the code by which an announcing decision knows a procedure, with its limit.
	catalogued = regexp.MustCompile(`(?m)^  administrativeProcedure:\n(    .*\n)+`)
	handedIn   = regexp.MustCompile(`(?m)^        - \{id: nop-lai, .*\n`)
	lapsed     = regexp.MustCompile(`(?m)^    - \{id: khong-nop-lai, .*\n`)
	// days is a limit of several days.
	days   = regexp.MustCompile(`(?m)^    limit: [2-9]`)
	labels = regexp.MustCompile(`(?m)^    framework: .*$`)
)

func readModels(directory string) ([]model, error) {
	files, err := filepath.Glob(filepath.Join(directory, "*.yaml"))
	if err != nil {
		return nil, err
	}
	var models []model
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, place := range []*regexp.Regexp{nameLine, codeLine, fieldsLine, documents, release} {
			if !place.Match(text) {
				return nil, fmt.Errorf("%s: nothing matches %s, where it would be made longer", file, place)
			}
		}
		text = limit.ReplaceAll(text, []byte("    limit: 20wd"))
		text = catalogued.ReplaceAll(waiver.ReplaceAll(text, nil), nil)
		if !bytes.Contains(text, []byte("rut-ho-so")) {
			// With a limit of several days, applicants must be able to withdraw.
			text = handedIn.ReplaceAll(text, []byte("$0        - {id: rut-ho-so, title: Rút hồ sơ, to: end/rut-ho-so}\n"))
			text = lapsed.ReplaceAll(text, []byte("$0    - {id: rut-ho-so, result: withdrawn}\n"))
		}
		models = append(models, model{text})
	}
	if len(models) == 0 {
		return nil, fmt.Errorf("%s: no procedures", directory)
	}
	return models, nil
}

// procedure makes the i-th procedure of a model: a name of its own, more documents, fields and steps, up to a size of its
// own. Every tenth is what the agencies adopt.
func (m model) procedure(i int, random *rand.Rand) []byte {
	text := nameLine.ReplaceAll(m.text, fmt.Appendf(nil, "  name: $1-%05d", i))
	text = codeLine.ReplaceAll(text, fmt.Appendf(nil, "  code: $1-%05d", i))
	if i%10 != 0 {
		text = labels.ReplaceAll(text, []byte("    framework: tinh-khac"))
	}
	aim := smallest + random.IntN(largest-smallest)
	text = withSteps(text, random.IntN(9))
	text = withDocuments(text, random.IntN(20))
	return withFields(text, aim, random)
}

// withSteps adds steps of half an hour each between the release of the result and its handing over. A procedure of
// one day has no time for them.
func withSteps(text []byte, n int) []byte {
	if n == 0 || !days.Match(text) {
		return text
	}
	next := string(release.FindSubmatch(text)[1])
	var steps strings.Builder
	for k := range n {
		to := next
		if k < n-1 {
			to = fmt.Sprintf("KT%02d", k+1)
		}
		fmt.Fprintf(&steps, `    - id: KT%02d
      kind: task
      title: Kiểm tra, đối chiếu kết quả lần %d trước khi trả cho công dân
      role: van-thu
      time: 0.5wh
      actions:
        - {id: chuyen, title: Chuyển tiếp, to: %s, requires: {reason: true}}
`, k, k+1, to)
	}
	text = release.ReplaceAll(text, []byte("{id: phat-hanh, title: Phát hành, to: KT00}"))
	mark := []byte("    - id: " + next + "\n")
	return bytes.Replace(text, mark, append([]byte(steps.String()), mark...), 1)
}

func withDocuments(text []byte, n int) []byte {
	var added strings.Builder
	for k := range n {
		fmt.Fprintf(&added, `    - id: giay-to-%02d
      title: Giấy tờ chứng minh điều kiện thứ %d của hồ sơ (nếu có)
      kind: copy
      required: false
`, k, k+1)
	}
	place := documents.FindIndex(text)
	return slices.Insert(slices.Clone(text), place[1], []byte(added.String())...)
}

// withFields adds fields to the forms until the text has a size, as far as forms may be filled.
func withFields(text []byte, size int, random *rand.Rand) []byte {
	const most = 80
	places := fieldsLine.FindAllIndex(text, -1)
	each := min(most, max(0, size-len(text))/len(places)/fieldSize)
	// From the last form, so that the earlier places stay where they are.
	for _, place := range slices.Backward(places) {
		var added strings.Builder
		for k := range each {
			switch random.IntN(4) {
			case 0:
				fmt.Fprintf(&added, "        - name: truongSo%02d\n          title: Số lượng của mục thứ %d trong tờ khai\n          type: integer\n          minimum: 0\n          maximum: 1000\n", k, k+1)
			case 1:
				fmt.Fprintf(&added, "        - {name: luaChon%02d, title: Lựa chọn của mục thứ %d trong tờ khai, type: enum, values: [co, khong, khong-ap-dung]}\n", k, k+1)
			case 2:
				fmt.Fprintf(&added, "        - {name: ngay%02d, title: \"Ngày, tháng, năm ghi tại mục thứ %d\", type: date}\n", k, k+1)
			default:
				fmt.Fprintf(&added, "        # Mục thứ %d của tờ khai.\n        - {name: noiDung%02d, title: Nội dung của mục thứ %d trong tờ khai, type: string}\n", k+1, k, k+1)
			}
		}
		text = slices.Insert(slices.Clone(text), place[1], []byte(added.String())...)
	}
	return text
}

// fieldSize is about how long an added field is.
const fieldSize = 130
