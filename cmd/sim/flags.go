package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/config"
	"github.com/kzsim/kzsim/internal/document"
)

// parse reads a command's flags: the command line first, then the environment
// (SIM_ADDR for --addr), then sim.yaml if the command has settings there, then
// the defaults. ok is false if the command ends here, with the exit code.
func parse(env environment, flags *flag.FlagSet, args []string) (code int, ok bool) {
	_, code, ok = readSettings(env, flags, args)
	return code, ok
}

// source is where a setting's value comes from, the weightiest last.
type source int

const (
	byDefault source = iota
	byFile
	byEnvironment
	byFlag
)

// settings are a command's flags, and where each has its value from.
type settings struct {
	flags *flag.FlagSet
	now   source            // the one that is being read
	from  map[string]source // by flag; absent for a default
	where map[string]string // in words: sim.yaml:3:3, SIM_ADDR, --addr
}

// readSettings is parse for a command that shows where its settings come from.
// Sources are read from the weightiest down: the file's name is itself a flag.
func readSettings(env environment, flags *flag.FlagSet, args []string) (s *settings, code int, ok bool) {
	flags.SetOutput(io.Discard) // what is wrong is printed below, in one line
	s = &settings{flags: flags, from: map[string]source{}, where: map[string]string{}}
	flags.VisitAll(func(f *flag.Flag) { f.Value = settingValue{f.Value, f.Name, s} })
	s.now = byFlag
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		describeFlags(env.stdout, flags)
		return s, exitGood, false
	case err != nil:
		fmt.Fprintf(env.stderr, "sim %s: %s; see sim %s --help\n", flags.Name(), explainFlag(err, flags), flags.Name())
		return s, exitUsage, false
	}
	for _, read := range []func() error{func() error { return s.readEnvironment(env) }, s.readFile} {
		if err := read(); err != nil {
			fmt.Fprintf(env.stderr, "sim %s: %v\n", flags.Name(), err)
			return s, exitUsage, false
		}
	}
	warnUnknown(env, flags)
	for _, arg := range flags.Args() {
		if name := strings.TrimLeft(arg, "—–−"); name != arg {
			fmt.Fprintf(env.stderr, "sim %s: found %q, expected two hyphens: --%s\n", flags.Name(), arg, name)
			return s, exitUsage, false
		}
	}
	if operands[flags.Name()] == "" && flags.NArg() > 0 {
		fmt.Fprintf(env.stderr, "sim %s: it takes no argument %q\n", flags.Name(), flags.Arg(0))
		return s, exitUsage, false
	}
	return s, 0, true
}

func (s *settings) readEnvironment(env environment) error {
	s.now = byEnvironment
	var errs []error
	s.flags.VisitAll(func(f *flag.Flag) {
		value := env.getenv(variable(f.Name))
		if value == "" {
			return
		}
		if err := f.Value.Set(value); err != nil {
			errs = append(errs, fmt.Errorf("%s=%q: %w", variable(f.Name), shown(f, value), err))
		}
	})
	return errors.Join(errs...)
}

// configFile is the file of settings that is read where none is named.
const configFile = "sim.yaml"

// addConfigFlag gives a command's flags a section in the file of settings.
func addConfigFlag(flags *flag.FlagSet) {
	flags.String("config", configFile, "file of settings; one that is named has to be there, empty for none")
}

func (s *settings) readFile() error {
	named := s.flags.Lookup("config")
	if named == nil || named.Value.String() == "" {
		return nil
	}
	s.now = byFile
	file := named.Value.String()
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && s.from["config"] == byDefault {
		return nil
	}
	if err != nil {
		return err
	}
	all, err := config.Read(file, content)
	if err != nil {
		return err
	}
	for _, setting := range all {
		if setting.Section != s.flags.Name() {
			continue
		}
		f := s.flags.Lookup(strings.ReplaceAll(setting.Name, "_", "-"))
		if f == nil {
			return fmt.Errorf("%s: %s has no such setting", setting.Position, setting.Section)
		}
		if err := f.Value.Set(setting.Value); err != nil {
			return fmt.Errorf("%s: %s.%s: %w", setting.Position, setting.Section, setting.Name, err)
		}
		if s.from[f.Name] == byFile {
			s.where[f.Name] = setting.Position.String()
		}
	}
	return nil
}

