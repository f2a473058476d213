package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	dienBien  = "../../examples/dien-bien"
	birthFile = dienBien + "/procedures/dang-ky-khai-sinh.yaml"
)

func TestRenderProcedure(t *testing.T) {
	text, err := os.ReadFile(birthFile)
	if err != nil {
		t.Fatal(err)
	}
	second := strings.Replace(string(text), "revision: 1\n", "revision: 2\n    changes: Rút ngắn thời gian\n", 1)
	if second == string(text) {
		t.Fatal("the example is no longer of revision 1")
	}
	twice := string(text) + "---\n" + second
	for name, tt := range map[string]struct {
		in       string
		args     []string
		code     int
		out, err string
	}{
		"html":               {args: []string{birthFile}, out: "<!DOCTYPE html>"},
		"markdown":           {args: []string{birthFile, "-o", "markdown"}, out: "## 1. Mục đích"},
		"svg":                {args: []string{birthFile, "-o", "svg"}, out: "<svg "},
		"mermaid":            {args: []string{birthFile, "-o", "mermaid"}, out: "flowchart TD"},
		"bpmn":               {args: []string{birthFile, "-o", "bpmn"}, out: "<bpmn:definitions"},
		"standard input":     {in: string(text), args: []string{"-", "-o", "mermaid"}, out: "flowchart TD"},
		"law by its number":  {args: []string{birthFile, "-o", "markdown", "--with", dienBien + "/legal"}, out: "118/2025/NĐ-CP"},
		"by its code":        {args: []string{dienBien, "-o", "markdown", "--name", "QT-XD-07"}, out: "# QT-XD-07"},
		"for an agency":      {args: []string{birthFile, "-o", "markdown", "--with", dienBien, "--agency", "ubnd-xa-thanh-nua"}, out: "**UBND xã Thanh Nưa**"},
		"the newest":         {in: twice, args: []string{"-", "-o", "markdown"}, out: "| 2 | Rút ngắn thời gian |"},
		"an earlier one":     {in: twice, args: []string{"-", "-o", "markdown", "--revision", "1"}, out: "Lần ban hành: 1"},
		"help":               {args: []string{"--help"}, out: "--output-file"},
		"an unknown output":  {args: []string{birthFile, "-o", "pdf"}, code: exitFailed, err: "use one of html, markdown, svg, mermaid, bpmn"},
		"several":            {args: []string{dienBien}, code: exitFailed, err: "say which with --name: "},
		"an unknown name":    {args: []string{dienBien, "--name", "x"}, code: exitFailed, err: "there is no QualityProcedure x; there are "},
		"no procedure":       {args: []string{dienBien + "/legal"}, code: exitFailed, err: "there is no QualityProcedure in it"},
		"a missing revision": {in: twice, args: []string{"-", "--revision", "3"}, code: exitFailed, err: "has no revision 3 here; there are 1, 2"},
		"an unknown agency":  {args: []string{birthFile, "--agency", "x"}, code: exitFailed, err: "--with DIR reads more"},
		"input twice":        {in: twice, args: []string{"-", "--with", "-"}, code: exitFailed, err: "--with cannot be standard input"},
		"missing context":    {args: []string{birthFile, "--with", "nowhere"}, code: exitFailed, err: "--with: nowhere: no such file"},
		"no place to write":  {args: []string{birthFile, "-f", "/nowhere/a.html"}, code: exitFailed, err: "/nowhere/a.html: no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := chuan(t, tt.in, append([]string{"render", "procedure"}, tt.args...)...)
			if code != tt.code || !strings.Contains(out, tt.out) || !strings.Contains(errs, tt.err) || tt.err == "" && errs != "" {
				t.Errorf("exit code %d, want %d; wrote %.200q, want %q in it; errors %q, want %q in them",
					code, tt.code, out, tt.out, errs, tt.err)
			}
		})
	}
}

func TestRenderProcedureWritesAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.svg")
	code, out, errs := chuan(t, "", "render", "procedure", birthFile, "-o", "svg", "-f", file)
	if code != exitClean || out != "" || errs != "" {
		t.Fatalf("exit code %d, wrote %q and %q", code, out, errs)
	}
	written, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(written), "<svg ") {
		t.Errorf("the file holds %.50q, %v", written, err)
	}
}
