package control

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"sigs.k8s.io/yaml"
)

// Client asks the API server a few plain questions. Whatever needs more is a matter for kubectl.
type Client struct {
	server string
	http   *http.Client
}

// NewClient makes a client from a kubeconfig of this package's.
func NewClient(path string) (*Client, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	var config struct {
		Clusters []struct {
			Cluster struct {
				Server    string `json:"server"`
				Authority []byte `json:"certificate-authority-data"`
			} `json:"cluster"`
		} `json:"clusters"`
		Users []struct {
			User struct {
				Cert []byte `json:"client-certificate-data"`
				Key  []byte `json:"client-key-data"`
			} `json:"user"`
		} `json:"users"`
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(config.Clusters) != 1 || len(config.Users) != 1 {
		return nil, fmt.Errorf("read %s: want one cluster and one user", path)
	}
	cluster, user := config.Clusters[0].Cluster, config.Users[0].User
	pair, err := tls.X509KeyPair(user.Cert, user.Key)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cluster.Authority)
	transport := &http.Transport{ // without a proxy: the server is on this machine
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}},
	}
	const limit = 5 * time.Second
	return &Client{server: cluster.Server, http: &http.Client{Transport: transport, Timeout: limit}}, nil
}

// Ready is nil when the API server says that it is ready.
func (c *Client) Ready(ctx context.Context) error { return c.Get(ctx, "/readyz", nil) }

// Get reads the JSON of an object into a value, or only asks whether it is there.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+path, nil)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", path, response.Status)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

// Condition waits for nothing: it is nil when the object has the condition, and otherwise says what it has instead.
func (c *Client) Condition(ctx context.Context, path, condition string) error {
	var object struct {
		Status struct {
			Conditions []struct {
				Type    string `json:"type"`
				Status  string `json:"status"`
				Message string `json:"message"`
			} `json:"conditions"`
		} `json:"status"`
	}
	if err := c.Get(ctx, path, &object); err != nil {
		return err
	}
	for _, have := range object.Status.Conditions {
		if have.Type != condition {
			continue
		}
		if have.Status == "True" {
			return nil
		}
		return fmt.Errorf("%s is %s: %s", condition, have.Status, have.Message)
	}
	return errors.New(condition + " is not yet known")
}
