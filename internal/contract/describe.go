package contract

// OperationInfo is an operation as data, for programs and pages.
type OperationInfo struct {
	ID       string        `json:"id"`
	Service  string        `json:"service"`
	Method   string        `json:"method"`
	Path     string        `json:"path"`
	Summary  string        `json:"summary"`
	Source   Source        `json:"source"`
	Effect   Effect        `json:"effect"`
	Request  string        `json:"request_schema,omitempty"`
	Variants []string      `json:"variants,omitempty"`
	Ledger   []int         `json:"ledger,omitempty"`
	Outcomes []OutcomeInfo `json:"outcomes"`
}

// OutcomeInfo is an outcome as data.
type OutcomeInfo struct {
	Name       string     `json:"name"`
	Status     int        `json:"status"`
	Code       int        `json:"error_code,omitempty"`
	Text       string     `json:"text,omitempty"`
	Row        *Row       `json:"row,omitempty"`
	When       string     `json:"when"`
	Confidence Confidence `json:"confidence"`
	Schema     string     `json:"schema,omitempty"`
	Ledger     []int      `json:"ledger,omitempty"`
}

// Describe the table's operations.
func Describe(t *Table) []OperationInfo {
	var infos []OperationInfo
	for _, op := range t.Operations() {
		info := OperationInfo{
			ID: op.ID, Service: op.service.Name, Method: op.Method, Path: op.Path, Summary: op.Summary,
			Source: op.Source, Effect: op.Effect, Request: op.Request, Variants: op.Variants.Values, Ledger: op.Ledger,
		}
		for _, o := range op.Outcomes {
			info.Outcomes = append(info.Outcomes, OutcomeInfo{
				Name: o.Name, Status: o.Status, Code: o.Code, Text: o.Text, Row: o.Row, When: o.When,
				Confidence: o.Confidence, Schema: o.Schema, Ledger: o.Ledger,
			})
		}
		infos = append(infos, info)
	}
	return infos
}

// SwitchInfo is a switch as data, with its value under each preset.
type SwitchInfo struct {
	Key     string            `json:"key"`
	About   string            `json:"about"`
	Values  []string          `json:"values,omitempty"` // none: a duration
	Presets map[string]string `json:"presets"`
	Ledger  []int             `json:"ledger,omitempty"`
}

// DescribeSwitches lists the table's switches.
func DescribeSwitches(t *Table) []SwitchInfo {
	var infos []SwitchInfo
	for _, s := range t.Switches() {
		info := SwitchInfo{Key: s.Key, About: s.About, Values: s.Values, Ledger: s.Ledger, Presets: map[string]string{}}
		for _, preset := range Presets() {
			info.Presets[preset] = s.under(preset)
		}
		infos = append(infos, info)
	}
	return infos
}

// MachineInfo is a state machine as data.
type MachineInfo struct {
	Name        string       `json:"name"`
	Service     string       `json:"service"`
	About       string       `json:"about"`
	Initial     string       `json:"initial"`
	States      []string     `json:"states"`
	Transitions []Transition `json:"transitions"`
}

// DescribeMachines lists the table's state machines.
func DescribeMachines(t *Table) []MachineInfo {
	var infos []MachineInfo
	for _, s := range t.Services {
		for _, m := range s.Machines {
			infos = append(infos, MachineInfo{
				Name: m.Name, Service: s.Name, About: m.About, Initial: m.Initial, States: m.States(), Transitions: m.Transitions,
			})
		}
	}
	return infos
}
