package expression

// Spent answers the steps and the bytes that have been counted.
func (b *Budget) Spent() (steps, bytes int) { return b.evaluation.steps, b.evaluation.bytes }

// RunOnMachine is Run without the shortcut.
func (p *Program) RunOnMachine(env any) (any, error) {
	return (&Program{code: p.code}).Run(env)
}

// IsShort reports whether the program has a shortcut.
func (p *Program) IsShort() bool { return p.short != nil }
