package workload

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"chuan.dev/chuan/api/v1alpha1"
)

// program is the name of the program that runs in an agency's pods.
const program = "workflowd"

// maxNameLength leaves room for the suffixes of the objects' names within the 63 characters of a DNS label.
const maxNameLength = 52

// Port is the port on which an agency's service answers.
const Port = 8080

// BundleName returns the name of the ConfigMap that holds an agency's own manifests.
func BundleName(agency string) string { return agency + "-bundle" }

// EvidenceSecretName returns the name of the Secret that holds an agency's evidence key.
func EvidenceSecretName(agency string) string { return agency + "-evidence" }

// MasterKeySecretName returns the name of the Secret that holds the key of an agency's records.
func MasterKeySecretName(agency string) string { return agency + "-master-key" }

// URL returns the address at which an agency's service answers inside the cluster.
func URL(namespace, agency string) string {
	return fmt.Sprintf("http://%s.%s.svc:%d", agency, namespace, Port)
}

// CheckName says whether objects can be named after an agency of this name: it becomes the name of a Service, hence a
// DNS label that begins with a letter. The error says what to do.
func CheckName(agency string) error {
	problems := validation.IsDNS1035Label(agency)
	if len(agency) > maxNameLength {
		problems = append(problems, fmt.Sprintf("must be no more than %d characters", maxNameLength))
	}
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("the name %q cannot name a Service: %s; make the Agency again under a name of lower case letters, digits and hyphens that begins with a letter",
		agency, strings.Join(problems, "; "))
}

// selectorLabels tell the pods of one agency from all others. They cannot change: a StatefulSet's selector is immutable.
func selectorLabels(agency string) map[string]string {
	return map[string]string{
		v1alpha1.LabelName:     program,
		v1alpha1.LabelInstance: agency,
	}
}

// podLabels leave LabelManagedBy out, so that what the StatefulSet controller copies them to (pods, its own
// ControllerRevisions) is not taken for something that an operator of Chuan made.
func podLabels(agency string) map[string]string {
	labels := selectorLabels(agency)
	labels[v1alpha1.LabelAgency] = agency
	return labels
}

// objectLabels are the labels of every object made for an agency.
func objectLabels(agency string) map[string]string {
	labels := podLabels(agency)
	labels[v1alpha1.LabelManagedBy] = v1alpha1.ManagedByValue
	return labels
}
