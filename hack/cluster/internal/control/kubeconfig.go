package control

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"text/template"

	"chuan.dev/chuan/hack/cluster/internal/pki"
)

//go:embed kubeconfig.yaml.tmpl
var kubeconfigText string

var kubeconfigTemplate = template.Must(template.New("kubeconfig").Option("missingkey=error").Parse(kubeconfigText))

// kubeconfig renders the file by which a user reaches the API server; it holds the certificates, so that it can be
// copied away from the cluster's directory.
func kubeconfig(server, user string, authority []byte, pair *pki.Pair) ([]byte, error) {
	var out bytes.Buffer
	err := kubeconfigTemplate.Execute(&out, map[string]string{
		"Server": server, "User": user,
		"Authority": base64.StdEncoding.EncodeToString(authority),
		"Cert":      base64.StdEncoding.EncodeToString(pair.Cert),
		"Key":       base64.StdEncoding.EncodeToString(pair.Key),
	})
	if err != nil {
		return nil, fmt.Errorf("render the kubeconfig of %s: %w", user, err)
	}
	return out.Bytes(), nil
}
