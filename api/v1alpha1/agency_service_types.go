package v1alpha1

import "k8s.io/apimachinery/pkg/api/resource"

// AgencyService says how an agency's workflow service runs.
//
// +kubebuilder:validation:XValidation:rule="!has(self.replicas) || self.replicas == 1 || has(self.database)",message="several replicas share a database: name one, or run one replica",fieldPath=".replicas"
// +kubebuilder:validation:XValidation:rule="!has(self.database) || has(self.documents)",message="a service on a database has no volume: name a document store too",fieldPath=".documents"
type AgencyService struct {
	// placement says where the service runs. Dedicated gives the agency a process
	// and a volume of its own. Default Dedicated, the only placement of this
	// version.
	// +optional
	// +default="Dedicated"
	Placement ServicePlacement `json:"placement,omitempty"`
	// replicas of the service that run at the same time. More than one needs a
	// database that they share. Default 1.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=5
	Replicas int32 `json:"replicas,omitempty"`
	// publicURL is where officers and citizens reach the service, as
	// https://mot-cua.dienbien.gov.vn. Needed to sign in.
	// +optional
	// +kubebuilder:validation:Pattern=`^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	PublicURL string `json:"publicURL,omitempty"`
	// database is the PostgreSQL database that holds the agency's records. It needs a
	// document store beside it. When absent, a file on the volume holds them.
	// +optional
	Database *ServiceDatabase `json:"database,omitempty"`
	// documents is the S3-compatible store that holds the bytes of documents. When
	// absent, the volume holds them.
	// +optional
	Documents *ServiceDocuments `json:"documents,omitempty"`
	// peers names the services of agencies elsewhere, and those of this namespace,
	// with which questions between agencies are exchanged. When absent, consult
	// steps are answered on paper.
	// +optional
	Peers *ServicePeers `json:"peers,omitempty"`
	// trustedProxies are the addresses of proxies before the service, as
	// 10.0.0.0/8, whose word on the address of a client is taken. When absent, all
	// clients behind a proxy share its limits.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:Pattern=`^[0-9A-Fa-f.:]+/[0-9]{1,3}$`
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=43
	TrustedProxies []string `json:"trustedProxies,omitempty"`
	// storage is the volume that holds the agency's records.
	// +optional
	Storage *ServiceStorage `json:"storage,omitempty"`
	// resources bounds the service's processor time and memory.
	// +optional
	Resources *ServiceResources `json:"resources,omitempty"`
}

// ServiceDatabase is a PostgreSQL database.
type ServiceDatabase struct {
	// secretName is the Secret in the agency's namespace with the connection string
	// of the database, such as the one that CloudNativePG makes for an application.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	SecretName string `json:"secretName,omitempty"`
	// key within the Secret. Default uri.
	// +optional
	// +default="uri"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Key string `json:"key,omitempty"`
}

// ServicePeers is the file that names the services of other agencies, their codes
// and their public keys.
type ServicePeers struct {
	// secretName is the Secret in the agency's namespace with the file.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	SecretName string `json:"secretName,omitempty"`
	// key within the Secret. Default peers.yaml.
	// +optional
	// +default="peers.yaml"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Key string `json:"key,omitempty"`
}

// ServiceDocuments is a bucket of an S3-compatible store.
type ServiceDocuments struct {
	// endpoint of the store, as https://s3.dienbien.gov.vn.
	// +required
	// +kubebuilder:validation:Pattern=`^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Endpoint string `json:"endpoint,omitempty"`
	// bucket that is used. Agencies may share one: each has a prefix of its own.
	// +required
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=63
	Bucket string `json:"bucket,omitempty"`
	// region of the bucket. When absent, the store is asked.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Region string `json:"region,omitempty"`
	// secretName is the Secret with the keys AWS_ACCESS_KEY_ID and
	// AWS_SECRET_ACCESS_KEY.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	SecretName string `json:"secretName,omitempty"`
}

// ServicePlacement says where an agency's service runs.
//
// +kubebuilder:validation:Enum=Dedicated
type ServicePlacement string

// PlacementDedicated gives the agency a process and a volume of its own.
const PlacementDedicated ServicePlacement = "Dedicated"

// ServiceStorage is the volume that holds an agency's records.
type ServiceStorage struct {
	// size of the volume claim, as 2Gi. Default 1Gi: an agency's rows grow by
	// about 110 MB a year. It is fixed once the Agency is made; enlarge the claim
	// itself where the storage class allows it.
	// +optional
	// +default="1Gi"
	// +kubebuilder:validation:XValidation:rule="quantity(string(self)).isGreaterThan(quantity('0'))",message="the size must be more than zero"
	Size *resource.Quantity `json:"size,omitempty"`
	// className is the StorageClass of the claim, fixed once the Agency is made.
	// When absent, the cluster's default class is used.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	ClassName string `json:"className,omitempty"`
}

// ServiceResources bounds what an agency's service may use.
type ServiceResources struct {
	// cpu requested for the service, as 20m. Default 10m. There is no limit: an
	// idle service uses next to nothing.
	// +optional
	// +default="10m"
	CPU *resource.Quantity `json:"cpu,omitempty"`
	// memory is both the request and the limit, as 128Mi. Default 128Mi.
	// +optional
	// +default="128Mi"
	Memory *resource.Quantity `json:"memory,omitempty"`
}
