package contract

import "fmt"

// Envelope names the members of an error's body that say what is wrong.
type Envelope struct {
	Code  string   // of the code; empty for a service that has none
	Texts []string // of the text: a body has it under one of these names, or under several
	Rows  string   // of the list of refused rows, each of them with a code and a text as the whole; empty for none
}

// Said is what an error's body says. It is empty for a body that is none.
type Said struct {
	Code  int
	Coded bool // there is a code that can be read, be it 0
	Text  string
	Rows  []RowError // the refused rows; Index counts those that the body lists
}

// Read what a decoded body says. A code that is written as a string is understood,
// too: what is wrong with it the schema says.
func (e Envelope) Read(body any) Said {
	var said Said
	object, _ := body.(map[string]any)
	if code, ok := object[e.Code]; ok && e.Code != "" {
		_, err := fmt.Sscanf(fmt.Sprint(code), "%d", &said.Code)
		said.Coded = err == nil
	}
	for _, name := range e.Texts {
		if text, ok := object[name].(string); ok {
			said.Text = text
			break
		}
	}
	if e.Rows == "" {
		return said
	}
	rows, _ := object[e.Rows].([]any)
	for i, row := range rows {
		one := e.Read(row)
		object, _ := row.(map[string]any)
		said.Rows = append(said.Rows, RowError{Index: i, Code: one.Code, Text: one.Text, RequestID: object["request_id"]})
	}
	return said
}
