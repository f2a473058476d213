package manifest

import (
	"os"
	"testing"
)

func locate(data []byte, at Position, path string) Position {
	return NewLocator(&Text{Name: at.File, Data: data, documents: splitDocuments(data)}).Locate(at, path)
}

func TestLocate(t *testing.T) {
	read := func(file string) []byte {
		text, err := os.ReadFile("testdata/province/" + file)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for _, tt := range []struct {
		file string
		line int
		path string
		want string
	}{
		{"agencies.yaml", 1, "", "agencies.yaml:1:1"},
		{"agencies.yaml", 1, "spec.code", "agencies.yaml:8:9"},
		{"agencies.yaml", 13, "spec.code", "agencies.yaml:21:9"},
		{"agencies.yaml", 13, "spec.parent.name", "agencies.yaml:23:18"},
		{"agencies.yaml", 13, "spec.officers[0].roles[0]", "agencies.yaml:26:68"},
		{"agencies.yaml", 13, "spec.officers[0].roles[7]", "agencies.yaml:26:60"},
		{"agencies.yaml", 13, "spec.units[3].title", "agencies.yaml:19:1"},
		{"agencies.yaml", 13, `metadata.labels["qms.chuan.dev/vung"]`, "agencies.yaml:18:32"},
		{"agencies.yaml", 13, "spec.title.deeper", "agencies.yaml:20:10"},
		{"agencies.yaml", 13, "spec..title", "agencies.yaml:20:10"},
		{"agencies.yaml", 13, "spec[", "agencies.yaml:19:1"},
		{"agencies.yaml", 5, "spec.code", "agencies.yaml:5"},
		{"procedures.yaml", 4, "spec.steps[0].actions[0].to", "procedures.yaml:24:24"},
		{"procedures.yaml", 30, "spec.deadline.limit", "procedures.yaml:13:23"},
		{"calendar.json", 1, "spec.year", "calendar.json:6:27"},
	} {
		at := locate(read(tt.file), Position{File: tt.file, Line: tt.line}, tt.path)
		if at.String() != tt.want {
			t.Errorf("%s, object on line %d: %q lies at %s, want %s", tt.file, tt.line, tt.path, at, tt.want)
		}
	}
}

func TestLocateInWhatIsNotYAML(t *testing.T) {
	at := Position{File: "x.yaml", Line: 2}
	if got := locate([]byte("a: [\n"), at, "spec"); got != at {
		t.Errorf("Locate = %s, want the place that was given", got)
	}
}
