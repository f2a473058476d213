//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"chuan.dev/chuan/test/demo"
)

// TestFifteenCommunesReady: the demo's promise.
func TestFifteenCommunesReady(t *testing.T) {
	agencies, err := shown.Agencies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	communes := 0
	for _, agency := range agencies {
		if agency.Spec.Level == "Commune" {
			communes++
		}
	}
	if communes != 15 || len(agencies) != 16 {
		t.Fatalf("%d communes of %d agencies, want 15 of 16", communes, len(agencies))
	}
}

// TestDossierTravels: from reception to the result, in one of the communes, and the public page shows where it is and
// nothing about the person.
func TestDossierTravels(t *testing.T) {
	service := connect(t, demo.Traveller)
	ended, err := service.Travel(t.Context(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	if ended.Status != "ended" || ended.Outcome != "cap-ban-sao" {
		t.Errorf("the dossier is %s with outcome %q, want ended with cap-ban-sao", ended.Status, ended.Outcome)
	}
	page, err := service.Page(t.Context(), "/"+demo.Traveller+"/ho-so?ma="+ended.Code+"&kiem="+ended.CheckCode)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page, ended.Code) {
		t.Errorf("the public page does not show the dossier %s", ended.Code)
	}
	for _, personal := range []string{"Quàng Thị Mai", "011198000001"} {
		if strings.Contains(page, personal) {
			t.Errorf("the public page shows personal data: %s", personal)
		}
	}
}

// TestIdleServiceIsSmall: an idle service stays within 25 MiB of resident memory, of which there are fifteen on one node. It is
// measured once the check of the records is over that follows a start, which is not idle.
func TestIdleServiceIsSmall(t *testing.T) {
	const most = 25 << 20
	idle := connect(t, "ubnd-xa-pom-lot")
	eventually(t, "an idle service takes at most 25 MiB after it has checked its records", func() error {
		metrics, err := idle.Page(t.Context(), "/metrics")
		if err != nil {
			return err
		}
		resident, err := residentMemory(metrics)
		if err != nil {
			return err
		}
		if !strings.Contains(metrics, "\nchuan_store_integrity{") {
			return errors.New("the records are not checked yet")
		}
		if resident > most {
			return fmt.Errorf("it takes %.1f MiB", resident/(1<<20))
		}
		t.Logf("resident memory of an idle service: %.1f MiB", resident/(1<<20))
		return nil
	})
}

// residentMemory is what a service says of its memory.
func residentMemory(metrics string) (float64, error) {
	match := regexp.MustCompile(`(?m)^process_resident_memory_bytes (\S+)$`).FindStringSubmatch(metrics)
	if match == nil {
		return 0, errors.New("the service does not report process_resident_memory_bytes")
	}
	return strconv.ParseFloat(match[1], 64)
}
