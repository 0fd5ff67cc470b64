package control

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// defaultLimit is how many exchanges a list answers that asks for no number.
const defaultLimit = 100

// exchangeInfo is an exchange as the control API shows it.
type exchangeInfo struct {
	ID         string             `json:"id"`
	At         time.Time          `json:"at"`
	Took       string             `json:"took"`
	Method     string             `json:"method"`
	URL        string             `json:"url"`
	Status     int                `json:"status"`
	Operation  string             `json:"operation,omitempty"`
	Outcome    string             `json:"outcome,omitempty"`
	DecidedBy  string             `json:"decided_by"`
	Rule       string             `json:"rule,omitempty"`
	Why        []string           `json:"why,omitempty"`
	Fault      string             `json:"fault,omitempty"`
	Findings   []contract.Finding `json:"findings,omitempty"`
	Subjects   []string           `json:"subjects,omitempty"`
	Request    *messageInfo       `json:"request,omitempty"`
	Response   *messageInfo       `json:"response,omitempty"`
	Changes    []store.Change     `json:"changes,omitempty"`
	Transition []contract.Taken   `json:"transitions,omitempty"`
}

// messageInfo is one side of an exchange. Text is empty for a body that is no
// text, such as a PDF.
type messageInfo struct {
	Header http.Header `json:"header"`
	Size   int64       `json:"size"`
	Text   string      `json:"text,omitempty"`
	Digest string      `json:"sha256,omitempty"` // of a body of which only the head is kept
}

func summary(e *journal.Exchange) exchangeInfo {
	return exchangeInfo{
		ID: e.ID, At: e.At, Took: e.Took.String(), Method: e.Method, URL: e.URL, Status: e.Status,
		Operation: e.Operation, Outcome: e.Outcome, DecidedBy: e.Decision, Rule: e.Rule, Fault: e.Fault,
		Findings: e.Findings, Subjects: e.Subjects,
	}
}

func whole(e *journal.Exchange) exchangeInfo {
	info := summary(e)
	info.Why, info.Changes, info.Transition = e.Why, e.Changes, e.Taken
	info.Request, info.Response = messageOf(e.Request), messageOf(e.Response)
	return info
}

func messageOf(m journal.Message) *messageInfo {
	info := &messageInfo{Header: m.Header, Size: m.Size, Digest: m.Digest}
	if m.IsText() {
		info.Text = string(m.Body)
	}
	return info
}

// listRequests answers the newest first.
func (c *Control) listRequests(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	query := r.URL.Query()
	match, err := filterOf(query)
	if err != nil {
		return 0, nil, err
	}
	limit := defaultLimit
	if s := query.Get("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 {
			return 0, nil, problem.New(http.StatusBadRequest, "limit is a number from 1, not %q", s)
		}
	}
	kept, dropped := sb.Journal.Exchanges()
	infos := []exchangeInfo{}
	for _, e := range slices.Backward(kept) {
		if len(infos) == limit {
			break
		}
		if match(e) {
			infos = append(infos, summary(e))
		}
	}
	return 0, map[string]any{"requests": infos, "kept": len(kept), "dropped": dropped}, nil
}

// filterOf reads ?operation= &outcome= &iin= &since=.
func filterOf(query url.Values) (func(*journal.Exchange) bool, error) {
	var since time.Time
	if s := query.Get("since"); s != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, s); err != nil {
			return nil, problem.New(http.StatusBadRequest, "since is a time such as 2024-03-01T09:00:00Z, not %q", s)
		}
	}
	is := func(name, value string) bool { return query.Get(name) == "" || query.Get(name) == value }
	return func(e *journal.Exchange) bool {
		return is("operation", e.Operation) && is("outcome", e.Outcome) && !e.At.Before(since) &&
			(query.Get("iin") == "" || slices.Contains(e.Subjects, query.Get("iin")))
	}, nil
}

func (c *Control) getRequest(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	id := mux.Vars(r)["request"]
	e, ok := sb.Journal.Find(id)
	if !ok {
		return 0, nil, problem.New(http.StatusNotFound, "the journal has no request %q (any more)", id)
	}
	return 0, whole(e), nil
}

func (c *Control) clearRequests(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	sb.Journal.Clear()
	return 0, nil, nil
}
