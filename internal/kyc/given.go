package kyc

import (
	"strconv"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/world"
)

func fixtures() []contract.Fixture {
	return []contract.Fixture{
		{
			Name: "subjects", Schema: "kyc/subject.fixture.json", Key: "iin",
			About: "What is true of a person, where it differs from the population.",
			Apply: contract.Given(applySubject),
		},
		{
			Name: "keys", Schema: "kyc/key.fixture.json",
			About: "The API keys that there are and their subscriptions; once one is named, any other key is unknown.",
			Apply: contract.Given(applyKey),
		},
	}
}

type givenSubject struct {
	IIN        string             `json:"iin"`
	Phone      *string            `json:"phone"`
	Answers    *population.Answer `json:"answers"`
	After      *string            `json:"after"`
	Documents  []string           `json:"documents"`
	Registered *bool              `json:"registered"`
	Address    *bool              `json:"address"`
	Cases      *int               `json:"cases"`
	Failure    *string            `json:"failure"`
}

// noFailure ends the failure of a subject.
const noFailure = "none"

// applySubject lays what is said over what was said of the person before.
func applySubject(c *contract.Call, g givenSubject) error {
	w := world.Of(c)
	s := w.Subject(g.IIN)
	if g.Phone != nil {
		normal, ok := normalPhone(*g.Phone)
		if !ok {
			return contract.Problem{Path: "/phone", Found: strconv.Quote(*g.Phone), Expected: "a phone of eleven digits, such as 77011234567"}
		}
		s.Phone = &normal
	}
	if g.After != nil {
		after, ok := waiting(*g.After)
		if !ok {
			fits := func(text string) bool { _, ok := waiting(text); return ok }
			return contract.Problem{
				Path: "/after", Found: strconv.Quote(*g.After), Expected: "a duration with its unit, such as 30s", Nearest: document.Respelt(*g.After, fits),
			}
		}
		s.After = &after
	}
	if g.Documents != nil {
		s.Documents = g.Documents
	}
	override(&s.Answers, g.Answers)
	override(&s.Registered, g.Registered)
	override(&s.Address, g.Address)
	override(&s.Cases, g.Cases)
	w.PutSubject(s)
	switch {
	case g.Failure == nil:
	case *g.Failure == noFailure:
		failures.Delete(c.Tx, g.IIN)
	default:
		failures.Put(c.Tx, g.IIN, *g.Failure)
	}
	return nil
}

// waiting is how long a subject takes to answer; false for what is no such time.
func waiting(text string) (time.Duration, bool) {
	after, err := time.ParseDuration(text)
	return after, err == nil && after >= 0
}

func override[T any](field **T, value *T) {
	if value != nil {
		*field = value
	}
}

type givenKey struct {
	APIKey       apiKey     `json:"api_key"`
	Technology   technology `json:"technology"`   // empty for all three
	Subscription string     `json:"subscription"` // empty for active
}

func applyKey(c *contract.Call, g givenKey) error {
	state := g.Subscription
	if state == "" {
		state = subscriptionActive
	}
	for _, t := range technologies {
		if g.Technology == "" || g.Technology == t {
			subscriptions.Put(c.Tx, subscriptionKey(t, g.APIKey.digest), state)
		}
	}
	return nil
}
