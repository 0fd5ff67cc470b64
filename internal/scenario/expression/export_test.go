package expression

// Spent answers the steps and the bytes that have been counted.
func (b *Budget) Spent() (steps, bytes int) { return b.evaluation.steps, b.evaluation.bytes }
