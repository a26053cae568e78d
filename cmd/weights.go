package cmd

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tcpshift/tcpshift/manifest"
	"github.com/tcpshift/tcpshift/report"
)

// weightsOptions is the command line of weights.
type weightsOptions struct {
	manifestOptions
	Format string
}

func newWeights(run func(weightsOptions) error) *cobra.Command {
	o := weightsOptions{Format: "text"}
	c := &cobra.Command{
		Use:   "weights FILE…",
		Short: "Show how the weights of a manifest are read",
		Long: `Weights reads manifests as the systems do that they are for, and shows which share
each backend gets, and what in them is easily misread. FILE is a file, a folder, or -
for standard input.

It reads Istio VirtualServices, routes of the Gateway API, SMI TrafficSplits, Traefik's
objects and files, Argo Rollouts, Flagger's canaries, Consul's service-splitters, Envoy
configurations and dumps, and configuration files of HAProxy and nginx.`,
		Example: `  tcpshift weights route.yaml
  kubectl get virtualservice tcp-echo -o yaml | tcpshift weights -
  tcpshift weights rollout.yaml --step 3
  tcpshift weights haproxy.cfg --route web -o json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return hinted{errors.New("no file: which manifest should be read?"), "tcpshift weights route.yaml, or - for standard input"}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			o.Files = args
			return run(o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.choosing(flags)
	flags.VarP(oneOf(&o.Format, "text", "json"), "output", "o", "`FORMAT`: text or json")
	return c
}

// weights is the command. A reading without anything to expect is an error, of which JSON has the details.
func (a *app) weights(o weightsOptions) error {
	reading, err := a.readManifests(o.manifestOptions)
	if err != nil {
		return err
	}
	weights := weightsOf(reading)
	selected, problem := reading.Select(o.Route)
	if problem == nil {
		weights.Selected = &selected
	} else if o.Route == "" && reading.Usable() { // there are several, and all of them are shown
		problem = nil
	}
	if problem != nil && o.Format == "text" {
		return unchosen(problem)
	}
	var b bytes.Buffer
	if o.Format == "json" {
		err = report.WeightsJSON(&b, weights)
	} else {
		if o.Route != "" {
			weights.Documents, weights.Skipped = weights.Documents[selected:selected+1], nil
		}
		err = report.WeightsText(&b, weights, a.style(true))
	}
	if err == nil {
		err = a.print(b.Bytes())
	}
	if err == nil && problem != nil {
		err = unchosen(problem)
	}
	return err
}

// weightsOf is the reading as reports have it.
func weightsOf(r *manifest.Reading) report.Weights {
	w := report.Weights{Schema: report.WeightsSchema, Documents: []report.WeightedRoute{}, Skipped: []report.SkippedDocument{}}
	for _, route := range r.Routes {
		split, added := route.Split(nil)
		entry := report.WeightedRoute{
			File: route.File, Document: route.Document, Item: route.Item, Line: route.Line, Where: route.Place.String(),
			Kind: route.Kind, APIVersion: route.APIVersion, Namespace: route.Namespace, Name: route.Name,
			Route: route.Path, Protocol: route.Protocol, Match: route.Match, Verdict: route.Verdict(),
			Backends: []report.WeightedBackend{}, Problems: append([]string{}, route.Refusals...),
		}
		if len(route.Refusals) == 0 {
			entry.Expect, entry.Problems = split.String(), append(append(entry.Problems, route.Notes...), added...)
		}
		for _, b := range route.Backends {
			entry.Backends = append(entry.Backends, report.WeightedBackend{
				Name: b.Name, Host: b.Host, Subset: b.Subset, Labels: b.Labels, Port: port(b.Port),
				Weight: b.Weight, Given: b.Given, Share: b.Share,
			})
		}
		w.Documents = append(w.Documents, entry)
	}
	for _, s := range r.Skipped {
		w.Skipped = append(w.Skipped, report.SkippedDocument{Where: s.Place.String(), What: s.What, Why: s.Why})
	}
	return w
}

// port is a number if it is one, and nil if there is none.
func port(s string) any {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	if s == "" {
		return nil
	}
	return s
}
