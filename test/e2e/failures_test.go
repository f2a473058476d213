//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"chuan.dev/chuan/api/v1alpha1"
	"chuan.dev/chuan/internal/workload"
	"chuan.dev/chuan/test/demo"
)

// TestPodDies: a pod is deleted; its dossiers survive, and work goes on.
func TestPodDies(t *testing.T) {
	const agency = "ubnd-xa-thanh-hung"
	before := connect(t, agency)
	dossier := receive(t, before)
	uid := field(t, "pod", agency+"-0", ".metadata.uid")
	kubectl(t, "delete", "pod", agency+"-0", "-n", demo.Namespace, "--wait")
	eventually(t, "another pod is ready", func() error {
		state, err := shown.Kubectl(t.Context(), "get", "pod", agency+"-0", "-n", demo.Namespace,
			"-o", "jsonpath={.metadata.uid} {.status.containerStatuses[0].ready}")
		if err != nil {
			return err
		}
		if strings.Contains(state, uid) || !strings.HasSuffix(state, " true") {
			return errors.New("the pod is " + state)
		}
		return nil
	})
	after := connect(t, agency)
	found, err := after.Read(t.Context(), "mot-cua", dossier.Code)
	if err != nil {
		t.Fatalf("the dossier %s did not survive: %v", dossier.Code, err)
	}
	if _, err := after.Continue(t.Context(), found, quiet); err != nil {
		t.Errorf("work on %s does not go on: %v", dossier.Code, err)
	}
}

// TestLawChanges: a new revision of a procedure reaches a running service without a restart. New dossiers use it, open
// ones keep theirs. Then a broken revision stalls with a reason a person can act on, and services keep the last good one.
func TestLawChanges(t *testing.T) {
	const agency = "ubnd-xa-thanh-luong"
	service := connect(t, agency)
	open := receive(t, service)
	pod := field(t, "pod", agency+"-0", ".metadata.uid")

	changeProcedure(t, `[{"op":"replace","path":"/spec/issue/revision","value":2},
		{"op":"replace","path":"/spec/steps/0/time","value":"1wh"}]`)
	waitRevision(t, service, 2)
	same, err := service.Read(t.Context(), "mot-cua", open.Code)
	if err != nil {
		t.Fatal(err)
	}
	if same.Revision != open.Revision {
		t.Errorf("the open dossier went from revision %d to %d", open.Revision, same.Revision)
	}

	changeProcedure(t, `[{"op":"replace","path":"/spec/issue/revision","value":3},
		{"op":"replace","path":"/spec/steps/3/role","value":"vai-tro-khong-co"}]`)
	eventually(t, "the broken procedure stalls", func() error {
		p := get[v1alpha1.QualityProcedure](t, "qualityprocedure", demo.CopyProcedure)
		return stalled(p.Status.Conditions, p.Generation, "vai-tro-khong-co")
	})
	if in := field(t, "qualityprocedure", demo.CopyProcedure, ".status.revisionInForce"); in != "2" {
		t.Errorf("revision %s is in force while revision 3 is broken, want 2", in)
	}
	if dossier := receive(t, service); dossier.Revision != 2 {
		t.Errorf("a new dossier has revision %d while revision 3 is broken, want 2", dossier.Revision)
	}

	changeProcedure(t, `[{"op":"replace","path":"/spec/steps/3/role","value":"lanh-dao-ubnd"}]`)
	waitRevision(t, service, 3)
	ended, err := service.Continue(t.Context(), open, quiet)
	if err != nil || ended.Revision != open.Revision {
		t.Errorf("the open dossier does not come to its end under its own revision: %v", err)
	}
	if now := field(t, "pod", agency+"-0", ".metadata.uid"); now != pod {
		t.Error("the pod was replaced")
	}
	if restarts := field(t, "pod", agency+"-0", ".status.containerStatuses[0].restartCount"); restarts != "0" {
		t.Errorf("the service was restarted %s times", restarts)
	}
}

