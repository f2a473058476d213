package workload

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

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
	masterKeyVolume = "master-key"
	databaseVolume  = "database"
	clientVolume    = "client"
	peersVolume     = "peers"
	scratchVolume   = "tmp"

	dataPath      = "/var/lib/chuan"
	manifestsPath = "/etc/chuan/manifests"
	evidencePath  = "/etc/chuan/evidence"
	masterKeyPath = "/etc/chuan/master-key"
	databasePath  = "/etc/chuan/database"
	clientPath    = "/etc/chuan/client"
	peersPath     = "/etc/chuan/peers"
	scratchPath   = "/tmp"
)

// What an agency gets that asks for nothing. The CRD has the same defaults; these hold where a parent field is absent.
var (
	defaultStorage = resource.MustParse("1Gi")
	defaultCPU     = resource.MustParse("10m")
	defaultMemory  = resource.MustParse("128Mi")
	scratchSize    = resource.MustParse("64Mi")
)

// The keys of Secrets that name nothing else, as in the CRD.
const (
	defaultDatabaseKey = "uri"
	defaultPeersKey    = "peers.yaml"
)

var statefulSetKind = appsv1.SchemeGroupVersion.WithKind("StatefulSet")

// statefulSet runs the service. It is one also where a database holds the records and several replicas run: then it has no
// claim, and what a Deployment would do more, to start a new pod before the old one ends, the other replicas make up for.
func statefulSet(agency *v1alpha1.Agency, procedureSet string, options Options) Object {
	template := podTemplate(agency, procedureSet, options)
	spec := appsac.StatefulSetSpec().
		WithReplicas(Replicas(agency)).
		WithServiceName(agency.Name).
		WithSelector(metaac.LabelSelector().WithMatchLabels(selectorLabels(agency.Name))).
		// OrderedReady would wait for ever for a pod that never becomes ready, even when a new template mends it.
		WithPodManagementPolicy(appsv1.ParallelPodManagement).
		WithUpdateStrategy(appsac.StatefulSetUpdateStrategy().
			WithType(appsv1.RollingUpdateStatefulSetStrategyType)).
		WithRevisionHistoryLimit(2).
		WithPersistentVolumeClaimRetentionPolicy(claimRetention(agency.Spec.DeletionPolicy)).
		WithTemplate(template)
	if database(agency) == nil {
		spec.WithVolumeClaimTemplates(claim(agency))
	}
	ac := appsac.StatefulSet(agency.Name, agency.Namespace).
		WithLabels(objectLabels(agency.Name)).
		WithAnnotations(map[string]string{AnnotationPodTemplate: digest(template)}).
		WithOwnerReferences(ownerOf(agency)).
		WithSpec(spec)
	return Object{Kind: statefulSetKind, Meta: ac.ObjectMetaApplyConfiguration, Configuration: ac}
}

// database of the agency; nil when a file on its volume holds the records.
func database(agency *v1alpha1.Agency) *v1alpha1.ServiceDatabase {
	if agency.Spec.Service == nil {
		return nil
	}
	return agency.Spec.Service.Database
}

// Replicas is how many pods an agency's service has. A file has one writer, so several need a database; the CRD refuses them without one.
func Replicas(agency *v1alpha1.Agency) int32 {
	if s := agency.Spec.Service; s != nil && s.Replicas > 0 && s.Database != nil {
		return s.Replicas
	}
	return 1
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
			WithVolumes(manifests(agency.Name, procedureSet)).
			WithVolumes(volumes(agency)...))
}

// volumes of the pods, beside the manifests and the claim.
func volumes(agency *v1alpha1.Agency) []*coreac.VolumeApplyConfiguration {
	secret := func(volume, name string) *coreac.VolumeApplyConfiguration {
		return coreac.Volume().WithName(volume).
			WithSecret(coreac.SecretVolumeSource().WithSecretName(name).WithDefaultMode(0o440))
	}
	all := []*coreac.VolumeApplyConfiguration{
		secret(evidenceVolume, EvidenceSecretName(agency.Name)),
		secret(masterKeyVolume, MasterKeySecretName(agency.Name)),
		coreac.Volume().WithName(scratchVolume).
			WithEmptyDir(coreac.EmptyDirVolumeSource().WithSizeLimit(scratchSize)),
	}
	if db := database(agency); db != nil {
		all = append(all, secret(databaseVolume, db.SecretName),
			coreac.Volume().WithName(dataVolume).WithEmptyDir(coreac.EmptyDirVolumeSource()))
	}
	if client := clientSecret(agency); client != nil {
		all = append(all, secret(clientVolume, client.Name))
	}
	if p := peers(agency); p != nil {
		all = append(all, secret(peersVolume, p.SecretName))
	}
	return all
}

