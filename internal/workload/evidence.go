package workload

import (
	"encoding/hex"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// EvidenceKeySize is the number of random bytes of an evidence key.
const EvidenceKeySize = 32

// evidenceKey is the key within the Secret, and so the name of the file that workflowd reads.
const evidenceKey = "key"

// EvidenceSecret returns the Secret that holds the key with which auditors fetch an agency's evidence. The random bytes
// come from the caller.
//
// It is an object to be created, not a configuration to be applied: the operator makes the key once, cannot read it
// afterwards (it has no other right on Secrets than to create them), and must never replace it. The Secret is immutable;
// to change the key, delete the Secret and set a new value of the annotation qms.chuan.dev/requested-at. An
// administrator who wants a key of their own makes the Secret before the Agency.
func EvidenceSecret(agency *v1alpha1.Agency, random [EvidenceKeySize]byte) *corev1.Secret {
	yes := true
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Name:      EvidenceSecretName(agency.Name),
			Namespace: agency.Namespace,
			Labels:    objectLabels(agency.Name),
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: v1alpha1.GroupVersion.String(),
				Kind:       v1alpha1.AgencyKind,
				Name:       agency.Name,
				UID:        agency.UID,
				Controller: &yes,
			}},
		},
		Type:      corev1.SecretTypeOpaque,
		Immutable: &yes,
		Data:      map[string][]byte{evidenceKey: []byte(hex.EncodeToString(random[:]))},
	}
}