// TestAgencyDeleted: the claim and the key of its records stay, and an agency made again under the same name finds its dossiers.
func TestAgencyDeleted(t *testing.T) {
	const agency = "ubnd-xa-nua-ngam"
	dossier := receive(t, connect(t, agency))
	claim := field(t, "pvc", "data-"+agency+"-0", ".metadata.uid")
	manifest := shown.Root + "/examples/dien-bien/agencies/" + agency + ".yaml"
	kubectl(t, "delete", "-f", manifest, "--wait")
	eventually(t, "everything but the claim and the key is gone", func() error {
		left := kubectl(t, "get", "statefulset,service,configmap,secret,serviceaccount,networkpolicy,pod", "-n", demo.Namespace,
			"-l", v1alpha1.LabelAgency+"="+agency, "-o", "name")
		if left != "secret/"+workload.MasterKeySecretName(agency) {
			return fmt.Errorf("there are: %s; want the key of the records alone", strings.ReplaceAll(left, "\n", ", "))
		}
		return nil
	})
	if now := field(t, "pvc", "data-"+agency+"-0", ".metadata.uid"); now != claim {
		t.Fatalf("the claim is %q, want %q", now, claim)
	}
	kubectl(t, "apply", "--server-side", "-f", manifest)
	if err := shown.WaitAgenciesReady(t.Context(), patience); err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, agency).Read(t.Context(), "mot-cua", dossier.Code); err != nil {
		t.Errorf("the agency that was made again does not find its dossier %s: %v", dossier.Code, err)
	}
}

// TestOperatorGone: without the operator services serve, and when it is back nothing moves.
func TestOperatorGone(t *testing.T) {
	const kinds = "agencies,qualityprocedures,statefulsets,services,configmaps,serviceaccounts,networkpolicies,secrets,pods,controllerrevisions"
	versions := func() string {
		return kubectl(t, "get", kinds, "-n", demo.Namespace, "-o",
			`jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end}`)
	}
	settle(t, versions)
	before := versions()
	kubectl(t, "scale", "deployment/chuan-manager", "-n", demo.OperatorNamespace, "--replicas=0")
	kubectl(t, "wait", "--for=delete", "pod", "-n", demo.OperatorNamespace, "-l", "app.kubernetes.io/component=manager", "--timeout=60s")
	if _, err := connect(t, "ubnd-xa-noong-het").Travel(t.Context(), quiet); err != nil {
		t.Errorf("a service does not serve without the operator: %v", err)
	}
	kubectl(t, "scale", "deployment/chuan-manager", "-n", demo.OperatorNamespace, "--replicas=1")
	kubectl(t, "rollout", "status", "deployment/chuan-manager", "-n", demo.OperatorNamespace, "--timeout=60s")
	waitManagerPassed(t)
	if after := versions(); after != before {
		t.Errorf("objects moved when the operator came back:\n%s", difference(before, after))
	}
}

// changeProcedure patches the copy procedure as a person would.
func changeProcedure(t *testing.T, patch string) {
	t.Helper()
	kubectl(t, "patch", "qualityprocedure", demo.CopyProcedure, "-n", demo.Namespace, "--type=json", "-p", patch)
}

// waitRevision waits until a service receives dossiers under a revision.
func waitRevision(t *testing.T, service *demo.Service, revision int32) {
	t.Helper()
	eventually(t, fmt.Sprintf("new dossiers have revision %d", revision), func() error {
		dossier, err := service.Receive(t.Context(), demo.CopyProcedure, demo.Request())
		var problem *demo.Problem
		switch {
		case errors.As(err, &problem) && problem.Status != http.StatusServiceUnavailable:
			t.Fatal(err)
		case err != nil:
			return err
		case dossier.Revision != revision:
			return fmt.Errorf("they have revision %d", dossier.Revision)
		}
		return nil
	})
}

// stalled says why conditions do not say that an object is stalled for a reason that names something.
func stalled(conditions []metav1.Condition, generation int64, named string) error {
	for _, c := range conditions {
		if c.Type == v1alpha1.ConditionStalled && c.Status == metav1.ConditionTrue && c.ObservedGeneration == generation {
			if !strings.Contains(c.Message, named) {
				return fmt.Errorf("the message does not name %s: %s", named, c.Message)
			}
			return nil
		}
	}
	return errors.New("it is not stalled")
}