// mounts are where the volumes appear in the container.
func mounts(agency *v1alpha1.Agency) []*coreac.VolumeMountApplyConfiguration {
	readOnly := func(volume, path string) *coreac.VolumeMountApplyConfiguration {
		return coreac.VolumeMount().WithName(volume).WithMountPath(path).WithReadOnly(true)
	}
	all := []*coreac.VolumeMountApplyConfiguration{
		coreac.VolumeMount().WithName(dataVolume).WithMountPath(dataPath),
		readOnly(manifestsVolume, manifestsPath),
		readOnly(evidenceVolume, evidencePath),
		readOnly(masterKeyVolume, masterKeyPath),
		coreac.VolumeMount().WithName(scratchVolume).WithMountPath(scratchPath),
	}
	if database(agency) != nil {
		all = append(all, readOnly(databaseVolume, databasePath))
	}
	if clientSecret(agency) != nil {
		all = append(all, readOnly(clientVolume, clientPath))
	}
	if peers(agency) != nil {
		all = append(all, readOnly(peersVolume, peersPath))
	}
	return all
}

// peers is the file that names other agencies; nil when there is none.
func peers(agency *v1alpha1.Agency) *v1alpha1.ServicePeers {
	if agency.Spec.Service == nil {
		return nil
	}
	return agency.Spec.Service.Peers
}

// clientSecret is where the secret of the client at the provider of sign-in is kept; nil when there is none.
func clientSecret(agency *v1alpha1.Agency) *v1alpha1.SecretKeyReference {
	if agency.Spec.SignIn == nil {
		return nil
	}
	return agency.Spec.SignIn.ClientSecret
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
		WithArgs(arguments(agency, options)...).
		WithEnv(coreac.EnvVar().WithName("GOMEMLIMIT").WithValue(memoryGoal(memory))).
		WithEnv(documentKeys(agency)...).
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
		WithVolumeMounts(mounts(agency)...)
}

// The names under which an S3-compatible store's keys are known, in Secrets as in the environment.
const (
	accessKeyID     = "AWS_ACCESS_KEY_ID"
	secretAccessKey = "AWS_SECRET_ACCESS_KEY" //nolint:gosec // a name, not a secret
)

// documentKeys are the keys of the document store, for the environment.
func documentKeys(agency *v1alpha1.Agency) []*coreac.EnvVarApplyConfiguration {
	if agency.Spec.Service == nil || agency.Spec.Service.Documents == nil {
		return nil
	}
	var all []*coreac.EnvVarApplyConfiguration
	for _, name := range []string{accessKeyID, secretAccessKey} {
		all = append(all, coreac.EnvVar().WithName(name).WithValueFrom(coreac.EnvVarSource().WithSecretKeyRef(
			coreac.SecretKeySelector().WithName(agency.Spec.Service.Documents.SecretName).WithKey(name))))
	}
	return all
}

func arguments(agency *v1alpha1.Agency, options Options) []string {
	args := []string{
		"--manifests=" + manifestsPath,
		"--data=" + dataPath,
		"--listen=:" + strconv.Itoa(Port),
		"--evidence-key-file=" + evidencePath + "/" + secretKey,
		"--master-key-file=" + masterKeyPath + "/" + secretKey,
		"--log-format=json",
	}
	if s := agency.Spec.Service; s != nil {
		args = append(args, serviceArguments(s)...)
	}
	if client := clientSecret(agency); client != nil {
		args = append(args, "--client-secret-file="+clientPath+"/"+client.Key)
	}
	if options.DevelopmentSignIn {
		args = append(args, "--development-sign-in")
	}
	return args
}

// serviceArguments are those of what an agency says of its service.
func serviceArguments(s *v1alpha1.AgencyService) []string {
	var args []string
	if s.PublicURL != "" {
		args = append(args, "--public-url="+s.PublicURL)
	}
	if s.Database != nil {
		args = append(args, "--database-uri-file="+databasePath+"/"+cmp.Or(s.Database.Key, defaultDatabaseKey))
	}
	if d := s.Documents; d != nil {
		location := "s3+" + d.Endpoint + "/" + d.Bucket
		if d.Region != "" {
			location += "?region=" + d.Region
		}
		args = append(args, "--documents="+location)
	}
	if s.Peers != nil {
		args = append(args, "--peers-file="+peersPath+"/"+cmp.Or(s.Peers.Key, defaultPeersKey))
	}
	if len(s.TrustedProxies) > 0 {
		args = append(args, "--trusted-proxies="+strings.Join(s.TrustedProxies, ","))
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
