package v1alpha1

// AgencySignIn says how the officers of an agency sign in: by an OpenID Connect
// provider.
type AgencySignIn struct {
	// issuer of the provider, as https://sso.dienbien.gov.vn.
	// +required
	// +kubebuilder:validation:Pattern=`^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Issuer string `json:"issuer,omitempty"`
	// clientID under which the service is registered with the provider.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	ClientID string `json:"clientID,omitempty"`
	// clientSecret is where the secret of the client is kept. When absent, the client
	// is a public one and proves itself by PKCE alone.
	// +optional
	ClientSecret *SecretKeyReference `json:"clientSecret,omitempty"`
	// accountClaim is the claim that names the account. Default preferred_username.
	// +optional
	// +default="preferred_username"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	AccountClaim string `json:"accountClaim,omitempty"`
	// groupsClaim is the claim that lists the groups. Default groups.
	// +optional
	// +default="groups"
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	GroupsClaim string `json:"groupsClaim,omitempty"`
	// groups give roles to those officers who are in a group of the provider, beside
	// the roles that spec.officers gives them.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=50
	Groups []SignInGroup `json:"groups,omitempty"`
}

// SecretKeyReference is a key of a Secret in the agency's namespace.
type SecretKeyReference struct {
	// name of the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
	// key within the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Key string `json:"key,omitempty"`
}

// SignInGroup gives roles to the members of a group of the provider.
type SignInGroup struct {
	// name of the group.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=254
	Name string `json:"name,omitempty"`
	// roles of its members.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=30
	Roles []ID `json:"roles,omitempty"`
}
