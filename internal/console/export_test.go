package console

// Tell a message in Russian, and by which forms.
var Tell = func(text string) (string, []string) { return inRussian().tell(text) }
