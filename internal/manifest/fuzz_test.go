package manifest

import (
	"bytes"
	"os"
	"testing"
	"testing/fstest"
)

// FuzzLoad loads whatever comes: nothing may panic, every problem has a place and words, and what loads can be written
// and read back.
func FuzzLoad(f *testing.F) {
	for _, file := range []string{"agencies.yaml", "procedures.yaml", "calendar.json", "other.yml"} {
		seed, err := os.ReadFile("testdata/province/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	f.Add([]byte("a: &a [*a]\n---\n<<: {}\n"))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("kind: List\napiVersion: v1\nitems: [{kind: List, apiVersion: v1, items: [1, [2]]}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, problems := Load(fstest.MapFS{"x.yaml": {Data: data}})
		for _, p := range problems {
			if p.File == "" || p.Message == "" || p.MessageVi == "" || p.Rule == "" {
				t.Fatalf("incomplete problem %+v", p)
			}
			locate(data, p.Position, p.Path)
		}
		Resolve(set)
		var written bytes.Buffer
		if err := Write(&written, objects(set)...); err != nil {
			t.Fatalf("what was loaded cannot be written: %v", err)
		}
		if set.Size() == 0 {
			return
		}
		again, problems := Load(fstest.MapFS{"x.yaml": {Data: written.Bytes()}})
		if again.Size() != set.Size() {
			t.Fatalf("%d objects were written, %d read back: %v\n%s", set.Size(), again.Size(), problems, written.Bytes())
		}
	})
}
