package scenario

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario/expression"
	"github.com/kzsim/kzsim/internal/schema"
)

// Values are what the ${…} of templates see when they are worked out, in one transaction.
type Values struct {
	Call  *contract.Call                       // its state, instant and seed; of a rule, the request
	Named func(name string) (v any, err error) // a value that was not known when the document was read; nil if there are none

	// For and Key distinguish the drawn values from those of others, and Drawn counts them.
	For, Key string
	Drawn    *int

	req    *request // of a rule; nil in a step of a try
	budget *expression.Budget
}

// valueEnv is what expressions of values ask for by functions.
type valueEnv struct {
	Named func(name string) (any, error)            `expr:"(named)"`
	Make  func(name string, of ...any) (any, error) `expr:"(make)"`
}

// stepValueEnv is what the expression of a value sees that is not of a request.
type stepValueEnv struct {
	expression.Scope
	valueEnv
	timeEnv
}

// requestValueEnv is what the expression of a value sees that is of a rule.
type requestValueEnv struct {
	requestEnv
	valueEnv
}

// Value of a template: a text or, where it is nothing but one ${…}, a value of the type
// that its place takes.
func (t *Template) Value(in *Values) (any, error) {
	if in.budget == nil {
		in.budget = in.ownBudget()
	}
	var b strings.Builder
	var only any
	for _, part := range t.Parts {
		if part.Source == "" {
			b.WriteString(part.Text)
			continue
		}
		in.budget.Begin()
		v, err := t.part(part, in)
		if err == nil {
			err = in.budget.Keep(v)
		}
		if err != nil {
			return nil, fmt.Errorf("${%s}: %s", part.Source, firstLine(err))
		}
		only = v
		b.WriteString(AsText(v))
	}
	switch {
	case len(t.Parts) == 1 && only == nil && t.Parts[0].whole != nil:
		return nil, nil
	case len(t.Parts) != 1 || only == nil: // of a value that was saved and was not there, an empty text
		return b.String(), nil
	}
	return Fitting(only, b.String(), t.Shape), nil
}

// resolve the templates in decoded JSON; without values there are none.
func (in *Values) resolve(v any) (any, error) {
	if in == nil {
		return v, nil
	}
	return Resolve(v, func(t *Template) (any, error) { return t.Value(in) })
}

// ownBudget is the request's, if there is one.
func (in *Values) ownBudget() *expression.Budget {
	if in.req != nil {
		return in.req.budgetOf()
	}
	return new(expression.Budget)
}

func (t *Template) part(part Part, in *Values) (any, error) {
	functions := t.functions(in)
	switch {
	case part.made:
		return functions.Make(part.name)
	case part.name != "":
		return functions.Named(part.name)
	case in.req != nil:
		return part.whole.Run(requestValueEnv{*in.req.environment(t.views), functions})
	}
	return part.whole.Run(stepValueEnv{in.budget.Scope(), functions, timeOf(in.Call.Now)})
}

func (t *Template) functions(in *Values) valueEnv {
	return valueEnv{
		Named: func(name string) (any, error) {
			in.budget.Call()
			if v, ok := t.known[name]; ok {
				return plainNumbers(v), nil
			}
			if in.Named == nil {
				return nil, errors.New("there is no such value")
			}
			v, err := in.Named(name)
			return plainNumbers(v), err
		},
		Make: func(name string, of ...any) (any, error) {
			in.budget.Call()
			return t.make(in, name, texts(nil, of))
		},
	}
}

// widest is how many digits pad makes at most.
const widest = 100

func (t *Template) make(in *Values, name string, of []string) (any, error) {
	switch name {
	case NameNow:
		return in.Call.Now, nil
	case nameDate:
		return in.Call.Now.Format(time.DateOnly), nil
	case namePad:
		return padded(of[0], of[1])
	case NameUUID:
		if len(of) > 0 {
			return in.Call.Seed.UUID("value", of[0], 0), nil
		}
		return in.Call.Seed.UUID(in.For, in.Key, in.draw()), nil
	}
	i := slices.IndexFunc(t.makers, func(m contract.Maker) bool { return m.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("there is no %s", name)
	}
	if len(of) == 0 {
		of = []string{fmt.Sprintf("%s/%s/%d", in.For, in.Key, in.draw())}
	}
	if in.Call.Tx == nil || len(of[0]) > longestKey {
		return nil, nil
	}
	return t.makers[i].Make(in.Call.Event(), of[0])
}

// draw counts a value that is another one each time.
func (in *Values) draw() int {
	*in.Drawn++
	return *in.Drawn
}

func padded(number, width string) (string, error) {
	digits, err := strconv.Atoi(width)
	if err != nil || digits < 0 || digits > widest {
		return "", fmt.Errorf("pad makes 0 to %d digits, not %q", widest, width)
	}
	return strings.Repeat("0", max(0, digits-len(number))) + number, nil
}

// Fitting is a value as its place takes it: itself if it may stand there, else what its
// text can be.
func Fitting(v any, text string, s schema.Shape) any {
	switch v.(type) {
	case map[string]any, []any:
		return v
	case string:
		if s.Allows("string") {
			return text
		}
	}
	out, _ := s.Scalar(text)
	return out
}

// AsText is a value as it stands among other text.
func AsText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case time.Time:
		return v.Format(time.RFC3339)
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case nil:
		return ""
	}
	raw, err := contract.Encode(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

// Resolve replaces the templates in decoded JSON.
func Resolve(v any, value func(*Template) (any, error)) (any, error) {
	switch v := v.(type) {
	case *Template:
		return value(v)
	case map[string]any:
		object := make(map[string]any, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) { // so that values are drawn in one order
			out, err := Resolve(v[name], value)
			if err != nil {
				return nil, err
			}
			object[name] = out
		}
		return object, nil
	case []any:
		list := make([]any, len(v))
		for i, one := range v {
			out, err := Resolve(one, value)
			if err != nil {
				return nil, err
			}
			list[i] = out
		}
		return list, nil
	}
	return v, nil
}