// settingValue lets a flag be set by the weightiest source that sets it.
type settingValue struct {
	flag.Value
	name string
	in   *settings
}

// Set implements flag.Value. A flag of a list that is given again adds to the list.
func (v settingValue) Set(text string) error {
	s := v.in
	if s.now < s.from[v.name] {
		return nil
	}
	if earlier, ok := v.Value.(list); ok && s.now == s.from[v.name] && text != "" {
		text = earlier.String() + "," + text
	}
	if err := v.set(text); err != nil {
		return v.plainly(text, err)
	}
	s.from[v.name] = s.now
	switch s.now {
	case byEnvironment:
		s.where[v.name] = variable(v.name)
	case byFlag:
		s.where[v.name] = "--" + v.name
	}
	return nil
}

// set the flag to what is in its range.
func (v settingValue) set(text string) error {
	if err := v.Value.Set(text); err != nil {
		return err
	}
	if allowed, ok := rangeOf(v.in.flags, v.name); ok {
		return allowed.check(v.Value)
	}
	return nil
}

// plainly is what is wrong with a number, a duration or a truth value, which package flag says
// in one word, and how it is written here.
func (v settingValue) plainly(text string, err error) error {
	var value any = v.Value
	if get, ok := value.(flag.Getter); ok {
		value = get.Get()
	}
	expected := ""
	switch value.(type) {
	case clockValue:
	case time.Duration:
		expected = "a duration such as 90s or 1h30m"
	case int, int64:
		expected = "a whole number"
	case uint, uint64:
		expected = "a whole number from 0"
	case float64:
		expected = "a number"
	case bool:
		expected = "true or false"
	default:
		return err
	}
	if err.Error() == "parse error" || err.Error() == "value out of range" {
		err = fmt.Errorf("expected %s", expected)
	}
	near := document.Respelt(text, func(text string) bool { return v.set(text) == nil })
	if near == "" {
		return err
	}
	return fmt.Errorf("%w; did you mean %q?", err, near)
}

// IsBoolFlag lets --tls stand for --tls=true.
func (v settingValue) IsBoolFlag() bool {
	b, ok := v.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

func variable(flagName string) string {
	return "SIM_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// unknownFlag is how package flag says that there is no such flag.
const unknownFlag = "flag provided but not defined: -"

// explainFlag says what is wrong with a flag in our own spelling, with two hyphens.
func explainFlag(err error, flags *flag.FlagSet) string {
	if name, unknown := strings.CutPrefix(err.Error(), unknownFlag); unknown {
		var known []string
		flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
		message := "no flag --" + name
		if near := document.Meant(cmp.Or(config.Elsewhere[name], name), known); near != "" {
			if name == "port" && near == "addr" {
				near += " 8080"
			}
			message += "; did you mean --" + near + "?"
		}
		return message
	}
	for _, before := range []string{"flag -", "argument: -", "for -"} {
		if head, rest, found := strings.Cut(err.Error(), before); found {
			return head + before + "-" + rest
		}
	}
	return err.Error()
}

// operands are what commands take beside flags.
var operands = map[string]string{"completion": " bash|zsh", "exec": " -- COMMAND [arguments]", "init": " [FOLDER]", "scenarios": " [NAME]", "test": " FILE..."}

func describeFlags(w io.Writer, flags *flag.FlagSet) {
	name := flags.Name()
	cmd := commands()[name]
	fmt.Fprintf(w, "usage: sim %s [flags]%s\nsim %s %s. For example:\n  %s\n", name, operands[name], name, cmd.about, cmd.example)
	flags.VisitAll(func(f *flag.Flag) {
		fmt.Fprintf(w, "  --%-16s %s", f.Name, f.Usage)
		if f.DefValue != "" && f.DefValue != "false" {
			fmt.Fprintf(w, " (default %s)", f.DefValue)
		}
		fmt.Fprintf(w, " [%s]\n", variable(f.Name))
	})
}
