package testenv

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
)

// Request is a sort of request to the API server.
type Request struct {
	// Verb is that of Kubernetes: get, list, watch, create, update, patch, delete or deletecollection.
	Verb string
	// Resource is the resource with its group and subresource, as statefulsets.apps or agencies.qms.chuan.dev/status; the
	// path of a request that is not about a resource.
	Resource string
}

// Write says whether a request changes something.
func (r Request) Write() bool {
	return !slices.Contains([]string{"get", "list", "watch", "head", "options"}, r.Verb)
}

// Read says whether a request reads something and is not a watch.
func (r Request) Read() bool { return !r.Write() && r.Verb != "watch" }

// Requests counts the requests that clients send to the API server. The zero value is ready for use.
type Requests struct {
	mu     sync.Mutex
	counts map[Request]int
}

// Reset forgets what was counted.
func (r *Requests) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts = nil
}

// Counts returns how many requests of each sort were sent since the last Reset.
func (r *Requests) Counts() map[Request]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.counts)
}

// Total returns how many requests were sent since the last Reset that match; all when match is nil.
func (r *Requests) Total(match func(Request) bool) int {
	total := 0
	for sort, count := range r.Counts() {
		if match == nil || match(sort) {
			total += count
		}
	}
	return total
}

// String lists the counts, one sort of request a line, in a fixed order.
func (r *Requests) String() string {
	counts := r.Counts()
	sorts := slices.SortedFunc(maps.Keys(counts), func(a, b Request) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Verb, b.Verb))
	})
	var text strings.Builder
	for _, sort := range sorts {
		fmt.Fprintf(&text, "%6d %s %s\n", counts[sort], sort.Verb, sort.Resource)
	}
	return text.String()
}

// count wraps a transport so that what goes through it is counted.
func (r *Requests) count(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(httpRequest *http.Request) (*http.Response, error) {
		sort := sortOf(httpRequest)
		r.mu.Lock()
		if r.counts == nil {
			r.counts = map[Request]int{}
		}
		r.counts[sort]++
		r.mu.Unlock()
		return next.RoundTrip(httpRequest)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(httpRequest *http.Request) (*http.Response, error) {
	return f(httpRequest)
}

var infoFactory = request.RequestInfoFactory{
	APIPrefixes:          sets.NewString("api", "apis"),
	GrouplessAPIPrefixes: sets.NewString("api"),
}

func sortOf(httpRequest *http.Request) Request {
	info, err := infoFactory.NewRequestInfo(httpRequest)
	if err != nil || !info.IsResourceRequest {
		return Request{Verb: strings.ToLower(httpRequest.Method), Resource: httpRequest.URL.Path}
	}
	resource := info.Resource
	if info.APIGroup != "" {
		resource += "." + info.APIGroup
	}
	if info.Subresource != "" {
		resource += "/" + info.Subresource
	}
	return Request{Verb: info.Verb, Resource: resource}
}
