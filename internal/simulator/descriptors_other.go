//go:build !unix

package simulator

// descriptors that the process may have open: the system tells no limit.
func descriptors() int { return usualDescriptors }
