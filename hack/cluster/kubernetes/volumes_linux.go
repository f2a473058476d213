package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// localVolumes makes every claim a directory of the node, as a volume of type local. The host-path provisioner of
// kube-controller-manager will not do: the kubelet applies no fsGroup to hostPath volumes, so a container that does
// not run as root could never write to its claim; it refuses ReadWriteOncePod; and it puts the data under /tmp.
type localVolumes struct {
	root, node string
}

// Provision makes the directory and the volume that names it. The directory belongs to root, like a new file system:
// what lets a pod write to it is the pod's fsGroup, as on any other cluster.
func (v localVolumes) Provision(_ context.Context, options controller.ProvisionOptions) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	path := filepath.Join(v.root, options.PVName)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, controller.ProvisioningFinished, fmt.Errorf("make the volume's directory: %w", err)
	}
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: corev1.PersistentVolumeSpec{
			AccessModes:                   options.PVC.Spec.AccessModes,
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: options.PVC.Spec.Resources.Requests[corev1.ResourceStorage]},
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: path}},
			NodeAffinity:                  v.affinity(),
		},
	}, controller.ProvisioningFinished, nil
}

// affinity binds a volume to the node, which a local volume must be.
func (v localVolumes) affinity() *corev1.VolumeNodeAffinity {
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
		MatchExpressions: []corev1.NodeSelectorRequirement{{
			Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{v.node},
		}},
	}}}}
}

// Delete removes the directory of a released volume.
func (v localVolumes) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	if volume.Spec.Local == nil || filepath.Dir(volume.Spec.Local.Path) != filepath.Clean(v.root) {
		return &controller.IgnoredError{Reason: "the volume is not a directory under " + v.root}
	}
	return os.RemoveAll(volume.Spec.Local.Path)
}

func newVolumeProvisionerCommand() *cobra.Command {
	var kubeconfig, name string
	var volumes localVolumes
	command := &cobra.Command{
		Use:   "volume-provisioner",
		Short: "Makes a directory of the node for every claim of its storage classes",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return runVolumeProvisioner(genericapiserver.SetupSignalContext(), kubeconfig, name, volumes)
		},
	}
	flags := command.Flags()
	flags.StringVar(&kubeconfig, "kubeconfig", "", "the file that names the cluster and the credentials")
	flags.StringVar(&name, "provisioner", "", "the provisioner that storage classes name")
	flags.StringVar(&volumes.root, "root", "", "the directory that holds the volumes")
	flags.StringVar(&volumes.node, "node", "", "the node that the volumes belong to")
	return command
}

func runVolumeProvisioner(ctx context.Context, kubeconfig, name string, volumes localVolumes) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("read %s: %w", kubeconfig, err)
	}
	config.QPS, config.Burst = 500, 1000 // a node of its own: no one to share the API server with
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("make a client of %s: %w", kubeconfig, err)
	}
	controller.NewProvisionController(ctx, client, name, volumes,
		controller.LeaderElection(false), controller.Threadiness(16)).Run(ctx)
	return nil
}
