package workload

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	appsac "k8s.io/client-go/applyconfigurations/apps/v1"
	coreac "k8s.io/client-go/applyconfigurations/core/v1"
	metaac "k8s.io/client-go/applyconfigurations/meta/v1"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"chuan.dev/chuan/api/v1alpha1"
)

// AnnotationPodTemplate carries, on a StatefulSet, a digest of the pod template that was applied. A digest that differs
// means that applying restarts the pods. It is not on the pods themselves.
const AnnotationPodTemplate = v1alpha1.Group + "/pod-template"

// Replicas of an agency's service. SQLite has one writer, so there is one.
const Replicas = 1

// userID is the user and group that the image runs as.
const userID = 65532

// terminationGraceSeconds is how long requests in flight may take to end.
const terminationGraceSeconds = 30

// What the pods mount, and where workflowd looks for it.
const (
	portName = "http"

	dataVolume      = "data"
	manifestsVolume = "manifests"
	evidenceVolume  = "evidence"
	scratchVolume   = "tmp"

	dataPath      = "/var/lib/chuan"
	manifestsPath = "/etc/chuan/manifests"
	evidencePath  = "/etc/chuan/evidence"
	scratchPath   = "/tmp"
)

// What an agency gets that asks for nothing. The CRD has the same defaults; these hold where a parent field is absent.
var (
	defaultStorage = resource.MustParse("1Gi")
	defaultCPU     = resource.MustParse("10m")
	defaultMemory  = resource.MustParse("128Mi")
	scratchSize    = resource.MustParse("64Mi")
)

var statefulSetKind = appsv1.SchemeGroupVersion.WithKind("StatefulSet")

func statefulSet(agency *v1alpha1.Agency, procedureSet string, options Options) Object {
	template := podTemplate(agency, procedureSet, options)
	ac := appsac.StatefulSet(agency.Name, agency.Namespace).
		WithLabels(objectLabels(agency.Name)).
		WithAnnotations(map[string]string{AnnotationPodTemplate: digest(template)}).
		WithOwnerReferences(ownerOf(agency)).
		WithSpec(appsac.StatefulSetSpec().
			WithReplicas(Replicas).
			WithServiceName(agency.Name).
			WithSelector(metaac.LabelSelector().WithMatchLabels(selectorLabels(agency.Name))).
			// OrderedReady would wait for ever for a pod that never becomes ready, even when a new template mends it.
			WithPodManagementPolicy(appsv1.ParallelPodManagement).
			WithUpdateStrategy(appsac.StatefulSetUpdateStrategy().
				WithType(appsv1.RollingUpdateStatefulSetStrategyType)).
			WithRevisionHistoryLimit(2).
			WithPersistentVolumeClaimRetentionPolicy(claimRetention(agency.Spec.DeletionPolicy)).
			WithTemplate(template).
			WithVolumeClaimTemplates(claim(agency)))
	return Object{Kind: statefulSetKind, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}
}

// claimRetention keeps the records unless the agency says otherwise, and always when the service is only scaled down.
func claimRetention(policy v1alpha1.DeletionPolicy) *appsac.StatefulSetPersistentVolumeClaimRetentionPolicyApplyConfiguration {
	whenDeleted := appsv1.RetainPersistentVolumeClaimRetentionPolicyType
	if policy == v1alpha1.DeletionPolicyDelete {
		whenDeleted = appsv1.DeletePersistentVolumeClaimRetentionPolicyType
	}
	return appsac.StatefulSetPersistentVolumeClaimRetentionPolicy().
		WithWhenDeleted(whenDeleted).
		WithWhenScaled(appsv1.RetainPersistentVolumeClaimRetentionPolicyType)
}

func claim(agency *v1alpha1.Agency) *coreac.PersistentVolumeClaimApplyConfiguration {
	size, class := defaultStorage, ""
	if s := agency.Spec.Service; s != nil && s.Storage != nil {
		size = valueOr(s.Storage.Size, size)
		class = s.Storage.ClassName
	}
	spec := coreac.PersistentVolumeClaimSpec().
		WithAccessModes(corev1.ReadWriteOnce).
		WithResources(coreac.VolumeResourceRequirements().
			WithRequests(corev1.ResourceList{corev1.ResourceStorage: size}))
	if class != "" {
		spec.WithStorageClassName(class)
	}
	ac := &coreac.PersistentVolumeClaimApplyConfiguration{}
	return ac.WithName(dataVolume).WithLabels(podLabels(agency.Name)).WithSpec(spec)
}

