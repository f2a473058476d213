package main

import (
	"context"

	"github.com/spf13/cobra"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// The programs of a node exist on Linux only; elsewhere the API server alone is of use.
func init() {
	programs["kubelet"] = component(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) })
	programs["kube-proxy"] = component(func() *cobra.Command { return proxy.NewProxyCommand() })
	programs["volume-provisioner"] = component(newVolumeProvisionerCommand)
}
