package workload

import (
	"encoding/hex"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
)

// KeySize is the number of random bytes of every key that the operator makes.
const KeySize = 32

// secretKey is the key within the Secrets, and so the name of the file that workflowd reads.
const secretKey = "key"

// EvidenceSecret returns the Secret that holds the key with which auditors fetch an agency's evidence. The random bytes
// come from the caller.
//
// It is an object to be created, not a configuration to be applied: the operator makes the key once, cannot read it
// afterwards (it has no other right on Secrets than to create them), and must never replace it. The Secret is immutable;
// to change the key, delete the Secret and set a new value of the annotation qms.chuan.dev/requested-at. An
// administrator who wants a key of their own makes the Secret before the Agency.
func EvidenceSecret(agency *v1alpha1.Agency, random [KeySize]byte) *corev1.Secret {
	secret := keySecret(agency, EvidenceSecretName(agency.Name), random)
	yes := true
	secret.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: v1alpha1.GroupVersion.String(),
		Kind:       v1alpha1.AgencyKind,
		Name:       agency.Name,
		UID:        agency.UID,
		Controller: &yes,
	}}
	return secret
}

// MasterKeySecret returns the Secret that holds the key under which the personal data in an agency's records are encrypted
// and by which its records are signed. It is created once, like that of the evidence key, and never changed.
//
// Nobody owns it: records outlive their Agency (spec.deletionPolicy), and without the key they cannot be read. An Agency that
// is made again under the same name finds it. Who wants the records gone for good deletes it by hand.
func MasterKeySecret(agency *v1alpha1.Agency, random [KeySize]byte) *corev1.Secret {
	return keySecret(agency, MasterKeySecretName(agency.Name), random)
}

func keySecret(agency *v1alpha1.Agency, name string, random [KeySize]byte) *corev1.Secret {
	yes := true
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: agency.Namespace, Labels: objectLabels(agency.Name)},
		Type:       corev1.SecretTypeOpaque,
		Immutable:  &yes,
		Data:       map[string][]byte{secretKey: []byte(hex.EncodeToString(random[:]))},
	}
}
