package v1alpha1

// Labels and annotations of Chuan. They are part of the API: see docs/reference/labels.md.
const (
	// LabelManagedBy marks what a controller of Chuan made, with the value ManagedByValue.
	LabelManagedBy = "app.kubernetes.io/managed-by"
	// ManagedByValue is the value of LabelManagedBy.
	ManagedByValue = "chuan"
	// LabelName is the name of the program that runs, as the recommended labels have it.
	LabelName = "app.kubernetes.io/name"
	// LabelInstance tells the services of two agencies apart.
	LabelInstance = "app.kubernetes.io/instance"
	// LabelAgency carries the name of the Agency for which an object was made.
	LabelAgency = Group + "/agency"
	// LabelProcedure carries the name of the QualityProcedure of which a ControllerRevision is a revision.
	LabelProcedure = Group + "/procedure"
	// LabelProcedureSet marks the ConfigMaps that hold a set of procedures many agencies share.
	LabelProcedureSet = Group + "/procedure-set"

	// AnnotationRequestedAt asks for a reconciliation now: any new value is acted on once and then appears in
	// status.lastHandledReconcileAt.
	AnnotationRequestedAt = Group + "/requested-at"
	// AnnotationWaivePrefix stands before the id of a rule: the annotation
	// qms.chuan.dev/waive-T3 waives findings of the rule T3 on the object that carries it. Its value is the last day on which
	// the waiver holds, a colon and the reason, as "2027-03-31: hồ sơ trả lại rất ít".
	AnnotationWaivePrefix = Group + "/waive-"
	// AnnotationEffectiveFrom carries, on a ControllerRevision, the day from which the revision is in force.
	AnnotationEffectiveFrom = Group + "/effective-from"
)
