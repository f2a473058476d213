// Package v1alpha1 holds the kinds of the group qms.chuan.dev: the words in which a province writes down its ISO 9001
// quality system. It carries types, names and validation markers only; what decides lives in internal/.
//
// The comments of the fields are the user documentation: kubectl explain prints them.
//
// +kubebuilder:object:generate=true
// +kubebuilder:ac:generate=true
// +kubebuilder:ac:output:package="applyconfiguration"
// +groupName=qms.chuan.dev
package v1alpha1
