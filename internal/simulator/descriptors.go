package simulator

// usualDescriptors is how many a process usually may have open.
const usualDescriptors = 1024
