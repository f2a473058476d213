package flowchart

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestChartOfThePermit says what the chart of the permit means: gateways where an action is chosen, merges before a join,
// timers where time alone moves the dossier.
func TestChartOfThePermit(t *testing.T) {
	chart := Of(read(t, "testdata/permit.yaml"), map[string]string{})
	var got []string
	for _, e := range chart.Edges {
		kind := map[EdgeKind]string{EdgeFlow: "", EdgeTimer: " (timer)", EdgeMessage: " (message)"}[e.Kind]
		from, to := chart.Nodes[e.From].ID, chart.Nodes[e.To].ID
		if from == "step_B3" || from == "after_B3" || from == "if_B4B" || to == "join_B4" || from == "step_B4B" ||
			to == "step_B4B" || from == "step_CHO_BO_SUNG" {
			got = append(got, from+" → "+to+kind+": "+e.Label)
		}
	}
	want := []string{
		"step_B3 → after_B3: ",
		"after_B3 → step_B4: Đủ điều kiện",
		"after_B3 → step_B5: Không đủ điều kiện",
		"after_B3 → step_CHO_BO_SUNG: Yêu cầu bổ sung",
		"step_CHO_BO_SUNG → after_CHO_BO_SUNG: ",
		"step_CHO_BO_SUNG → step_CHO_BO_SUNG_end_dung_giai_quyet (timer): Quá 60 ngày",
		"step_B4A → join_B4: Hoàn thành kiểm tra",
		"if_B4B → step_B4B: Nếu “Trong khu vực bảo vệ di tích”",
		"if_B4B → join_B4_merge1: Trường hợp khác",
		"step_B4B → after_B4B: ",
		"step_B4B → join_B4_merge1 (timer): Quá 2 ngày làm việc: im lặng là đồng ý",
		"join_B4_merge1 → join_B4: ",
		"step_B4B → asked_B4B (message): ",
		"asked_B4B → step_B4B (message): ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("edges (-want +got):\n%s", diff)
	}
	var lanes []string
	for _, l := range chart.Lanes {
		lanes = append(lanes, string(l.ID))
	}
	if diff := cmp.Diff([]string{"mot-cua", "lanh-dao-phong", "thu-ly", "lanh-dao-ubnd", "van-thu", "so-van-hoa"}, lanes); diff != "" {
		t.Errorf("lanes (-want +got):\n%s", diff)
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string][]string{
		"":                               nil,
		"Ký":                             {"Ký"},
		"Tiếp nhận, kiểm tra hồ sơ":      {"Tiếp nhận,", "kiểm tra hồ", "sơ"},
		"Nghiêngnghiêngnghiêngnghiêng ơ": {"Nghiêngnghi", "êngnghiêng", "nghiêng ơ"},
	} {
		got := wrap(text, 80, 13)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("wrap(%q) (-want +got):\n%s", text, diff)
		}
		if w := widest(got, 13); w > 80 {
			t.Errorf("wrap(%q) is %d wide", text, w)
		}
	}
}
