package gateway

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
)

// plan finds out whether an outcome was asked for: by the header Prefer, or by a
// reserved value.
func (g *Gateway) plan(v *visit) error {
	if v.answered() {
		return nil
	}
	v.by = byBehaviour
	wanted, err := preferred(v.call.Operation, v.r.Header.Values("Prefer"))
	if err != nil {
		return err
	}
	if wanted != nil {
		v.by, v.wanted = byPrefer, wanted
		v.answer.header.Set("Preference-Applied", "outcome="+wanted.Name)
		return nil
	}
	if r, ok := g.opts.Table.ReservedIn(v.call); ok {
		v.by = byReserved
		v.wanted, _ = v.call.Operation.Outcome(r.Outcome)
		v.why = append(v.why, fmt.Sprintf("%s %s is reserved for %s", r.Field, r.Value, r.Outcome))
	}
	return nil
}

// preferred reads `Prefer: outcome=NAME` and `Prefer: code=STATUS` (RFC 7240).
// Other preferences are none of ours; one of these that the operation can't meet
// is refused.
func preferred(op *contract.Operation, headers []string) (*contract.Outcome, error) {
	for _, item := range strings.Split(strings.Join(headers, ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "outcome":
			if o, ok := op.Outcome(value); ok {
				return o, nil
			}
			return nil, refusal(http.StatusBadRequest, fmt.Sprintf(
				"Prefer asks for the outcome %q; %s has %s; the nearest is %q",
				value, op.ID, strings.Join(op.OutcomeNames(), ", "), contract.Nearest(value, op.OutcomeNames())))
		case "code":
			status, _ := strconv.Atoi(value)
			if o, ok := op.OutcomeByStatus(status); ok {
				return o, nil
			}
			return nil, refusal(http.StatusBadRequest, fmt.Sprintf(
				"Prefer asks for the status %q; the outcomes of %s have %s", value, op.ID, statuses(op)))
		}
	}
	return nil, nil
}

func statuses(op *contract.Operation) string {
	var all []string
	for _, o := range op.Outcomes {
		if s := strconv.Itoa(o.Status); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return strings.Join(all, ", ")
}
