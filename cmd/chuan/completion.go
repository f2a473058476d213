package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"chuan.dev/chuan/internal/rule"
)

// completeFlag lets shells complete the values of a flag. Without values nothing is offered, least of all files.
func completeFlag(cmd *cobra.Command, flag string, values []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // The flag is defined above.
	}
}

// completeManifests offers directories and the files that hold manifests.
func completeManifests(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeRules offers the ids of rules with their titles.
func completeRules(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var ids []string
	if len(args) == 0 {
		for _, r := range rule.All() {
			ids = append(ids, string(r.ID)+"\t"+r.Title)
		}
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// addCompletion adds the command by which shells learn to complete: cobra's own, with examples.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, completion := range root.Commands() {
		if completion.Name() != "completion" {
			continue
		}
		completion.Example = `  # In this shell only
  source <(chuan completion bash)

  # In every new shell
  chuan completion bash > /etc/bash_completion.d/chuan
  chuan completion zsh > "${fpath[1]}/_chuan"
  chuan completion fish > ~/.config/fish/completions/chuan.fish`
		for _, shell := range completion.Commands() {
			shell.Example = fmt.Sprintf("  chuan completion %s", shell.Name())
		}
	}
}
