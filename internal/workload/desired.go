package workload

import (
	coreac "k8s.io/client-go/applyconfigurations/core/v1"
	metaac "k8s.io/client-go/applyconfigurations/meta/v1"
	networkingac "k8s.io/client-go/applyconfigurations/networking/v1"
	policyac "k8s.io/client-go/applyconfigurations/policy/v1"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"

	"chuan.dev/chuan/api/v1alpha1"
)

// Options are what the operator decides for all agencies alike.
type Options struct {
	// Image of workflowd.
	Image string
	// DevelopmentSignIn lets officers sign in by a header, without a password. For demonstrations only.
	DevelopmentSignIn bool
}

// Object is one object that is wanted.
type Object struct {
	// Kind of the object.
	Kind schema.GroupVersionKind
	// Meta is the metadata within Configuration. After the configuration was applied, it holds what the API server
	// answered: uid, resourceVersion, generation.
	Meta *metaac.ObjectMetaApplyConfiguration
	// Configuration is what is applied: every field that we own, and no other.
	Configuration runtime.ApplyConfiguration
}

// Name of the object.
func (o Object) Name() string { return *o.Meta.Name }

// The kinds of the objects that are made.
var (
	serviceAccountKind = corev1.SchemeGroupVersion.WithKind("ServiceAccount")
	configMapKind      = corev1.SchemeGroupVersion.WithKind("ConfigMap")
	serviceKind        = corev1.SchemeGroupVersion.WithKind("Service")
	networkPolicyKind  = networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy")
	budgetKind         = policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget")
)

// Desired returns the objects that an agency needs, in the order in which they are to be applied: what the pods refer to
// comes before the pods. Calendars are the years of the agency's series that its service needs. ProcedureSet is the name
// of the agency's procedure set, empty when it adopts no procedure.
//
// The keys are not among them, because they are made once and never again: see [EvidenceSecret] and [MasterKeySecret].
//
// The error is a [*BundleTooLargeError] when the manifests do not fit.
func Desired(agency *v1alpha1.Agency, calendars []Manifest, procedureSet string, options Options) ([]Object, error) {
	bundle, err := bundle(agency, calendars)
	if err != nil {
		return nil, err
	}
	objects := []Object{
		serviceAccount(agency),
		bundle,
		service(agency),
		networkPolicy(agency),
	}
	if Replicas(agency) > 1 {
		objects = append(objects, disruptionBudget(agency))
	}
	return append(objects, statefulSet(agency, procedureSet, options)), nil
}

// ownerOf makes the agency the controller of its objects, so that they go when it goes. It does not block the deletion
// of the agency, which would need rights on the finalizers of agencies and gain nothing.
func ownerOf(agency *v1alpha1.Agency) *metaac.OwnerReferenceApplyConfiguration {
	return metaac.OwnerReference().
		WithAPIVersion(v1alpha1.GroupVersion.String()).
		WithKind(v1alpha1.AgencyKind).
		WithName(agency.Name).
		WithUID(agency.UID).
		WithController(true)
}

func serviceAccount(agency *v1alpha1.Agency) Object {
	ac := coreac.ServiceAccount(agency.Name, agency.Namespace).
		WithLabels(objectLabels(agency.Name)).
		WithOwnerReferences(ownerOf(agency)).
		WithAutomountServiceAccountToken(false)
	return Object{Kind: serviceAccountKind, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}
}

func service(agency *v1alpha1.Agency) Object {
	ac := coreac.Service(agency.Name, agency.Namespace).
		WithLabels(objectLabels(agency.Name)).
		WithOwnerReferences(ownerOf(agency)).
		WithSpec(coreac.ServiceSpec().
			WithSelector(selectorLabels(agency.Name)).
			WithPorts(coreac.ServicePort().
				WithName(portName).
				WithProtocol(corev1.ProtocolTCP).
				WithPort(Port).
				WithTargetPort(intstr.FromString(portName))))
	return Object{Kind: serviceKind, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}
}

// networkPolicy lets anyone reach the service's port, an ingress controller in another namespace among them. The pods reach
// the services of the other agencies of the namespace, which they ask and answer; and what else the Agency names, a
// database, a store of documents, a provider of sign-in, whose addresses a policy cannot know.
func networkPolicy(agency *v1alpha1.Agency) Object {
	ac := networkingac.NetworkPolicy(agency.Name, agency.Namespace).
		WithLabels(objectLabels(agency.Name)).
		WithOwnerReferences(ownerOf(agency)).
		WithSpec(networkingac.NetworkPolicySpec().
			WithPodSelector(metaac.LabelSelector().WithMatchLabels(selectorLabels(agency.Name))).
			WithPolicyTypes(networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress).
			WithIngress(networkingac.NetworkPolicyIngressRule().
				WithPorts(networkingac.NetworkPolicyPort().
					WithProtocol(corev1.ProtocolTCP).
					WithPort(intstr.FromString(portName)))).
			WithEgress(egress(agency)...))
	return Object{Kind: networkPolicyKind, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}
}

func egress(agency *v1alpha1.Agency) []*networkingac.NetworkPolicyEgressRuleApplyConfiguration {
	dns := networkingac.NetworkPolicyEgressRule().WithPorts(
		networkingac.NetworkPolicyPort().WithProtocol(corev1.ProtocolUDP).WithPort(intstr.FromInt32(53)),
		networkingac.NetworkPolicyPort().WithProtocol(corev1.ProtocolTCP).WithPort(intstr.FromInt32(53)))
	if s := agency.Spec.Service; agency.Spec.SignIn != nil || s != nil && (s.Database != nil || s.Documents != nil || s.Peers != nil) {
		return []*networkingac.NetworkPolicyEgressRuleApplyConfiguration{
			dns, networkingac.NetworkPolicyEgressRule().WithPorts(networkingac.NetworkPolicyPort().WithProtocol(corev1.ProtocolTCP)),
		}
	}
	others := networkingac.NetworkPolicyEgressRule().
		WithTo(networkingac.NetworkPolicyPeer().WithPodSelector(
			metaac.LabelSelector().WithMatchLabels(map[string]string{v1alpha1.LabelName: program}))).
		WithPorts(networkingac.NetworkPolicyPort().WithProtocol(corev1.ProtocolTCP).WithPort(intstr.FromString(portName)))
	return []*networkingac.NetworkPolicyEgressRuleApplyConfiguration{dns, others}
}

// disruptionBudget keeps all but one of several replicas running while nodes are drained.
func disruptionBudget(agency *v1alpha1.Agency) Object {
	ac := policyac.PodDisruptionBudget(agency.Name, agency.Namespace).
		WithLabels(objectLabels(agency.Name)).
		WithOwnerReferences(ownerOf(agency)).
		WithSpec(policyac.PodDisruptionBudgetSpec().
			WithMaxUnavailable(intstr.FromInt32(1)).
			WithSelector(metaac.LabelSelector().WithMatchLabels(selectorLabels(agency.Name))))
	return Object{Kind: budgetKind, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}
}
