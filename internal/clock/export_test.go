package clock

// NewWithWall starts a clock over a machine's time that the test makes up.
var NewWithWall = newWithWall
