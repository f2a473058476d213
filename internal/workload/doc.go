// Package workload says which Kubernetes objects make an Agency a running service. It is pure: what goes in is an Agency,
// its calendars and the name of its procedure set, what comes out are apply configurations. It reads no cluster and no
// clock, so that the operator, tests and benchmarks make the very same objects.
//
// # What an agency gets
//
//   - ServiceAccount A, whose token is never mounted: the service does not speak to the Kubernetes API.
//   - ConfigMap A-bundle: the Agency and its WorkCalendars as compressed manifests.
//   - Secret A-evidence: the key with which auditors fetch evidence. See [EvidenceSecret]; it is not part of [Desired].
//   - Secret A-master-key: the key of the agency's records. See [MasterKeySecret]; it is not part of [Desired] either.
//   - Service A, NetworkPolicy A, StatefulSet A with a claim for the records, or without one where a database holds them.
//   - PodDisruptionBudget A where several replicas run.
//
// The procedures of an agency are not in its bundle. They are stored once a namespace for all agencies that adopt the
// same ones, under a name made from the names of the procedures ([ProcedureSetName]). The pods mount that name, so a new
// revision of a procedure is one write to one ConfigMap, and no pod restarts.
//
// No annotation of the pods follows the content of the manifests: the service watches its directory.
package workload
