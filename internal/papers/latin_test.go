package papers_test

import (
	"testing"

	"github.com/kzsim/kzsim/internal/papers"
)

func TestLatin(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"plain ASCII, 100% ~!", "plain ASCII, 100% ~!"},
		{"ҚАЛА IШIНДЕГI АУДАНЫ Жетысуский", "KALA ISHINDEGI AUDANY Zhetysuskiy"},
		{"Сомманы өндіру", "Sommany ondiru"},
		{"ӘӨҰҮҺҢҒҚІ әөұүһңғқі", "AOUUHNGKI aouuhngki"},
		{"Щербаков ЩЕРБАКОВ Щ. ЮЩ", "Shcherbakov SHCHERBAKOV Shch. YUSHCH"},
		{"объект, соль, Юлия, Ёлкин", "obekt, sol, Yuliya, Yolkin"},
		{"АО «Рога и копыта» – №5…", `AO "Roga i kopyta" - No.5...`},
		{"1\u00a0000 ₸", "1 000 KZT"},
		{"two\r\nlines\ttab", "two  lines tab"},
		{"a\x00b\x1bc\x7fd", "a?b?c?d"},
		{"🙂", "?"},
		{"\xff", "?"},
		{"Şülen Ğ", "Sulen G"},
	} {
		if got := papers.Latin(c.in); got != c.want {
			t.Errorf("Latin(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
