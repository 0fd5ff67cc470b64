package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/problem"
)

// read decodes a JSON body strictly: an unknown member, or one that stands twice, is a
// mistake that would otherwise go unnoticed. An empty body leaves the value as it is.
func read(r *http.Request, into any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var beyond contract.Problem
	if errors.As(contract.CheckBounds(body), &beyond) {
		return problem.New(http.StatusBadRequest, "the body: %s", beyond.String())
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	err = dec.Decode(into)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return checkMembers(body, into)
		}
		if err == nil {
			err = errors.New("something follows the JSON value")
		}
	}
	return misread(err, into)
}

// checkMembers finds mistakes that encoding/json accepts and other JSON parsers don't: names
// that stand twice, and names in another case.
func checkMembers(body []byte, into any) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return misread(err, into)
	}
	if again := contract.RepeatedMembers(body, value); len(again) > 0 {
		return problem.New(http.StatusBadRequest, "the body: %s stands more than once", again[0]).With("pointer", again[0])
	}
	if name, ok := misspelt(value, reflect.TypeOf(into)); ok {
		return problem.New(http.StatusBadRequest, "the body: no member %q is known; the nearest is %s",
			name, nearestMember(name, reflect.TypeOf(into)))
	}
	return nil
}

// misspelt is a member of a value that its type has in another case only.
func misspelt(value any, t reflect.Type) (name string, found bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			if t.Kind() != reflect.Slice {
				break
			}
			if name, found = misspelt(item, t.Elem()); found {
				return name, true
			}
		}
	case map[string]any:
		if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
			break
		}
		members := map[string]reflect.Type{}
		for _, field := range reflect.VisibleFields(t) {
			member, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			members[member] = field.Type
		}
		for name, below := range value {
			of, known := members[name]
			if !known {
				return name, true
			}
			if name, found = misspelt(below, of); found {
				return name, true
			}
		}
	}
	return "", false
}

// sourceOf reads a body that is YAML or JSON; the error for an empty one shows an example.
func sourceOf(r *http.Request, like string) ([]byte, error) {
	source, err := io.ReadAll(r.Body)
	if err == nil && len(bytes.TrimSpace(source)) == 0 {
		err = problem.New(http.StatusUnprocessableEntity, "the body is empty; it is to be such as %s", like)
	}
	return source, err
}

// misread describes the mistake in a body: where it is, what was expected, and
// what the client most likely meant.
func misread(err error, into any) error {
	var wrongType *json.UnmarshalTypeError
	var noJSON *json.SyntaxError
	var noTime *time.ParseError
	wrong := func(format string, args ...any) problem.Problem {
		return problem.New(http.StatusBadRequest, "the body: "+format, args...)
	}
	switch {
	case errors.As(err, &wrongType):
		pointer := "/" + strings.ReplaceAll(wrongType.Field, ".", "/")
		if wrongType.Field == "" {
			return wrong("expected %s, found %s", kindOf(wrongType.Type), foundOf(wrongType.Value))
		}
		return wrong("%s: expected %s, found %s", pointer, kindOf(wrongType.Type), foundOf(wrongType.Value)).With("pointer", pointer)
	case errors.As(err, &noTime):
		return wrong("%q is no instant such as 2024-03-01T09:00:00+05:00", noTime.Value)
	case errors.As(err, &noJSON):
		return wrong("no JSON at byte %d: %v", noJSON.Offset, noJSON)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return wrong("no JSON: it ends too soon")
	}
	if quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ := strconv.Unquote(quoted) // it is quoted by the decoder
		return wrong("no member %q is known; the nearest is %s", name, nearestMember(name, reflect.TypeOf(into)))
	}
	return wrong("%v", err)
}

// foundOf translates the decoder's name for a value to the one used here.
func foundOf(value string) string {
	word, literal, _ := strings.Cut(value, " ")
	switch {
	case literal != "":
		return literal
	case word == "string":
		return "a text"
	case word == "array":
		return "a list"
	case word == "object":
		return "an object"
	case word == "bool":
		return "true or false"
	}
	return "a " + word
}

// kindOf is what JSON calls the values of a type.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Uint, reflect.Uint64:
		return "a whole number from 0"
	}
	return "a number"
}

// nearestMember of a type to a name, as a JSON pointer: the decoder doesn't say in
// which object the unknown one was.
func nearestMember(name string, of reflect.Type) string {
	pointers := map[string]string{}
	var names []string
	var walk func(t reflect.Type, at string)
	walk = func(t reflect.Type, at string) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
			return
		}
		for _, field := range reflect.VisibleFields(t) {
			member, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if _, known := pointers[member]; member == "" || known {
				continue
			}
			names, pointers[member] = append(names, member), at+"/"+member
			walk(field.Type, at+"/"+member)
		}
	}
	walk(of, "")
	return pointers[document.Nearest(name, names)]
}
