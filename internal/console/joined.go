package console

import (
	"fmt"
	"regexp"
	"strings"
)

// A browser that gets the modules and the styles one by one asks fifty times, and for some only
// after it has read others. It gets them as two files.
const (
	scriptName = "console.js"
	stylesName = "console.css"
	mainModule = "app"
)

// sheets are the styles in their order: of two rules that are as specific the later one holds.
var sheets = []string{"base", "shell", "parts", "live", "phones", "sandboxes", "deliveries", "contract"}

func joinedStyles() []byte {
	var all []byte
	for _, name := range sheets {
		content, _ := static.ReadFile("static/css/" + name + ".css")
		all = append(all, content...)
	}
	return all
}

// The forms in which modules import and export. They begin with a text, which is found quickly.
var (
	importing = regexp.MustCompile(`\nimport (\{[^}]+\}) from '\./(\w+)\.js';`)
	exporting = regexp.MustCompile(`\nexport ((?:async )?(?:function|class|const) (\w+))`)
)

// joinedScripts are all modules in one, in which each is a function that runs once and returns what
// the module exports.
func joinedScripts() []byte {
	var all strings.Builder
	all.WriteString("const modules = {};\n")
	addModule(&all, map[string]bool{}, mainModule)
	all.WriteString("export { modules };\n")
	return []byte(all.String())
}

// addModule writes a module, and before it those that it imports, unless they are there.
func addModule(all *strings.Builder, added map[string]bool, name string) {
	if added[name] {
		return
	}
	added[name] = true
	source, _ := static.ReadFile("static/js/" + name + ".js")
	text := importing.ReplaceAllStringFunc("\n"+string(source), func(statement string) string {
		m := importing.FindStringSubmatch(statement)
		addModule(all, added, m[2])
		return fmt.Sprintf("\nconst %s = modules.%s;", strings.ReplaceAll(m[1], " as ", ": "), m[2])
	})
	var exports []string
	for _, m := range exporting.FindAllStringSubmatch(text, -1) {
		exports = append(exports, m[2])
	}
	text = exporting.ReplaceAllString(text, "\n$1")
	fmt.Fprintf(all, "modules.%s = (() => {%sreturn { %s };\n})();\n", name, text, strings.Join(exports, ", "))
}
