package world_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

// TestALoansSize counts each text that a loan has.
func TestALoansSize(t *testing.T) {
	type plain world.Loan // without the method
	var loan world.Loan
	for n, text := range texts(reflect.ValueOf(&loan).Elem()) {
		text.SetString(strings.Repeat("x", 1<<n))
	}
	if got, want := store.SizeOf(loan), store.SizeOf(plain(loan)); got != want {
		t.Errorf("it takes %d bytes by its own account, and %d", got, want)
	}
}

// texts of a struct and of those in it.
func texts(of reflect.Value) (all []reflect.Value) {
	for i := range of.NumField() {
		switch field := of.Field(i); field.Kind() {
		case reflect.String:
			all = append(all, field)
		case reflect.Struct:
			if field.CanSet() && field.Type().PkgPath() != "time" {
				all = append(all, texts(field)...)
			}
		}
	}
	return all
}
