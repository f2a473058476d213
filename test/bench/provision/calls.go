package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// call is a sort of request to the API server.
type call struct{ verb, resource string }

// calls is how often each was made.
type calls map[call]int

// calls reads from the API server's metrics what it has answered so far.
func (s *server) calls(ctx context.Context) (calls, error) {
	config := rest.CopyConfig(s.config)
	config.GroupVersion, config.NegotiatedSerializer = &corev1.SchemeGroupVersion, scheme.Codecs.WithoutConversion()
	c, err := rest.UnversionedRESTClientFor(config)
	if err != nil {
		return nil, err
	}
	text, err := c.Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the API server's metrics: %w", err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("understand the API server's metrics: %w", err)
	}
	all := calls{}
	for _, metric := range families["apiserver_request_total"].GetMetric() {
		labels := map[string]string{}
		for _, label := range metric.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		resource := strings.TrimSuffix(labels["resource"]+"."+labels["group"], ".")
		if labels["subresource"] != "" {
			resource += "/" + labels["subresource"]
		}
		all[call{labels["verb"], resource}] += int(metric.GetCounter().GetValue())
	}
	return all, nil
}

// since returns what was added to an earlier count, without what the API server asks of itself.
func (c calls) since(before calls) calls {
	added := calls{}
	for sort, count := range c {
		internal := sort.resource == "" || strings.Contains(sort.resource, "leases.coordination.k8s.io")
		if more := count - before[sort]; more > 0 && !internal {
			added[sort] = more
		}
	}
	return added
}

// table lists by verb and resource how often a call was made while the clock ran, and afterwards.
func table(timed, afterwards calls) string {
	sorts := slices.SortedFunc(maps.Keys(merged(timed, afterwards)), func(a, b call) int {
		return cmp.Or(cmp.Compare(a.verb, b.verb), cmp.Compare(a.resource, b.resource))
	})
	var text strings.Builder
	fmt.Fprintf(&text, "  %8s %8s\n", "timed", "later")
	for _, sort := range sorts {
		fmt.Fprintf(&text, "  %8d %8d  %-6s %s\n", timed[sort], afterwards[sort], sort.verb, sort.resource)
	}
	return text.String()
}

func merged(a, b calls) calls {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
