package trial

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/schema"
)

// resolved is a value of the document with ${…} replaced.
func (r *run) resolved(v any) (any, error) { return resolve(v, r.template) }

// wanted is an expected body with ${…} replaced. What stands there counts as
// written without quotes: YAML needs them only for the braces.
func (r *run) wanted(v any) (any, error) {
	return resolve(v, func(t *scenario.Template) (any, error) {
		v, err := r.template(t)
		switch v.(type) {
		case map[string]any, []any:
			return v, err
		}
		return scenario.Plain(asText(v)), err
	})
}

func resolve(v any, template func(*scenario.Template) (any, error)) (any, error) {
	switch v := v.(type) {
	case *scenario.Template:
		return template(v)
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, value := range v {
			out, err := resolve(value, template)
			if err != nil {
				return nil, err
			}
			object[name] = out
		}
		return object, nil
	case []any:
		list := make([]any, len(v))
		for i, value := range v {
			out, err := resolve(value, template)
			if err != nil {
				return nil, err
			}
			list[i] = out
		}
		return list, nil
	}
	return v, nil
}

// text is a value that has to be one, such as a header's.
func (r *run) text(v any) (string, error) {
	v, err := r.resolved(v)
	return asText(v), err
}

// template answers a text, or a number where nothing but a number stands and the
// place takes one.
func (r *run) template(t *scenario.Template) (any, error) {
	var b strings.Builder
	var lone any
	for _, part := range t.Parts {
		if part.Name == "" {
			b.WriteString(part.Text)
			continue
		}
		v, err := r.named(part)
		if err != nil {
			return nil, mismatch{t.Position, err.Error()}
		}
		lone = v
		b.WriteString(asText(v))
	}
	if len(t.Parts) != 1 || lone == nil {
		return b.String(), nil
	}
	return fitting(lone, b.String(), t.Shape), nil
}

// fitting is a saved value as its place takes it: itself if it may stand there,
// else what its text can be.
func fitting(v any, text string, s schema.Shape) any {
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

func (r *run) named(part scenario.Part) (any, error) {
	switch part.Name {
	case scenario.NameNow:
		return r.now().Format(time.RFC3339), nil
	case scenario.NameUUID:
		r.uuids++
		return r.box.Seed.UUID("try", r.scenario.Name, r.uuids), nil
	case scenario.NameOTP:
		return r.otp(part.Of)
	}
	v, ok := r.saved[part.Name]
	if !ok {
		return nil, fmt.Errorf("${%s}: the step that saves it has failed", part.Name)
	}
	return v, nil
}

// otp is the code that 1414 last sent to a phone.
func (r *run) otp(of string) (string, error) {
	phone := of
	if strings.Trim(of, "0123456789") != "" {
		v, saved := r.saved[of]
		if !saved && of == scenario.LastPhone {
			v, saved = r.memory.sent[scenario.LastPhone]
		}
		if !saved {
			return "", errors.New("${otp(phone)}: no request has named a phone yet")
		}
		phone = asText(v)
	}
	code := ""
	err := r.box.Do(func(tx *sandbox.Tx) error {
		for _, m := range kyc.Messages(tx.Call(), phone) {
			if m.Kind == kyc.KindOTP {
				code = m.Code
			}
		}
		return nil
	})
	if err == nil && code == "" {
		err = fmt.Errorf("${otp(%s)}: 1414 has sent no code to %s", of, phone)
	}
	return code, err
}

func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
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
