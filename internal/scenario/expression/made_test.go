//go:build !race

package expression_test

// mostMade bounds what an evaluation allocates in all, with what it drops at once: that
// isn't counted, and neither is how the library's lists grow.
const mostMade = 16 << 20
