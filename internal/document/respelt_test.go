package document_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/document"
)

// TestRespelt: what people write elsewhere is told as it is written here, where that fits.
func TestRespelt(t *testing.T) {
	const (
		number   = `^-?[0-9]+(\.[0-9]+)?$`
		duration = `^([0-9.]+(ms|s|m|h))+$`
		instant  = `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$`
		day      = `^\d{4}-\d\d-\d\d$`
		truth    = `^(true|false)$`
		fraction = `^(0?\.\d+|1)$`
	)
	for _, c := range []struct{ text, form, want string }{
		{"1 000 000", number, "1000000"}, {"1\u00a0000", number, "1000"}, {"1 000,50", number, "1000.50"}, {"-1,5", number, "-1.5"}, {"30%", number, "0.3"},
		{"12 34", number, ""}, {"-5m", number, ""}, {"a lot", number, ""},
		{"5 min", duration, "5m"}, {"1 h 30 min", duration, "1h30m"}, {"1,5s", duration, "1.5s"}, {"10s.", duration, "10s"}, {"2 days", duration, "48h"},
		{"1h30", duration, "1h30m"}, {"1 ч 30", duration, "1h30m"}, {"2d 12", duration, "48h12h"}, {"5s30", duration, ""}, {"3 сағ", duration, "3h"},
		{"5 сек", duration, "5s"}, {"5 parsecs", duration, ""}, {"300 ms", duration, "300ms"},
		{"01.03.2024", day, "2024-03-01"}, {"1/3/2024", day, "2024-03-01"}, {"2024.3.1", day, "2024-03-01"}, {"01.03.24", day, ""},
		{"01.03.2024 9:30", instant, "2024-03-01T09:30:00+05:00"}, {"2024-03-01T09:00:00", instant, "2024-03-01T09:00:00+05:00"},
		{"2024-03-01 09:00:05Z", instant, "2024-03-01T09:00:05Z"}, {"2024-03-01", instant, "2024-03-01T00:00:00+05:00"}, {"2024-03-01 noon", instant, ""},
		{"yes", truth, "true"}, {"Off", truth, "false"}, {"да", truth, "true"}, {"maybe", truth, ""},
		{"0.3", `^[0-9]+%$`, "30%"}, {"30 %", `^[0-9]+%$`, "30%"}, {"503 Service Unavailable", `^[1-5]\d\d$`, "503"}, {"HTTP/1.1 503 Gone", `^[1-5]\d\d$`, "503"},
		{"2 per minute", `^\d+/\d+[smh]$`, "2/1m"}, {"100/10 sec", `^\d+/\d+[smh]$`, "100/10s"},
		{"2 в минуту", `^\d+/\d+[smh]$`, "2/1m"}, {"30", fraction, "0.3"}, {"100", fraction, "1"}, {"2000", fraction, ""}, {"12.5", fraction, ""},
		{"1MB", `^\d+[KM]iB$`, "1MiB"}, {"512 КБ", `^\d+[KM]iB$`, "512KiB"}, {"24MB", `^\d+$`, "25165824"}, {"5m", `^\d+$`, ""}, {"99999999MB", `^\d+$`, ""},
		{"My first_test", `^[a-z-]+$`, "my-first-test"}, {strings.Repeat("1 000 ", 20) + "000", number, ""}, {"", number, ""},
	} {
		if got := document.Respelt(c.text, regexp.MustCompile(c.form).MatchString); got != c.want {
			t.Errorf("%q is %q, expected %q", c.text, got, c.want)
		}
	}
}