func podTemplate(agency *v1alpha1.Agency, procedureSet string, options Options) *coreac.PodTemplateSpecApplyConfiguration {
	return coreac.PodTemplateSpec().
		WithLabels(podLabels(agency.Name)).
		WithSpec(coreac.PodSpec().
			WithServiceAccountName(agency.Name).
			WithAutomountServiceAccountToken(false).
			// A namespace holds hundreds of services; their environment variables are of no use here.
			WithEnableServiceLinks(false).
			WithTerminationGracePeriodSeconds(terminationGraceSeconds).
			WithSecurityContext(coreac.PodSecurityContext().
				WithRunAsNonRoot(true).
				WithRunAsUser(userID).
				WithRunAsGroup(userID).
				WithFSGroup(userID).
				WithFSGroupChangePolicy(corev1.FSGroupChangeOnRootMismatch).
				WithSeccompProfile(coreac.SeccompProfile().WithType(corev1.SeccompProfileTypeRuntimeDefault))).
			WithContainers(container(agency, options)).
			WithVolumes(
				manifests(agency.Name, procedureSet),
				coreac.Volume().WithName(evidenceVolume).
					WithSecret(coreac.SecretVolumeSource().WithSecretName(EvidenceSecretName(agency.Name)).
						WithDefaultMode(0o440)),
				coreac.Volume().WithName(scratchVolume).
					WithEmptyDir(coreac.EmptyDirVolumeSource().WithSizeLimit(scratchSize)),
			))
}

func container(agency *v1alpha1.Agency, options Options) *coreac.ContainerApplyConfiguration {
	cpu, memory := defaultCPU, defaultMemory
	if s := agency.Spec.Service; s != nil && s.Resources != nil {
		cpu = valueOr(s.Resources.CPU, cpu)
		memory = valueOr(s.Resources.Memory, memory)
	}
	return coreac.Container().
		WithName(program).
		WithImage(options.Image).
		WithImagePullPolicy(corev1.PullIfNotPresent).
		WithArgs(arguments(options)...).
		WithEnv(coreac.EnvVar().WithName("GOMEMLIMIT").WithValue(memoryGoal(memory))).
		WithPorts(coreac.ContainerPort().
			WithName(portName).WithContainerPort(Port).WithProtocol(corev1.ProtocolTCP)).
		WithResources(coreac.ResourceRequirements().
			WithRequests(corev1.ResourceList{corev1.ResourceCPU: cpu, corev1.ResourceMemory: memory}).
			WithLimits(corev1.ResourceList{corev1.ResourceMemory: memory})).
		WithStartupProbe(probe("/healthz", 1, 60)).
		WithLivenessProbe(probe("/healthz", 20, 3)).
		WithReadinessProbe(probe("/readyz", 5, 3)).
		WithSecurityContext(coreac.SecurityContext().
			WithAllowPrivilegeEscalation(false).
			WithReadOnlyRootFilesystem(true).
			WithCapabilities(coreac.Capabilities().WithDrop("ALL"))).
		WithVolumeMounts(
			coreac.VolumeMount().WithName(dataVolume).WithMountPath(dataPath),
			coreac.VolumeMount().WithName(manifestsVolume).WithMountPath(manifestsPath).WithReadOnly(true),
			coreac.VolumeMount().WithName(evidenceVolume).WithMountPath(evidencePath).WithReadOnly(true),
			coreac.VolumeMount().WithName(scratchVolume).WithMountPath(scratchPath),
		)
}

func arguments(options Options) []string {
	args := []string{
		"--manifests=" + manifestsPath,
		"--data=" + dataPath,
		"--listen=:" + strconv.Itoa(Port),
		"--evidence-key-file=" + evidencePath + "/" + evidenceKey,
		"--log-format=json",
	}
	if options.DevelopmentSignIn {
		args = append(args, "--development-sign-in")
	}
	return args
}

// memoryGoal is nine tenths of the memory limit, in bytes: the garbage collector works harder before the kernel kills.
func memoryGoal(limit resource.Quantity) string {
	return strconv.FormatInt(limit.Value()/10*9, 10)
}

func probe(path string, periodSeconds, failures int32) *coreac.ProbeApplyConfiguration {
	return coreac.Probe().
		WithHTTPGet(coreac.HTTPGetAction().WithPath(path).WithPort(intstr.FromString(portName))).
		WithPeriodSeconds(periodSeconds).
		WithTimeoutSeconds(5).
		WithFailureThreshold(failures)
}

// manifests is the directory that workflowd reads: the agency's own bundle, and every part that its procedure set may
// have. The parts are optional, so that a set can grow without a change to the pods.
func manifests(agency, procedureSet string) *coreac.VolumeApplyConfiguration {
	sources := []*coreac.VolumeProjectionApplyConfiguration{
		coreac.VolumeProjection().WithConfigMap(coreac.ConfigMapProjection().WithName(BundleName(agency))),
	}
	if procedureSet != "" {
		for part := range MaxParts {
			sources = append(sources, coreac.VolumeProjection().WithConfigMap(
				coreac.ConfigMapProjection().WithName(PartName(procedureSet, part)).WithOptional(true)))
		}
	}
	return coreac.Volume().WithName(manifestsVolume).
		WithProjected(coreac.ProjectedVolumeSource().WithSources(sources...))
}

// digest names a pod template by its content. Configurations always marshal: they hold nothing but plain fields.
func digest(template *coreac.PodTemplateSpecApplyConfiguration) string {
	content, _ := json.Marshal(template)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

func valueOr(quantity *resource.Quantity, otherwise resource.Quantity) resource.Quantity {
	if quantity == nil {
		return otherwise
	}
	return *quantity
}
