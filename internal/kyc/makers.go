package kyc

import (
	"fmt"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/world"
)

// makers of the values that scenarios have of people and of 1414.
func makers() []contract.Maker {
	return []contract.Maker{
		{Name: "otp", Takes: "phone", Make: lastCode, About: "The code that 1414 last sent to a phone."},
		{
			Name: "iin", About: "An IIN that is valid, of an adult.",
			Make: func(c *contract.Call, of string) (any, error) { return world.Of(c).Population().IINOf(of), nil },
		},
	}
}

func lastCode(c *contract.Call, phone string) (any, error) {
	code := ""
	for _, m := range Messages(c, phone) {
		if m.Kind == KindOTP {
			code = m.Code
		}
	}
	if code == "" {
		return nil, fmt.Errorf("1414 has sent no code to %s", phone)
	}
	return code, nil
}
