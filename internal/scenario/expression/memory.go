package expression

// Memory keeps what the parts of expressions have come to, so that a part that many expressions
// compare is evaluated once by the library's machine, or by a look. It is for one environment, and for as
// long as what that shows doesn't change; the zero Memory is empty. Each use of a part spends
// what it costs to evaluate it.
type Memory struct {
	parts map[string]kept // by the name of the part; by its place, too, if it fails
	fails bool            // one of them does
	room  int             // for so many
	asked cost
}

// kept is what an evaluation has come to, and what it has spent.
type kept struct {
	value any
	err   error
	cost  cost
}

// Expect so many parts to be kept.
func (m *Memory) Expect(parts int) { m.room = parts }

// Run is the program's Run. Of its error the first line is the same.
func (m *Memory) Run(p *Program, env any) (any, error) {
	b := env.(scoped).spends()
	if !p.looks {
		if v, how := p.shorten(env, b, false); how == answered {
			return v, nil
		}
	}
	if one, ok := m.recall(p, env, b); ok {
		return one.value, one.err
	}
	return p.Run(env)
}

// Holds is the program's Holds. It keeps nothing: of a thousand programs that are evaluated
// one after the other most have parts of their own.
func (m *Memory) Holds(p *Program, env any) bool {
	if p.compares == nil || m.parts == nil {
		return p.Holds(env)
	}
	if _, known := m.parts[p.compares.of.name]; !known {
		return p.Holds(env)
	}
	v, _ := m.Run(p, env)
	return v == true
}

// recall what a part, or a comparison of one, comes to. It is false, and spends nothing, for
// other programs and where the budget is spent: the machine says so.
func (m *Memory) recall(p *Program, env any, b *Budget) (one kept, ok bool) {
	before := b.evaluation
	defer func() {
		if recover() != nil {
			ok = false
		}
		if !ok {
			b.evaluation = before
		}
	}()
	if p.compares == nil {
		return m.part(p, env, b)
	}
	c := p.compares
	one, ok = m.part(c.of, env, b)
	if c.search || !ok || one.err != nil {
		return one, ok && !c.search
	}
	if c.pays != nil {
		c.pays.apply(b, one.value)
	}
	v, how := c.holds(one.value)
	if how == failed {
		b.evaluation = before
		return m.evaluate(c.of.name+" is compared", c.failing, p, env, b)
	}
	return kept{value: v}, how == answered
}

// part that has a name.
func (m *Memory) part(p *Program, env any, b *Budget) (one kept, ok bool) {
	if p.name == "" {
		return kept{}, false
	}
	if !p.looks {
		if v, how := p.shorten(env, b, false); how == answered {
			return kept{value: v}, true
		}
	}
	return m.evaluate(p.name, p.place, p, env, b)
}

// evaluate a program, unless it is known under a name what it comes to, or how it fails at a
// place.
func (m *Memory) evaluate(name, place string, p *Program, env any, b *Budget) (one kept, ok bool) {
	if one, ok = m.parts[name]; !ok && m.fails {
		one, ok = m.parts[name+place]
	}
	if ok {
		b.spend(one.cost, 1)
		return one, true
	}
	before := b.evaluation
	one.value, one.err = p.Run(env)
	if b.spent() != nil {
		return kept{}, false
	}
	one.cost = cost{b.evaluation.steps - before.steps, b.evaluation.bytes - before.bytes}
	if m.parts == nil {
		m.parts = make(map[string]kept, m.room)
	}
	if one.err != nil {
		name, m.fails = name+place, true
	}
	m.parts[name] = one
	return one, true
}

// Ask what the part of a comparison comes to, or that of each item of a searched list; there
// are no values where that fails. So many comparisons are about to be made with each value.
// That is paid for beside the budget of the request. It is false if it isn't known for certain,
// or costs too much.
func (m *Memory) Ask(c *Comparison, env any, comparisons int) (values []any, known bool) {
	b := env.(scoped).spends()
	evaluation, before := b.evaluation, b.before
	b.evaluation, b.before = cost{}, cost{MaxRequestSteps - MaxAskSteps, MaxRequestBytes - MaxAskBytes}.plus(m.asked)
	defer func() {
		if recover() != nil {
			values, known = nil, false
		}
		m.asked = m.asked.plus(b.evaluation).within(MaxAskSteps, MaxAskBytes)
		b.evaluation, b.before = evaluation, before
	}()
	one, ok := m.part(c.of, env, b)
	switch {
	case !ok || one.err != nil:
		return nil, ok
	case !c.search:
		b.spend(cost{steps: 1}, comparisons)
		return []any{one.value}, true
	}
	list, ok := one.value.([]any)
	if !ok {
		_, isText := one.value.(string) // whose bytes the machine goes through
		return nil, !isText && otherwise(one.value) == failed
	}
	b.spend(cost{steps: 1}, (1+len(c.steps)+comparisons)*len(list))
	b.spend(cost{bytes: 16}, len(list))
	return c.items(list)
}

// items are what is compared of each item of a list, where there is such a thing.
func (c *Comparison) items(list []any) (values []any, known bool) {
	values = make([]any, 0, len(list))
	for _, v := range list {
		how := answered
		for _, step := range c.steps {
			if how != answered {
				break
			}
			v, how = step.of(v)
		}
		switch how {
		case unsure:
			return nil, false
		case answered:
			values = append(values, v)
		}
	}
	return values, true
}
