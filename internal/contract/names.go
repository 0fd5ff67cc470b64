package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The services distinguish names by case, and so do the schemas; encoding/json,
// which fills the handlers' types, doesn't. So what differs from a documented name
// by case alone has to go before a handler sees it.

// Members are the names that a request's members may have, in order.
func (o *Operation) Members() []string { return slices.Sorted(maps.Keys(o.names)) }

// misnamed answers the documented name that a name differs from by case alone.
func (o *Operation) misnamed(name string) (documented string, is bool) {
	if _, is := o.names[name]; is {
		return "", false
	}
	for known := range o.names {
		if strings.EqualFold(known, name) {
			return known, true
		}
	}
	return "", false
}

// dropMisnamed takes such members out of a request, with a finding for each name.
func (c *Call) dropMisnamed() {
	if !c.Operation.ReadsQuery() && !c.hasMisnamed() {
		return
	}
	told := map[string]bool{}
	drop := func(path, name string) bool {
		documented, is := c.Operation.misnamed(name)
		if is && !told[name] {
			told[name] = true
			c.Find(0, path+"/"+name, fmt.Sprintf("the name is %q, and case counts: %q is ignored", documented, name))
		}
		return is
	}
	if c.Operation.ReadsQuery() {
		c.Query = maps.Clone(c.Query)
		for _, name := range sortedKeys(c.Query) {
			if drop("", name) {
				delete(c.Query, name)
			}
		}
		return
	}
	c.Body = without(c.Body, "", drop)
}

func (c *Call) hasMisnamed() bool {
	switch {
	case c.members == nil:
		return c.Operation.hasMisnamed(c.Body)
	case !c.unnamed:
		return false
	}
	return slices.ContainsFunc(c.members, func(name string) bool {
		_, is := c.Operation.misnamed(name)
		return is
	})
}

func (o *Operation) hasMisnamed(at any) bool {
	switch at := at.(type) {
	case map[string]any:
		for name, v := range at {
			if _, is := o.misnamed(name); is || o.hasMisnamed(v) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(at, o.hasMisnamed)
	}
	return false
}

// without is a copy of a decoded body that lacks the members that drop names.
func without(at any, path string, drop func(path, name string) bool) any {
	switch at := at.(type) {
	case map[string]any:
		kept := make(map[string]any, len(at))
		for _, name := range sortedKeys(at) {
			if !drop(path, name) {
				kept[name] = without(at[name], path+"/"+name, drop)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(at))
		for i, v := range at {
			kept[i] = without(v, fmt.Sprintf("%s/%d", path, i), drop)
		}
		return kept
	}
	return at
}
