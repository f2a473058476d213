package workload

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"sync"

	coreac "k8s.io/client-go/applyconfigurations/core/v1"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/manifest"
)

// MaxConfigMapBytes is how much compressed content one ConfigMap carries. The API server takes 1 MiB; the rest is room
// for names and metadata.
const MaxConfigMapBytes = 900 << 10

// agencyFile is the file of the Agency within its bundle.
const agencyFile = "agency.yaml.gz"

// Manifest is a compressed manifest, a file of the directory that workflowd reads.
type Manifest struct {
	// File is its name, which no other file of an agency has.
	File string
	// Content is gzip's.
	Content []byte
}

// BundleTooLargeError says that manifests do not fit into the ConfigMaps that carry them.
type BundleTooLargeError struct {
	// What does not fit, as "the bundle of agency xa-a".
	What string
	// Size is what it takes, in compressed bytes.
	Size int
	// Limit is what there is room for, in compressed bytes.
	Limit int
	// Remedy says what a person can do.
	Remedy string
}

// Error says what is too large, by how much, and what to do.
func (e *BundleTooLargeError) Error() string {
	return fmt.Sprintf("%s takes %d KiB compressed, and there is room for %d KiB: %s",
		e.What, (e.Size+1023)>>10, e.Limit>>10, e.Remedy)
}

// CalendarManifest writes down a calendar. Many agencies have the same ones, so it is done once for all of them.
func CalendarManifest(calendar *v1alpha1.WorkCalendar) (Manifest, error) {
	content, err := compressed(&v1alpha1.WorkCalendar{
		TypeMeta:   typeMeta(v1alpha1.WorkCalendarKind),
		ObjectMeta: metav1.ObjectMeta{Name: calendar.Name, Labels: calendar.Labels},
		Spec:       calendar.Spec,
	})
	if err != nil {
		return Manifest{}, fmt.Errorf("writing the calendar %s: %w", calendar.Name, err)
	}
	return Manifest{File: "calendar-" + calendar.Name + ".yaml.gz", Content: content}, nil
}

// bundle holds what is the agency's alone: itself, without what only the cluster knows of it, and its calendars.
func bundle(agency *v1alpha1.Agency, calendars []Manifest) (Object, error) {
	content, err := compressed(&v1alpha1.Agency{
		TypeMeta:   typeMeta(v1alpha1.AgencyKind),
		ObjectMeta: metav1.ObjectMeta{Name: agency.Name, Labels: agency.Labels},
		Spec:       agency.Spec,
	})
	if err != nil {
		return Object{}, fmt.Errorf("writing the bundle of agency %s: %w", agency.Name, err)
	}
	files, size := map[string][]byte{agencyFile: content}, len(agencyFile)+len(content)
	for _, calendar := range calendars {
		files[calendar.File] = calendar.Content
		size += len(calendar.File) + len(calendar.Content)
	}
	if size > MaxConfigMapBytes {
		return Object{}, &BundleTooLargeError{
			What: "the bundle of agency " + agency.Name, Size: size, Limit: MaxConfigMapBytes,
			Remedy: "shorten spec.officers and spec.units of the Agency, or the exceptions of its WorkCalendars",
		}
	}
	ac := coreac.ConfigMap(BundleName(agency.Name), agency.Namespace).
		WithLabels(objectLabels(agency.Name)).
		WithOwnerReferences(ownerOf(agency)).
		WithBinaryData(files)
	return Object{Kind: configMapKind, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}, nil
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: kind}
}

// compressors are kept because a new one allocates most of a megabyte.
var compressors = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compressed returns the manifests of objects in gzip's format, without a time stamp: the same objects give the same
// bytes.
func compressed(objects ...runtime.Object) ([]byte, error) {
	var out bytes.Buffer
	compressor := compressors.Get().(*gzip.Writer)
	defer compressors.Put(compressor)
	compressor.Reset(&out)
	if err := manifest.Write(compressor, objects...); err != nil {
		return nil, err
	}
	if err := compressor.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
