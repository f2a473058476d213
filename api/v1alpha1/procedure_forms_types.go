package v1alpha1

// Form is a set of fields that an applicant or an officer fills in.
type Form struct {
	// id of the form, unique in the procedure.
	// +required
	ID ID `json:"id,omitempty"`
	// title of the form in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// fields of the form.
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	Fields []FormField `json:"fields,omitempty"`
}

// FieldType is the type of a form field.
//
// +kubebuilder:validation:Enum=string;text;integer;number;boolean;date;enum;file
type FieldType string

// The types of a form field.
const (
	FieldString  FieldType = "string"
	FieldText    FieldType = "text"
	FieldInteger FieldType = "integer"
	FieldNumber  FieldType = "number"
	FieldBoolean FieldType = "boolean"
	FieldDate    FieldType = "date"
	FieldEnum    FieldType = "enum"
	FieldFile    FieldType = "file"
)

// FormField is one field of a form.
//
// +kubebuilder:validation:XValidation:rule="(self.type == 'enum') == has(self.values)",message="an enum field, and no other, lists its values",fieldPath=".values"
// +kubebuilder:validation:XValidation:rule="self.type == 'string' || !has(self.pattern)",message="only a string field has a pattern",fieldPath=".pattern"
// +kubebuilder:validation:XValidation:rule="self.type in ['integer','number'] || (!has(self.minimum) && !has(self.maximum))",message="only a number has a minimum and a maximum"
// +kubebuilder:validation:XValidation:rule="!has(self.minimum) || !has(self.maximum) || self.minimum <= self.maximum",message="the minimum is not above the maximum",fieldPath=".minimum"
type FormField struct {
	// name of the field, by which conditions read it: form('don').soTang.
	// +required
	// +kubebuilder:validation:Pattern=`^[a-z][A-Za-z0-9]{0,47}$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=48
	Name string `json:"name,omitempty"`
	// title of the field in Vietnamese.
	// +required
	Title Title `json:"title,omitempty"`
	// type of the value. string is one line, text several.
	// +required
	Type FieldType `json:"type,omitempty"`
	// required says whether the field must be filled in. Default false.
	// +optional
	Required *bool `json:"required,omitempty"`
	// requiredWhen makes the field required when a condition over the same form's
	// fields holds.
	// +optional
	RequiredWhen Expression `json:"requiredWhen,omitempty"`
	// personal marks personal data: it never appears on public pages, in logs or
	// in messages. Default false.
	// +optional
	Personal *bool `json:"personal,omitempty"`
	// pattern is a regular expression (RE2) that the whole value of a string field
	// must match.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Pattern string `json:"pattern,omitempty"`
	// minimum of a number.
	// +optional
	Minimum *int64 `json:"minimum,omitempty"`
	// maximum of a number.
	// +optional
	Maximum *int64 `json:"maximum,omitempty"`
	// values of an enum field.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=100
	Values []string `json:"values,omitempty"`
}
