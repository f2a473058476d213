package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"chuan.dev/chuan/internal/manifest"
	"chuan.dev/chuan/internal/procedure"
	"chuan.dev/chuan/internal/rule"
	"chuan.dev/chuan/internal/workload"
)

func newRender() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "render",
		Short: "Show what the operator makes of manifests",
		Example: `  chuan render agency examples/dien-bien --name ubnd-xa-thanh-nua
  chuan render procedure examples/dien-bien --name dang-ky-khai-sinh`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRenderAgency(), newRenderProcedure())
	return cmd
}

func newRenderAgency() *cobra.Command {
	var name, namespace string
	var options workload.Options
	cmd := &cobra.Command{
		Use:   "agency PATH --name NAME",
		Short: "Show the Kubernetes objects of an agency",
		Long: `agency writes the objects that the operator would apply for an agency, as YAML: its procedure set, which agencies
that adopt the same procedures share, and its own. It is the operator's own function, so that what is shown is what
is made.

Two things only a cluster can add: the Secret with the evidence key, which is random, and the uid of the Agency in
the owner references. Every revision in the files is shown; the operator takes those in force or coming.`,
		Example: `  # What would the operator make of an agency?
  chuan render agency examples/dien-bien --name ubnd-xa-thanh-nua

  # Which objects are they?
  chuan render agency examples/dien-bien --name ubnd-xa-thanh-nua | grep ^kind:`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := loadSound(args[:1], cmd.InOrStdin())
			if err != nil {
				return err
			}
			agency, err := findAgency(manifest.Resolve(set), namespace, name)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			objects, err := agencyObjects(agency, options)
			if err != nil {
				return err
			}
			return writeObjects(cmd.OutOrStdout(), objects)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the Agency")
	cmd.Flags().StringVar(&namespace, "namespace", "", "namespace of the Agency, where two have the name")
	cmd.Flags().StringVar(&options.Image, "workflowd-image", "chuan/workflowd:dev", "image of the workflow service")
	cmd.Flags().BoolVar(&options.DevelopmentSignIn, "development-sign-in", false, "let officers sign in by a header, for demonstrations")
	if err := cmd.MarkFlagRequired("name"); err != nil {
		panic(err) // The flag is defined above.
	}
	return cmd
}

func findAgency(resolution *manifest.Resolution, namespace, name string) (*manifest.ResolvedAgency, error) {
	var found []*manifest.ResolvedAgency
	names := make([]string, 0, len(resolution.Agencies))
	for i := range resolution.Agencies {
		agency := resolution.Agencies[i].Agency.Value
		names = append(names, agency.Name)
		if agency.Name == name && (namespace == "" || agency.Namespace == namespace) {
			found = append(found, &resolution.Agencies[i])
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there is no Agency %s; there are %s", name, listed(names))
	case 1:
	default:
		return nil, fmt.Errorf("there are %d agencies of the name %s; say which with --namespace", len(found), name)
	}
	if blocking := manifest.Blocking(found[0].Problems); len(blocking) > 0 {
		return nil, errors.New(blocking[0].String())
	}
	return found[0], nil
}

func listed(names []string) string {
	const most = 20
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	default:
		return strings.Join(names, ", ")
	}
}

// agencyObjects returns the configurations of an agency's objects in the order in which they are applied.
func agencyObjects(agency *manifest.ResolvedAgency, options workload.Options) ([]workload.Object, error) {
	var members []string
	var manifests []workload.ProcedureManifest
	for _, adopted := range agency.Procedures {
		members = append(members, adopted.Name)
		for _, revision := range adopted.Revisions {
			if _, findings := procedure.Compile(adopted.Name, &revision.Value.Spec); len(rule.Errors(findings)) > 0 {
				return nil, fmt.Errorf("%s: QualityProcedure %s is not accepted: %s", revision.Position(), adopted.Name,
					rule.Errors(findings)[0])
			}
			written, err := workload.NewProcedureManifest(adopted.Name, revision.Value.Labels, &revision.Value.Spec)
			if err != nil {
				return nil, err
			}
			manifests = append(manifests, written)
		}
	}
	set := workload.ProcedureSetName(members)
	var objects []workload.Object
	if set != "" {
		shared, err := workload.ProcedureSet(agency.Agency.Value.Namespace, set, manifests)
		if err != nil {
			return nil, err
		}
		objects = shared
	}
	calendars := make([]workload.Manifest, len(agency.Calendars))
	for i, o := range agency.Calendars {
		written, err := workload.CalendarManifest(o.Value)
		if err != nil {
			return nil, err
		}
		calendars[i] = written
	}
	own, err := workload.Desired(agency.Agency.Value, calendars, set, options)
	if err != nil {
		return nil, err
	}
	return slices.Concat(objects, own), nil
}

func writeObjects(w io.Writer, objects []workload.Object) error {
	for _, object := range objects {
		text, err := yaml.Marshal(object.Configuration)
		if err != nil {
			return fmt.Errorf("write %s %s: %w", object.Kind.Kind, object.Name(), err)
		}
		if _, err := fmt.Fprintf(w, "---\n%s", text); err != nil {
			return fmt.Errorf("write %s %s: %w", object.Kind.Kind, object.Name(), err)
		}
	}
	return nil
}
