package gateway

// CountedLives is of how many sandboxes requests are counted.
func (g *Gateway) CountedLives() int {
	g.ordinals.mu.Lock()
	defer g.ordinals.mu.Unlock()
	return len(g.ordinals.lives)
}
