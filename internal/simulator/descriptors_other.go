//go:build !unix

package simulator

// descriptors that the process may have open: this system reports no limit.
func descriptors() int { return usualDescriptors }
