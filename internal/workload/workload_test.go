package workload

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	coreac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/api/v1alpha1"
)

var update = flag.Bool("update", false, "write the golden files anew")

func commune() *v1alpha1.Agency {
	return &v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{
			Name: "xa-thanh-nua", Namespace: "dien-bien", UID: "0b6c", ResourceVersion: "7", Generation: 3,
			Labels:      map[string]string{"region": "north"},
			Annotations: map[string]string{"kubectl.kubernetes.io/last-applied-configuration": "{}"},
		},
		Spec: v1alpha1.AgencySpec{
			Title:    "UBND xã Thanh Nưa",
			Code:     "H18.35.01",
			Level:    v1alpha1.AgencyLevelCommune,
			Calendar: v1alpha1.AgencyCalendar{Series: "vn"},
			Officers: []v1alpha1.Officer{{ID: "cv1", Title: "Lò Văn An", Roles: []v1alpha1.ID{"reception"}}},
		},
		Status: v1alpha1.AgencyStatus{URL: "http://never-in-the-bundle"},
	}
}

func calendars(t *testing.T) []Manifest {
	t.Helper()
	m, err := CalendarManifest(&v1alpha1.WorkCalendar{
		ObjectMeta: metav1.ObjectMeta{Name: "vn-2026", UID: "77"},
		Spec: v1alpha1.WorkCalendarSpec{
			Series: "vn", Year: 2026, Standing: v1alpha1.CalendarProvisional,
			WorkingHours: []v1alpha1.WeeklyHours{{
				Days: []v1alpha1.Weekday{"Monday"}, Periods: []v1alpha1.Period{{From: "07:30", To: "11:30"}},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return []Manifest{m}
}

func demanding() *v1alpha1.Agency {
	agency := commune()
	size, cpu, memory := resource.MustParse("5Gi"), resource.MustParse("50m"), resource.MustParse("256Mi")
	agency.Spec.DeletionPolicy = v1alpha1.DeletionPolicyDelete
	agency.Spec.Service = &v1alpha1.AgencyService{
		Storage:   &v1alpha1.ServiceStorage{Size: &size, ClassName: "fast"},
		Resources: &v1alpha1.ServiceResources{CPU: &cpu, Memory: &memory},
	}
	return agency
}

// withDatabase is an agency whose service runs three times on a database, and whose officers sign in.
func withDatabase() *v1alpha1.Agency {
	agency := commune()
	agency.Spec.Service = &v1alpha1.AgencyService{
		Replicas: 3, PublicURL: "https://mot-cua.example.vn",
		Database: &v1alpha1.ServiceDatabase{SecretName: "thanh-nua-app", Key: "uri"},
		Documents: &v1alpha1.ServiceDocuments{
			Endpoint: "https://s3.example.vn", Bucket: "ho-so", Region: "vn-1", SecretName: "thanh-nua-s3",
		},
		Peers:          &v1alpha1.ServicePeers{SecretName: "thanh-nua-peers"},
		TrustedProxies: []string{"10.0.0.0/8", "fd00::/8"},
	}
	agency.Spec.SignIn = &v1alpha1.AgencySignIn{
		Issuer: "https://sso.example.vn", ClientID: "chuan",
		ClientSecret: &v1alpha1.SecretKeyReference{Name: "thanh-nua-sso", Key: "secret"},
	}
	return agency
}

func TestDesired(t *testing.T) {
	tests := map[string]struct {
		agency  *v1alpha1.Agency
		set     string
		options Options
	}{
		"commune":            {agency: commune(), set: ProcedureSetName([]string{"ban-sao", "khai-sinh"}), options: Options{Image: "chuan/workflowd:v1"}},
		"every-field":        {agency: demanding(), set: "procedures-0123456789", options: Options{Image: "workflowd:v2", DevelopmentSignIn: true}},
		"database":           {agency: withDatabase(), set: "procedures-0123456789", options: Options{Image: "workflowd:v2"}},
		"without-procedures": {agency: commune(), options: Options{Image: "workflowd:v1"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			objects, err := Desired(tc.agency, calendars(t), tc.set, tc.options)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", name+".golden.yaml"), render(t, objects))
		})
	}
}

func TestDesiredIsTheSameEveryTime(t *testing.T) {
	first, err := Desired(commune(), calendars(t), "procedures-0123456789", Options{Image: "workflowd:v1"})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := Desired(commune(), calendars(t), "procedures-0123456789", Options{Image: "workflowd:v1"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(configurations(t, first), configurations(t, again)); diff != "" {
			t.Fatalf("two renderings differ (-first +again):\n%s", diff)
		}
	}
}

func TestPodTemplateFollowsWhatRestartsPodsOnly(t *testing.T) {
	template := func(change func(*v1alpha1.Agency, *Options, *string)) string {
		agency, options, set := commune(), Options{Image: "workflowd:v1"}, "procedures-0123456789"
		change(agency, &options, &set)
		objects, err := Desired(agency, calendars(t), set, options)
		if err != nil {
			t.Fatal(err)
		}
		return objects[len(objects)-1].Meta.Annotations[AnnotationPodTemplate]
	}
	base := template(func(*v1alpha1.Agency, *Options, *string) {})
	tests := map[string]struct {
		change   func(*v1alpha1.Agency, *Options, *string)
		restarts bool
	}{
		"an officer joins":        {change: func(a *v1alpha1.Agency, _ *Options, _ *string) { a.Spec.Officers = nil }},
		"deletion policy":         {change: func(a *v1alpha1.Agency, _ *Options, _ *string) { a.Spec.DeletionPolicy = v1alpha1.DeletionPolicyDelete }},
		"label of the agency":     {change: func(a *v1alpha1.Agency, _ *Options, _ *string) { a.Labels["region"] = "south" }},
		"another image":           {change: func(_ *v1alpha1.Agency, o *Options, _ *string) { o.Image = "workflowd:v2" }, restarts: true},
		"another procedure set":   {change: func(_ *v1alpha1.Agency, _ *Options, s *string) { *s = "procedures-9876543210" }, restarts: true},
		"sign-in for development": {change: func(_ *v1alpha1.Agency, o *Options, _ *string) { o.DevelopmentSignIn = true }, restarts: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if restarts := template(tc.change) != base; restarts != tc.restarts {
				t.Errorf("pods restart: got %t, want %t", restarts, tc.restarts)
			}
		})
	}
}

func TestTheBundleKeepsWhatTheServiceWorksBy(t *testing.T) {
	agency := commune()
	agency.Spec.Officers[0].DelegatesTo = []v1alpha1.Delegation{{Officer: "cv2", Until: "2026-12-24"}}
	agency.Spec.Procedures = &v1alpha1.AdoptedProcedures{Refs: []v1alpha1.AdoptedProcedure{{
		Name: "cap-phep", Overrides: &v1alpha1.ProcedureOverrides{Limit: "6wd"},
	}}}
	object, err := bundle(agency, calendars(t))
	if err != nil {
		t.Fatal(err)
	}
	files := object.Configuration.(*coreac.ConfigMapApplyConfiguration).BinaryData
	reader, err := gzip.NewReader(bytes.NewReader(files[agencyFile]))
	if err != nil {
		t.Fatal(err)
	}
	var kept v1alpha1.Agency
	text, err := io.ReadAll(reader)
	if err == nil {
		err = yaml.UnmarshalStrict(text, &kept)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(agency.Spec, kept.Spec); diff != "" {
		t.Errorf("spec of the agency in its bundle (-want +got):\n%s", diff)
	}
}

func TestBundleTooLarge(t *testing.T) {
	agency := commune()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 4000 {
		title := make([]byte, 0, 300)
		for range 300 {
			title = append(title, byte('!'+random.IntN(90)))
		}
		agency.Spec.Officers = append(agency.Spec.Officers, v1alpha1.Officer{ID: v1alpha1.ID(fmt.Sprint("o", i)), Title: v1alpha1.Title(title)})
	}
	_, err := Desired(agency, calendars(t), "", Options{})
	var tooLarge *BundleTooLargeError
	if !errors.As(err, &tooLarge) {
		t.Fatalf("got %v, want a BundleTooLargeError", err)
	}
	if tooLarge.Limit != MaxConfigMapBytes || tooLarge.Size <= tooLarge.Limit {
		t.Errorf("size %d, limit %d", tooLarge.Size, tooLarge.Limit)
	}
	for _, part := range []string{"the bundle of agency xa-thanh-nua takes ", " KiB compressed, and there is room for 900 KiB: shorten spec.officers"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("message %q does not say %q", err, part)
		}
	}
}

func TestCheckName(t *testing.T) {
	tests := map[string]struct {
		name string
		fits bool
	}{
		"usual":        {"xa-thanh-nua", true},
		"longest":      {strings.Repeat("a", 52), true},
		"too long":     {strings.Repeat("a", 53), false},
		"dots":         {"xa.thanh.nua", false},
		"digit first":  {"1-xa", false},
		"hyphen last":  {"xa-", false},
		"empty string": {"", false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if err := CheckName(tc.name); (err == nil) != tc.fits {
				t.Errorf("CheckName(%q) = %v", tc.name, err)
			}
		})
	}
}

func TestMasterKeySecretOutlivesItsAgency(t *testing.T) {
	secret := MasterKeySecret(commune(), [KeySize]byte{1})
	if len(secret.OwnerReferences) > 0 {
		t.Errorf("it is owned by %v", secret.OwnerReferences)
	}
	if secret.Immutable == nil || !*secret.Immutable || secret.Name != "xa-thanh-nua-master-key" {
		t.Errorf("got %s, immutable %v", secret.Name, secret.Immutable)
	}
}

func TestEvidenceSecret(t *testing.T) {
	random := [KeySize]byte{0xab, 31: 0xcd}
	secret := EvidenceSecret(commune(), random)
	want := "ab" + strings.Repeat("00", 30) + "cd"
	if got := string(secret.Data["key"]); got != want {
		t.Errorf("key: got %q, want %q", got, want)
	}
	if secret.Immutable == nil || !*secret.Immutable {
		t.Error("the Secret can be changed")
	}
	if owner := metav1.GetControllerOf(secret); owner == nil || owner.UID != "0b6c" {
		t.Errorf("owner: %v", owner)
	}
}

// render writes objects as YAML that a person can review: compressed manifests are unpacked.
func render(t *testing.T, objects []Object) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, object := range objects {
		packed := map[string][]byte{}
		if cm, ok := object.Configuration.(*coreac.ConfigMapApplyConfiguration); ok {
			packed, cm.BinaryData = cm.BinaryData, nil
		}
		text, err := yaml.Marshal(object.Configuration)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "---\n%s", text)
		for _, file := range slices.Sorted(maps.Keys(packed)) {
			fmt.Fprintf(&out, "# %s:\n%s", file, commented(unpack(t, packed[file])))
		}
	}
	return out.Bytes()
}

func configurations(t *testing.T, objects []Object) []string {
	t.Helper()
	var all []string
	for _, object := range objects {
		text, err := json.Marshal(object.Configuration)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

func unpack(t *testing.T, content []byte) string {
	t.Helper()
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if !reader.ModTime.IsZero() {
		t.Errorf("the compressed manifest carries the time %s", reader.ModTime)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func commented(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString("#   " + line)
	}
	return out.String()
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run go test with -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestObjectsAreNamedAndOrdered(t *testing.T) {
	objects, err := Desired(commune(), nil, "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, object := range objects {
		got = append(got, object.Kind.Kind+"/"+object.Name())
	}
	want := []string{
		"ServiceAccount/xa-thanh-nua", "ConfigMap/xa-thanh-nua-bundle", "Service/xa-thanh-nua",
		"NetworkPolicy/xa-thanh-nua", "StatefulSet/xa-thanh-nua",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
