package workload

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	coreac "k8s.io/client-go/applyconfigurations/core/v1"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// MaxParts is the greatest number of ConfigMaps over which a procedure set is spread.
const MaxParts = 4

// ProcedureSetName returns the name of the set of the procedures with these names, in whatever order. It says which
// procedures are in the set and nothing about their content. It is empty when there are none.
func ProcedureSetName(members []string) string {
	if len(members) == 0 {
		return ""
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(members)))
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\n")))
	return "procedures-" + hex.EncodeToString(sum[:5])
}

// PartName returns the name of the ConfigMap that holds a part of a procedure set, counted from 0.
func PartName(set string, part int) string { return fmt.Sprintf("%s-%d", set, part) }

// ProcedureManifest is one revision of a procedure as a compressed manifest.
type ProcedureManifest struct {
	// Procedure is the name of the QualityProcedure.
	Procedure string
	// Revision is its number.
	Revision int32
	// Content is the compressed manifest.
	Content []byte
}

// NewProcedureManifest writes down one revision of a procedure.
func NewProcedureManifest(name string, labels map[string]string, spec *v1alpha1.QualityProcedureSpec) (ProcedureManifest, error) {
	content, err := compressed(&v1alpha1.QualityProcedure{
		TypeMeta:   typeMeta(v1alpha1.QualityProcedureKind),
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Spec:       *spec,
	})
	if err != nil {
		return ProcedureManifest{}, fmt.Errorf("writing revision %d of procedure %s: %w", spec.Issue.Revision, name, err)
	}
	return ProcedureManifest{Procedure: name, Revision: spec.Issue.Revision, Content: content}, nil
}

// file is the name of a revision's file within the directory that workflowd reads. It is the same in whichever part the
// file stands, so that a file which is for a moment in two parts is still one file.
func (m ProcedureManifest) file() string {
	return fmt.Sprintf("%s-r%d.yaml.gz", m.Procedure, m.Revision)
}

// PartCount returns how many ConfigMaps a procedure set needs: 1, 2 or 4. The error is a [*BundleTooLargeError].
func PartCount(manifests []ProcedureManifest) (int, error) {
	for count := 1; count <= MaxParts; count *= 2 {
		if slices.Max(partSizes(manifests, count)) <= MaxConfigMapBytes {
			return count, nil
		}
	}
	size := 0
	for _, m := range manifests {
		size += len(m.Content)
	}
	return 0, &BundleTooLargeError{
		What: fmt.Sprintf("a set of %d procedure revisions", len(manifests)), Size: size, Limit: MaxParts * MaxConfigMapBytes,
		Remedy: "adopt fewer procedures in spec.procedures of the Agency, or shorten the longest ones",
	}
}

// ProcedureSet returns the ConfigMaps of a procedure set. Which part holds a procedure depends on its name and on the
// number of parts alone: a new revision changes one ConfigMap. They are to be applied in the order given, the last part
// first: a procedure that moves to another part because their number has changed is never in none.
func ProcedureSet(namespace, set string, manifests []ProcedureManifest) ([]Object, error) {
	count, err := PartCount(manifests)
	if err != nil {
		return nil, err
	}
	parts := make([]map[string][]byte, count)
	for i := range parts {
		parts[i] = map[string][]byte{}
	}
	for _, m := range manifests {
		parts[partOf(m.Procedure, count)][m.file()] = m.Content
	}
	objects := make([]Object, 0, count)
	for i := count - 1; i >= 0; i-- {
		ac := coreac.ConfigMap(PartName(set, i), namespace).
			WithLabels(map[string]string{
				v1alpha1.LabelManagedBy:    v1alpha1.ManagedByValue,
				v1alpha1.LabelProcedureSet: set,
			}).
			WithBinaryData(parts[i])
		objects = append(objects, Object{Kind: configMapKind, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac})
	}
	return objects, nil
}

func partSizes(manifests []ProcedureManifest, count int) []int {
	sizes := make([]int, count)
	for _, m := range manifests {
		sizes[partOf(m.Procedure, count)] += len(m.file()) + len(m.Content)
	}
	return sizes
}

func partOf(procedure string, count int) int {
	hash := fnv.New32a()
	hash.Write([]byte(procedure))
	return int(hash.Sum32() % uint32(count))
}
